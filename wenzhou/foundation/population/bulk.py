"""Persons by the thousand: what a file brings is held to the rules of one change, and the anchors follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import add_people, rename_people
from wenzhou.kernel.registers.declarations import Bulk, Value


def check(values: Mapping[str, Value], valid_from: date) -> dict[str, Text]:
    """The number says when the person was born: nothing is so before that day, and the date of birth is that day."""
    wrong = {}
    born = datetime.strptime(str(values["number"])[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a day, no instant
    if valid_from < born:
        wrong["valid_from"] = Text("生效日期不能早于出生日期", "The day cannot be before the birth")
    if values.get("born", born) != born:
        wrong["born"] = Text(
            "与公民身份号码中的出生日期不符", "Not the date of birth that the number carries"
        )
    return wrong


def anchors(first: Mapping[str, Mapping[str, Value]]) -> Mapping[str, UUID]:
    """The anchors of these numbers."""
    return add_people({number: str(values["name"]) for number, values in first.items()})


def settle(records: Sequence[UUID]) -> None:
    """The anchors bear the newest names, and every name can be found by its sound."""
    rows = PersonVersion.objects.filter(person__in=records, superseded_at=None, valid_to=None)
    names = dict(rows.values_list("person_id", "name"))
    rename_people(names)
    sound_out(names.values())


BULK = Bulk(check=check, anchors=anchors, settle=settle)
