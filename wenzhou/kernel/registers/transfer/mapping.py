"""Which column of a file is which field of a register: guessed by title, remembered when an office has confirmed it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Field, Register
from wenzhou.kernel.registers.transfer.models import Mapping

VALID_FROM: Final = "valid_from"
SINCE: Final = Text("生效日期", "Valid from")
DISPUTED: Final = Text("有争议的项", "Disputed")
LINE: Final = Text("行号", "Line")
FAULT_FIELD: Final = Text("有误的项", "Field")
FAULT_REASON: Final = Text("原因", "Reason")
"""Titles of the columns that a file of bad rows begins with; a corrected one can be uploaded as it is."""
_BLANK: Final = re.compile(r"[\s_\-—·.:：()（）\[\]【】*]+")


@dataclass(frozen=True, slots=True)
class Target:
    """What a column can be taken for."""

    name: str
    title: Text
    required: bool


def targets(register: Register) -> list[Target]:
    """The day from which a row is so, and the fields that a file can bring."""
    fields = [Target(field.name, field.title, field.required) for field in importable(register)]
    return [*fields, Target(VALID_FROM, SINCE, required=False)]


def importable(register: Register) -> tuple[Field, ...]:
    """The key, and what stands in the register's own columns; what it takes from elsewhere is written there."""
    return tuple(
        field
        for field in register.fields
        if field.name == register.key or field.opens or "__" not in field.column
    )


def guess(register: Register, columns: Sequence[str]) -> list[str]:
    """A field for each column, empty where none fits: by name or by title in either language, each once."""
    known: dict[str, str] = {}
    for target in targets(register):
        for word in (target.name, target.title.zh, target.title.en):
            known.setdefault(_folded(word), target.name)
    found: list[str] = []
    for column in columns:
        name = known.get(_folded(column), "")
        found.append("" if name in found else name)
    return found


def _folded(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def shape_of(columns: Sequence[str]) -> str:
    """A digest by which files with the same columns are known again."""
    return hashlib.sha256("\x1f".join(_folded(name) for name in columns).encode()).hexdigest()


def recall(office: str, register: Register, columns: Sequence[str]) -> list[str] | None:
    """What the office has confirmed for files of this shape, without fields that are gone; None: never asked."""
    row = Mapping.objects.filter(office=office, register=register.code, shape=shape_of(columns)).first()
    if row is None:
        return None
    known = {target.name for target in targets(register)}
    return [name if name in known else "" for name in row.fields]


def remember(
    office: str, register: Register, columns: Sequence[str], fields: Sequence[str], account: UUID
) -> None:
    """For the next file of this shape."""
    Mapping.objects.update_or_create(
        office=office,
        register=register.code,
        shape=shape_of(columns),
        defaults={"fields": list(fields), "account": account},
    )


def check(register: Register, fields: Sequence[str], valid_from: date | None) -> None:
    """Whether rows can be read by this mapping. Raises Invalid, by column number (``column-3``) or field."""
    known = {target.name for target in targets(register)}
    wrong: dict[str, Text] = {}
    for place, name in enumerate(fields):
        if name and name not in known:
            wrong[f"column-{place}"] = Text("登记簿没有此项", "The register has no such field")
        elif name and name in fields[:place]:
            wrong[f"column-{place}"] = Text(
                "已有另一列对应此项", "Another column is taken for this field already"
            )
    if register.key not in fields:
        title = register.field(register.key).title
        wrong["mapping"] = Text(
            f"须有一列对应“{title.zh}”，否则无法知道是哪条记录",
            f"One column has to be the {title.en.lower()}; without it nobody knows which record is meant",
        )
    if VALID_FROM not in fields and valid_from is None:
        wrong["valid_from"] = Text(
            "文件没有“生效日期”列，请填写统一的生效日期",
            "No column says from which day rows are valid; give one day for all",
        )
    if wrong:
        raise Invalid(
            Text("列的对应关系还不能使用，见各项说明。", "The columns cannot be taken like this; see each."),
            fields=wrong,
        )
