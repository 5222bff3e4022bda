"""What an extract says: the values of an instant, in words for paper, and the digest that proves them the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import area_name
from wenzhou.kernel.registers.catalogue import DIVISION, Value
from wenzhou.kernel.registers.declaration import Field, Register
from wenzhou.kernel.registers.extracts.declaring import ExtractForm
from wenzhou.kernel.registers.models import Versioned
from wenzhou.kernel.registers.records import Instant, row_at, value_of


def form_of(register: Register) -> ExtractForm:
    """The form of this register's extract. Raises NotFound for one that gives none."""
    if register.extract is None:
        raise NotFound(
            Text(
                f"“{register.title.zh}”不出具查询单。",
                f"The register “{register.title.en}” gives no extracts.",
            )
        )
    return register.extract


def printed_fields(register: Register, names: Iterable[str]) -> list[Field]:
    """Those of the named fields that the register still has."""
    known = {field.name: field for field in register.fields}
    return [known[name] for name in names if name in known]


def lines(form: ExtractForm, record: Any, at: Instant) -> Sequence[tuple[Text, str]]:
    """The further lines of an instant."""
    return form.more(record, at.on, at.known_at)


def digest(fields: Sequence[Field], row: Versioned, more: Sequence[tuple[Text, str]]) -> str:
    """SHA-256 over the values as they stand in a file, by field, and the further lines."""
    said = [[field.name, field.element.written(value_of(field, row))] for field in fields]
    said += [[label.zh, text] for label, text in more]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def digest_at(register: Register, form: ExtractForm, names: Sequence[str], record: Any, at: Instant) -> str:
    """The digest of what the register says at an instant; empty when it says nothing."""
    row = row_at(register, record, at)
    return digest(printed_fields(register, names), row, lines(form, record, at)) if row else ""


def on_paper(field: Field, value: Value) -> str:
    """A value in words: a code in both languages, a division by its name."""
    text = field.element.written(value)
    if not text:
        return "—"
    words = field.element.codes.items.get(text) if field.element.codes is not None else None
    if words is None and field.element is DIVISION:
        words = area_name(text)
    if words is not None:
        return f"{words.zh} {words.en}" if words.zh != words.en else words.zh
    return f"{text} {field.element.unit}" if field.element.unit else text
