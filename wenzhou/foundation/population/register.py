"""The register of persons (人口登记): what each column means, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from wenzhou.foundation.population.bulk import BULK
from wenzhou.foundation.population.extract import EXTRACT
from wenzhou.foundation.population.models import Membership, PersonVersion
from wenzhou.foundation.population.permissions import MAINTAIN_PERSONS, READ_PERSON, SEARCH_PERSONS
from wenzhou.foundation.population.reading import LOOK, PURPOSES
from wenzhou.foundation.population.selectors import household_of
from wenzhou.foundation.population.services import ELEMENTS, OWNERS, SOURCE, register_change
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import forget_person
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.declarations import (
    BIRTH_DATE,
    PERSON_NUMBER,
    Field,
    Register,
)

_HOUSEHOLD_LAW = Text("户口登记条例 第三条", "Regulations on household registration, art. 3")
_CARD_LAW = Text("居民身份证法 第三条", "Law on resident identity cards, art. 3")
_PHONE_BASIS = Text("个人信息保护法 第十三条", "Personal Information Protection Law, art. 13")


def within(rows: QuerySet[Any], areas: tuple[str, ...]) -> QuerySet[Any]:
    """Persons who are registered today in one of these divisions."""
    inside = Q()
    for area in areas:
        inside |= Q(household__division__startswith=area)
    homes = as_of(Membership.objects.filter(inside, person=OuterRef("person")), timezone.localdate())
    return rows.filter(Exists(homes))


def division_of(person: UUID) -> str:
    """Where the person is registered today."""
    home = household_of(person, timezone.localdate())
    return home.household.division if home else ""


def division(day: date) -> Subquery:
    """Where a person is registered on a day, for many rows at once."""
    homes = as_of(Membership.objects.filter(person=OuterRef("person")), day)
    return Subquery(homes.order_by("-valid_from").values("household__division")[:1])


def change(
    actor: Actor, person: UUID, valid_from: date, values: Mapping[str, Any], case: UUID | None
) -> PersonVersion:
    """The module's own service."""
    return register_change(actor, person, valid_from, values, case=case)


PERSONS_REGISTER = Register(
    code="person",
    title=Text("人口登记", "Persons"),
    summary=Text("本市户籍人口的身份信息及其历史。", "Who the registered residents are, with their history."),
    model=PersonVersion,
    anchor="person",
    key="number",
    fields=(
        Field(
            name="number",
            element=PERSON_NUMBER,
            path="person__number",
            owner=SOURCE,
            basis=_CARD_LAW,
            required=True,
            writable=False,
        ),
        Field(name="name", element=ELEMENTS["name"], owner=SOURCE, basis=_HOUSEHOLD_LAW, required=True),
        Field(name="sex", element=ELEMENTS["sex"], owner=SOURCE, basis=_HOUSEHOLD_LAW, required=True),
        Field(
            name="born", element=BIRTH_DATE, owner=SOURCE, basis=_HOUSEHOLD_LAW, required=True, writable=False
        ),
        Field(name="ethnicity", element=ELEMENTS["ethnicity"], owner=SOURCE, basis=_HOUSEHOLD_LAW),
        Field(name="phone", element=ELEMENTS["phone"], owner=OWNERS["phone"], basis=_PHONE_BASIS),
    ),
    subject=lambda person: Subject(person=person),
    within=within,
    search=SEARCH_PERSONS,
    read=READ_PERSON,
    maintain=MAINTAIN_PERSONS,
    look=LOOK,
    purposes=tuple(PURPOSES.values()),
    change=change,
    bulk=BULK,
    extract=EXTRACT,
    area=division_of,
    forget=forget_person,
    division=division,
    listed=("number", "name", "sex"),
    order=10,
)
