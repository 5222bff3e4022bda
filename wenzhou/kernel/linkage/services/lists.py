"""Taking in the list that an office brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.db.models.functions import Now

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.models import ListedPerson, OfficeList
from wenzhou.kernel.linkage.permissions import RUN

FIELDS = ("reference", "name", "number", "sex", "born", "phone", "address", "division")
"""Columns of a line; ``reference`` is the office's own number of the line, the same each time it brings the list."""

_LENGTHS = {
    field.name: field.max_length or 0
    for field in ListedPerson._meta.concrete_fields
    if isinstance(field, models.CharField)
}
_CODE = re.compile(r"[a-z][a-z0-9-]{1,48}")


def open_list(
    actor: Actor, code: str, title: Text, office: str, *, solo: bool = False, made: bool = False
) -> OfficeList:
    """The list of this code, opened when there is none; ``solo``: everybody is on it once. Raises Refused, Invalid."""
    require(actor, RUN)
    if not _CODE.fullmatch(code):
        wrong = Text("代码由小写字母、数字和连字符组成", "A code is small letters, digits and hyphens")
        raise Invalid(wrong, fields={"code": wrong})
    with transaction.atomic():
        row, opened = OfficeList.objects.get_or_create(
            code=code,
            defaults={
                "title_zh": title.zh,
                "title_en": title.en,
                "office_id": office,
                "solo": solo,
                "made": made,
            },
        )
        if opened:
            audit.record(actor, "linkage.open-list", row, office=office)
    return row


def take_in(actor: Actor, code: str, lines: Iterable[Mapping[str, str]]) -> int:
    """Lines of a list, as the office has them now: new ones are added, known ones brought up to date; how many.

    A line that says what it said before is left as it was, so that the next run need not look at it again. Raises
    Refused, and Invalid for a line without a reference.
    """
    require(actor, RUN)
    with transaction.atomic():
        row = OfficeList.objects.select_for_update().get(code=code)
        known = {person.reference: person for person in ListedPerson.objects.filter(list=row)}
        fresh, changed = [], []
        for line in lines:
            values = _checked(line)
            person = known.get(values["reference"])
            if person is None:
                fresh.append(ListedPerson(list=row, **values))
            elif person.gone or any(getattr(person, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(person, name, value)
                person.gone = False
                changed.append(person)
        ListedPerson.objects.bulk_create(fresh, batch_size=2_000)
        ListedPerson.objects.bulk_update(changed, [*FIELDS, "gone"], batch_size=500)
        _touch(changed)
        audit.record(actor, "linkage.take-in", row, added=len(fresh), changed=len(changed))
    return len(fresh) + len(changed)


def take_off(actor: Actor, code: str, references: Iterable[str]) -> int:
    """Lines that the office has taken off its list; they stay as lines that are gone."""
    require(actor, RUN)
    with transaction.atomic():
        row = OfficeList.objects.select_for_update().get(code=code)
        lines = ListedPerson.objects.filter(list=row, reference__in=list(references), gone=False)
        number = lines.update(gone=True, recorded_at=Now())
        audit.record(actor, "linkage.take-off", row, gone=number)
    return number


def _checked(line: Mapping[str, str]) -> dict[str, str]:
    values = {name: (line.get(name) or "").strip() for name in FIELDS}
    long = next((name for name, value in values.items() if len(value) > _LENGTHS[name]), "")
    if not values["reference"] or long or "\x00" in "".join(values.values()):
        wrong = Text(
            "每行要有部门编号，各项不超过规定长度", "A line needs a reference, and no item may be too long"
        )
        raise Invalid(wrong, fields={long or "reference": wrong})
    return values


def _touch(lines: Iterable[ListedPerson]) -> None:
    ListedPerson.objects.filter(id__in=[line.id for line in lines]).update(recorded_at=Now())
