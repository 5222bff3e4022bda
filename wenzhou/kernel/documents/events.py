"""What documents tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class FileKept(Event):
    """A file was taken in or issued; `purpose` and `subject` say what it belongs to."""

    name: ClassVar[str] = "documents.file-kept"
    title: ClassVar[Text] = Text("文件已保存", "A file was kept")

    file: UUID
    purpose: str
    subject: UUID | None


@dataclass(frozen=True)
class FileDropped(Event):
    """A file that its owner has taken back is no longer kept."""

    name: ClassVar[str] = "documents.file-dropped"
    title: ClassVar[Text] = Text("文件已删除", "A file was dropped")

    file: UUID
    purpose: str
    subject: UUID | None
