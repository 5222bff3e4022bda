"""Permissions of documents."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CITIZEN, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

OPEN_FILES = Permission(
    "documents.open", Text("打开有权查阅的文件", "Open files one may read"), (CITIZEN, SYSTEM)
)
"""Everyone who is signed in (all are CITIZEN); which files, the guard of each file's purpose says."""
