"""Issuing an extract, and making its paper again for whoever took it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import Purpose, may, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import competent_offices, count_try, office, organisation
from wenzhou.kernel.registers.contracts import ExtractPaper
from wenzhou.kernel.registers.declaration import Register, module_of, register_of
from wenzhou.kernel.registers.events import ExtractIssued
from wenzhou.kernel.registers.extracts import codes
from wenzhou.kernel.registers.extracts.contents import digest, form_of, lines, on_paper, printed_fields
from wenzhou.kernel.registers.extracts.declaring import ExtractPrinter
from wenzhou.kernel.registers.extracts.models import Extract
from wenzhou.kernel.registers.journal import journal
from wenzhou.kernel.registers.models import Versioned
from wenzhou.kernel.registers.permissions import ISSUE_EXTRACT, OWN_EXTRACT
from wenzhou.kernel.registers.records import Instant, disputed, row_at, row_for, unknown, value_of
from wenzhou.kernel.registers.versions import clock, lock
from wenzhou.kernel.registers.words import function_title

OWN: Final = Purpose(
    "registers.own-extract", Text("本人或本单位领取查询单", "An extract of one's own record")
)
OWN_AN_HOUR: Final = 20
OFFICIAL_AN_HOUR: Final = 200

NOT_YOURS = Text("没有这份查询单，或不是您领取的。", "There is no such extract, or another took it.")


def own_record(actor: Actor, register: Register) -> UUID | None:
    """The record that is about the actor herself, or about the firm she acts for; None: this register has none."""
    anchor = register.model._meta.get_field(register.anchor).related_model
    label = anchor._meta.label_lower if isinstance(anchor, type) else ""
    return {"identity.person": actor.person, "identity.organisation": actor.organisation}.get(label)


def may_extract(actor: Actor, register: Register) -> bool:
    """Whether the actor may issue extracts of this register, for some purpose."""
    stated = next(iter(register.purposes), None)
    return (
        register.extract is not None
        and may(actor, ISSUE_EXTRACT)
        and may(actor, register.read, purpose=stated)
    )


def issue(actor: Actor, register: Register, record: UUID, *, purpose: str, on: date) -> Extract:
    """An extract for a stated purpose. The same on the same day, while nothing changed, is the same paper.

    Raises Refused, NotFound (no such record on that day, or not in the actor's area), Invalid, TooMany.
    """
    require(actor, ISSUE_EXTRACT)
    form_of(register)
    stated = register.purpose(purpose)
    wrong = _wrong_day(on)
    if stated is None:
        wrong["purpose"] = Text("请选择查询用途", "Choose what it is needed for")
    if stated is None or wrong:
        raise Invalid(
            Text("查询单不能出具，见各项说明。", "It cannot be issued; see each field."), fields=wrong
        )
    count_try("issue-extract", actor.account, most=OFFICIAL_AN_HOUR, seconds=3600)
    return _issue(actor, register, record, stated, on, own=False)


def issue_own(actor: Actor, register: Register, *, on: date) -> Extract:
    """As ``issue``, of the actor's own record (本人) or that of the firm she acts for; free of charge."""
    require(actor, OWN_EXTRACT)
    record = own_record(actor, register)
    if record is None:
        raise unknown(register)
    wrong = _wrong_day(on)
    if wrong:
        raise Invalid(wrong["on"], fields=wrong)
    count_try("own-extract", actor.account, most=OWN_AN_HOUR, seconds=3600)
    return _issue(actor, register, record, OWN, on, own=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted of whom, and why."""

    register: Register
    record: UUID
    on: date
    purpose: Purpose
    own: bool


def _wrong_day(on: date) -> dict[str, Text]:
    if on <= timezone.localdate():
        return {}
    return {"on": Text("日期不能晚于今天", "The day cannot be later than today")}


def _issue(
    actor: Actor, register: Register, record: UUID, purpose: Purpose, on: date, *, own: bool
) -> Extract:
    form = form_of(register)
    if actor.account is None:
        raise NotFound(NOT_YOURS)
    wanted = _Wanted(register, record, on, purpose, own)
    with transaction.atomic():
        # Nobody writes the record until the commit: what it says now is what was known at ``issued_at``.
        lock(register.model, record)
        row = _read(actor, wanted, Instant(on))
        issued_at = clock()
        fields = printed_fields(register, form.fields)
        made = digest(fields, row, lines(form, record, Instant(on)))
        today = timezone.localdate()
        known = Extract.objects.filter(
            account=actor.account, register=register.code, record=record, on=on, purpose=purpose.code
        )
        found = known.filter(digest=made, issued_at__date=today, own=own).first()
        if found is not None:
            return found
        extract = Extract.objects.create(
            code=codes.fresh(),
            register=register.code,
            record=record,
            on=on,
            issued_at=issued_at,
            expires=today + timedelta(days=form.valid_days),
            fields=[field.name for field in fields],
            disputed=sorted(disputed(register, [record]).get(record, frozenset()) & set(form.fields)),
            digest=made,
            purpose=purpose.code,
            purpose_zh=purpose.title.zh,
            purpose_en=purpose.title.en,
            own=own,
            account=actor.account,
            account_name=actor.name,
            office="" if own else min(actor.offices, default=""),
        )
        audit.record(
            actor,
            "registers.issue-extract",
            extract,
            purpose=purpose,
            register=register.code,
            record=str(record),
            on=on.isoformat(),
            own=own,
        )
        emit(ExtractIssued(extract.id, register.code, record, own), actor=actor)
    return extract


def _read(actor: Actor, wanted: _Wanted, at: Instant) -> Versioned:
    """The row, with the line of the journal."""
    register = wanted.register
    form = form_of(register)
    if wanted.own:
        row = row_at(register, wanted.record, at) if own_record(actor, register) == wanted.record else None
    else:
        row = row_for(actor, register, str(wanted.record), at, wanted.purpose)
    if row is None:
        raise unknown(register)
    journal(
        actor,
        register.subject_of(wanted.record),
        resource=register.resource,
        consumer=module_of(register),
        purpose=wanted.purpose,
        fields=(*form.fields, *form.more_fields, "extract"),
        masked=False,
    )
    return row


def extract_of(actor: Actor, extract_id: UUID) -> Extract:
    """An extract that the actor took. Raises NotFound."""
    found = Extract.objects.filter(id=extract_id).first()
    if found is None or found.account != actor.account:
        raise NotFound(NOT_YOURS)
    return found


def taken_by(actor: Actor) -> list[Extract]:
    """The extracts that the actor took, newest first; the last thirty."""
    if actor.account is None:
        return []
    return list(Extract.objects.filter(account=actor.account).order_by("-id")[:30])


def paper(actor: Actor, extract_id: UUID) -> tuple[Extract, bytes]:
    """The PDF of an extract for whoever took it, the same bytes each time; a reading like the first.

    Raises NotFound, Refused (the post is gone), Conflict (expired, or the record was erased since).
    """
    extract = extract_of(actor, extract_id)
    if extract.expires < timezone.localdate():
        raise Conflict(
            Text("查询单已过有效期，请重新领取。", "The extract has expired; take a new one."), code="expired"
        )
    register = register_of(extract.register)
    at = Instant(extract.on, extract.issued_at)
    with transaction.atomic():
        wanted = _Wanted(register, extract.record, extract.on, _purpose(extract), extract.own)
        row = _read(actor, wanted, at)
        more = lines(form_of(register), extract.record, at)
        if digest(printed_fields(register, extract.fields), row, more) != extract.digest:
            raise Conflict(
                Text(
                    "登记内容与出具时已不一致，请重新领取。",
                    "The record can no longer be shown as it was; take a new extract.",
                ),
                code="extract-gone",
            )
    printer = next(iter(registry.declared(ExtractPrinter)))
    return extract, printer.pdf(_face(extract, register, row, more))


def _purpose(extract: Extract) -> Purpose:
    return Purpose(extract.purpose, Text(extract.purpose_zh, extract.purpose_en))


def verify_url(extract: Extract) -> str:
    """The public address in the QR code."""
    return settings.WZ_PUBLIC_URL + reverse("registers:verify-extract", kwargs={"code": extract.code})


def _face(
    extract: Extract, register: Register, row: Versioned, more: Sequence[tuple[Text, str]]
) -> ExtractPaper:
    form = form_of(register)
    facts = [
        (field.title, on_paper(field, value_of(field, row)))
        for field in printed_fields(register, extract.fields)
    ]
    notes = [
        Text(
            "本单记载登记簿在截至日期的内容，以登记簿为准；此后的变更请扫码核验。",
            "It says what the register held on the day named; scan the code to see whether it changed since.",
        )
    ]
    if extract.disputed:
        named = [register.field(name).title for name in extract.disputed]
        notes.append(
            Text(
                f"以下项目正在核对：{'、'.join(one.zh for one in named)}。",
                f"Being checked by the office that answers: {', '.join(one.en for one in named)}.",
            )
        )
    anchor = getattr(row, register.anchor)
    return ExtractPaper(
        title=form.title,
        code=codes.grouped(extract.code),
        facts=(*facts, *more),
        on=extract.on,
        issued_at=extract.issued_at,
        expires=extract.expires,
        purpose=_purpose(extract).title,
        taken_by=_taken_by(extract, register),
        office=_answering(register, extract.record),
        basis=form.basis,
        notes=tuple(notes),
        verify_url=verify_url(extract),
        made=bool(getattr(anchor, "made", True)),
    )


def _taken_by(extract: Extract, register: Register) -> Text:
    if not extract.own:
        return (
            office(extract.office).name
            if extract.office
            else Text(extract.account_name, extract.account_name)
        )
    firm = register.subject_of(extract.record).organisation
    found = organisation(firm) if firm is not None else None
    return Text(found.name, found.name) if found else Text("本人", "The person concerned")


def _answering(register: Register, record: UUID) -> Text:
    """The office that answers for the record in its area; the function in words where none is set up."""
    function = register.owner(register.field(register.key), record)
    area = register.area(record) if register.area is not None else ""
    found = competent_offices([function], area).get(function) if area else None
    return found.name if found else function_title(function)
