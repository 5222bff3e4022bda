"""Anybody may verify an extract by its code: genuine or not, of which day, and whether the record changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Register, module_of, register_of
from wenzhou.kernel.registers.extracts import codes
from wenzhou.kernel.registers.extracts.contents import digest_at, form_of, printed_fields
from wenzhou.kernel.registers.extracts.models import Extract
from wenzhou.kernel.registers.journal import journal
from wenzhou.kernel.registers.records import Instant, row_at, value_of

PUBLIC: Final = Purpose(
    "registers.verify-extract", Text("公众核验查询单", "An extract verified by the public")
)
UNKNOWN: Final = Text(
    "没有这份查询单。请核对核验码的 16 位字母和数字，或重新扫描二维码；若无误，这份查询单不是本市出具的。",
    "There is no such extract. Check the 16 letters and digits, or scan the code again; if they are right, this city did not issue it.",
)


class Since(StrEnum):
    """What became of the record after the paper was issued."""

    SAME = "same"
    CHANGED = "changed"
    CORRECTED = "corrected"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Verification:
    """What the city says of an extract now. ``facts`` are masked; none when the record was erased."""

    code: str
    title: Text
    register: Text
    on: date
    issued_at: datetime
    expires: date
    expired: bool
    since: Since
    facts: Sequence[tuple[Text, str]]
    made: bool


def verify(reader: Actor, code: str) -> Verification:
    """The verification of the extract with this code; a masked reading, with its line in the journal. Raises NotFound."""
    extract = Extract.objects.filter(code=codes.tidy(code)).first()
    if extract is None:
        raise NotFound(UNKNOWN)
    register = register_of(extract.register)
    form = form_of(register)
    shown = [field for field in printed_fields(register, form.shown) if field.name in extract.fields]
    facts: list[tuple[Text, str]] = []
    with transaction.atomic():
        row = row_at(register, extract.record, Instant(extract.on, extract.issued_at))
        if row is not None:
            for field in shown:
                value = field.element.shown(value_of(field, row), whole=False)
                facts.append((field.title, field.element.in_words(value) or "—"))
            journal(
                reader,
                register.subject_of(extract.record),
                resource=register.resource,
                consumer=module_of(register),
                purpose=PUBLIC,
                fields=form.shown,
                masked=True,
            )
        since = _since(extract, register) if row is not None else Since.ERASED
    return Verification(
        code=codes.grouped(extract.code),
        title=form.title,
        register=register.title,
        on=extract.on,
        issued_at=extract.issued_at,
        expires=extract.expires,
        expired=extract.expires < timezone.localdate(),
        since=since,
        facts=facts,
        made=bool(getattr(getattr(row, register.anchor), "made", True)) if row is not None else True,
    )


def _since(extract: Extract, register: Register) -> Since:
    """Corrected: of that very day the register now says otherwise; changed: it says otherwise of today."""
    form = form_of(register)
    of_the_day = digest_at(register, form, extract.fields, extract.record, Instant(extract.on))
    if of_the_day != extract.digest:
        return Since.CORRECTED
    today = digest_at(register, form, extract.fields, extract.record, Instant(timezone.localdate()))
    return Since.SAME if today == extract.digest else Since.CHANGED
