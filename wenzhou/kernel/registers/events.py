"""What registers tell: that a record changed and in which fields; never what they say. The key is the anchor's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class RecordCreated(Event):
    """A record stands in a register that was not there."""

    name: ClassVar[str] = "registers.created"
    title: ClassVar[Text] = Text("登记记录新增", "Record created")

    register: str
    record: UUID
    valid_from: date


@dataclass(frozen=True)
class RecordChanged(Event):
    """From a day on a record says something else in these fields."""

    name: ClassVar[str] = "registers.changed"
    title: ClassVar[Text] = Text("登记记录变更", "Record changed")

    register: str
    record: UUID
    fields: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True)
class RecordCorrected(Event):
    """What a record said of a period was wrong, and is corrected in these fields."""

    name: ClassVar[str] = "registers.corrected"
    title: ClassVar[Text] = Text("登记记录更正", "Record corrected")

    register: str
    record: UUID
    fields: tuple[str, ...]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class RecordEnded(Event):
    """From a day on a record is no longer in force."""

    name: ClassVar[str] = "registers.ended"
    title: ClassVar[Text] = Text("登记记录终止", "Record ended")

    register: str
    record: UUID
    valid_to: date


@dataclass(frozen=True)
class RecordErased(Event):
    """A record was lawfully erased; whoever keeps copies has to erase them too."""

    name: ClassVar[str] = "registers.erased"
    title: ClassVar[Text] = Text("登记记录依法删除", "Record erased")

    register: str
    record: UUID


@dataclass(frozen=True)
class CorrectionProposed(Event):
    """An office says that fields of a record are wrong; the office that answers for them has until ``due``."""

    name: ClassVar[str] = "registers.correction-proposed"
    title: ClassVar[Text] = Text("提出更正建议", "Correction proposed")

    correction: UUID
    register: str
    record: UUID
    owner: str
    fields: tuple[str, ...]
    due: date


@dataclass(frozen=True)
class CorrectionDecided(Event):
    """A proposed correction is settled."""

    name: ClassVar[str] = "registers.correction-decided"
    title: ClassVar[Text] = Text("更正建议办结", "Correction settled")

    correction: UUID
    register: str
    record: UUID
    accepted: bool


@dataclass(frozen=True)
class RecordsLoaded(Event):
    """A part of an import is in a register: these records are new, those say something else in some of these fields.

    One for each part instead of one for each record, of which a file has a million.
    """

    name: ClassVar[str] = "registers.loaded"
    title: ClassVar[Text] = Text("登记数据批量入库", "Records loaded")

    register: str
    run: UUID
    created: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ExtractIssued(Event):
    """A printed extract of a record was issued, or taken by whom it is about (``own``)."""

    name: ClassVar[str] = "registers.extract-issued"
    title: ClassVar[Text] = Text("出具登记查询单", "Extract issued")

    extract: UUID
    register: str
    record: UUID
    own: bool
