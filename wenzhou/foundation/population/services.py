"""Writes of the population register: changes of a person, moves between households."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from wenzhou.foundation.population.models import Household, Membership, PersonVersion, Relation, Sex
from wenzhou.foundation.population.permissions import MAINTAIN_PERSONS
from wenzhou.foundation.population.selectors import household_of, profile
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import rename_person
from wenzhou.kernel.registers.api import ETHNICITIES, areas, as_of, change, functions, lock, tell_changed
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery

SOURCE = "public-security"
OWNERS = {"phone": "government-services"}
"""Offices, by function, that answer for a field; for all others it is ``SOURCE``."""
_NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffff·]{2,30}|[A-Za-z][A-Za-z .'-]{1,59}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")


def register_change(
    actor: Actor,
    person_id: UUID,
    valid_from: date,
    values: Mapping[str, Any],
    *,
    source: str = SOURCE,
    case: UUID | None = None,
) -> PersonVersion:
    """From a day on the person has another name, telephone, sex or ethnicity.

    Raises Refused, NotFound, Invalid (a value or the day cannot be). The same change again does nothing.
    """
    _may_maintain(actor, values)
    _check_values(values)
    with transaction.atomic():
        lock(PersonVersion, person_id)
        current = _present(actor, person_id)
        _check_day(valid_from, not_before=current.born or valid_from)
        row = change(PersonVersion, person_id, valid_from, values, actor=actor, source=source, case=case)
        if "name" in values and row.valid_to is None:
            rename_person(person_id, row.name)
        audit.record(actor, "population.change", row, person=str(person_id), fields=sorted(values))
        tell_changed(actor, "person", person_id, values, valid_from)
    return row


def move(
    actor: Actor,
    person_id: UUID,
    household_number: str,
    valid_from: date,
    *,
    relation: str = Relation.OTHER,
    source: str = SOURCE,
    case: UUID | None = None,
) -> Membership:
    """From a day on the person is registered in another household.

    Raises Refused, NotFound (person or household), Invalid (day, relation), Conflict (she heads a
    household with others in it, or the new one has a head).
    """
    _may_maintain(actor)
    if relation not in Relation.values:
        raise _invalid("relation", Text("与户主关系不在代码表中", "Not a relation of the code table"))
    with transaction.atomic():
        lock(Membership, person_id)
        current = _present(actor, person_id)
        _check_day(valid_from, not_before=current.born or valid_from)
        present = household_of(person_id, valid_from)
        target = _lock_households(household_number, present)
        if present is not None and present.household_id != target.id:
            _may_leave(present, valid_from)
        row = _write_move(actor, person_id, target, relation, valid_from, source, case)
        audit.record(
            actor,
            "population.move",
            row,
            person=str(person_id),
            household=target.number,
            since=str(valid_from),
        )
    return row


def _write_move(
    actor: Actor,
    person_id: UUID,
    target: Household,
    relation: str,
    valid_from: date,
    source: str,
    case: UUID | None,
) -> Membership:
    values = {"household_id": target.id, "relation": relation}
    try:
        with transaction.atomic():
            return change(Membership, person_id, valid_from, values, actor=actor, source=source, case=case)
    except IntegrityError as error:
        if "household_one_head" not in str(error):
            raise
        raise Conflict(
            Text(
                "该户已有户主。请改选其他关系，或先办理户主变更。",
                "This household has a head already. Choose another relation, or change the head first.",
            )
        ) from error


def _lock_households(number: str, present: Membership | None) -> Household:
    """Lock the household left and the one joined, in the order of their ids; gives the one joined."""
    number = number.strip()
    wanted = Q(number=number) | (Q(id=present.household_id) if present else Q())
    rows = Household.objects.select_for_update().filter(wanted).order_by("id")
    for row in list(rows):
        if row.number == number:
            return row
    raise NotFound(Text(f"没有户号为 {number} 的户。", f"There is no household with number {number}."))


def _may_leave(present: Membership, on: date) -> None:
    if present.relation != Relation.HEAD:
        return
    others = as_of(Membership.objects.filter(household=present.household_id), on).exclude(
        person=present.person_id
    )
    if others.exists():
        raise Conflict(
            Text(
                "此人是户主且户内还有其他成员，请先办理户主变更再迁出。",
                "She heads a household with other members. Change the head first, then move her.",
            )
        )


def _may_maintain(actor: Actor, fields: Iterable[str] = ()) -> None:
    """Data officers, and clerks of the offices that answer for all these fields; no other office writes this register."""
    require(actor, MAINTAIN_PERSONS)
    if any(post.role == DATA_OFFICER.code for post in holding_posts(actor, MAINTAIN_PERSONS)):
        return
    needed = {OWNERS.get(name, SOURCE) for name in fields} or {SOURCE}
    if not functions(actor, MAINTAIN_PERSONS) >= needed:
        raise Refused(
            Text(
                "此项人口信息由其他部门负责登记，请将申请转交该部门，或提出更正建议。",
                "Another office keeps this; pass the request on to it, or propose a correction.",
            )
        )


def _present(actor: Actor, person_id: UUID) -> PersonProfile:
    found = profile(PersonQuery(id=person_id))
    scope = areas(actor, MAINTAIN_PERSONS)
    if scope is not None and not (found.division or "").startswith(scope):
        raise Refused(
            Text(
                "此人户籍不在您的管辖区域，请由其户籍地公安机关办理。",
                "She is registered outside your area; the office of her place of registration is competent.",
            )
        )
    return found


def _check_day(valid_from: date, *, not_before: date) -> None:
    if valid_from > timezone.localdate():
        raise _invalid("valid_from", Text("生效日期不能晚于今天", "The day cannot be later than today"))
    if valid_from < not_before:
        raise _invalid("valid_from", Text("生效日期不能早于出生日期", "The day cannot be before the birth"))


def _check_values(values: Mapping[str, Any]) -> None:
    wrong = {}
    for name, value in values.items():
        if name not in _CHECKS:
            wrong[name] = Text("此项不能在这里变更", "This cannot be changed here")
        elif not _CHECKS[name](str(value)):
            wrong[name] = _REMEDIES[name]
    if not values:
        wrong["name"] = Text("至少填写一项变更", "Enter at least one change")
    if wrong:
        raise Invalid(
            Text("有的变更内容不能登记，见各项说明。", "Some changes cannot be taken; see each."),
            fields=wrong,
        )


_CHECKS = {
    "name": lambda text: _NAME.fullmatch(text) is not None,
    "phone": lambda text: not text or _PHONE.fullmatch(text) is not None,
    "sex": lambda text: text in Sex.values,
    "ethnicity": lambda text: text in ETHNICITIES,
}
_REMEDIES = {
    "name": Text(
        "请填写 2 至 30 个汉字（可含“·”）或拉丁字母", "2 to 30 Chinese characters, or Latin letters"
    ),
    "phone": Text(
        "请填写 11 位手机号码或带区号的固定电话", "A mobile number of 11 digits, or a landline with area code"
    ),
    "sex": Text("请选择 1（男）或 2（女）", "Choose 1 (male) or 2 (female)"),
    "ethnicity": Text("请填写 GB/T 3304 的两位代码", "The two-digit code of GB/T 3304"),
}


def _invalid(field: str, text: Text) -> Invalid:
    return Invalid(text, fields={field: text})
