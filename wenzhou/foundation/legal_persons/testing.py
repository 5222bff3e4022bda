"""Factories of the legal persons register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from wenzhou.foundation.legal_persons.kinds import MARKET, RULES
from wenzhou.foundation.legal_persons.models import (
    Branch,
    Kind,
    Officer,
    OrganisationVersion,
    Role,
    Shareholding,
)
from wenzhou.kernel.base.actors import CLERK, Actor
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.contracts import OrganisationRef, PersonRef
from wenzhou.kernel.identity.testing import LUCHENG, actor_with, make_office, make_organisation, make_person

__all__ = ["SAMPLES", "OrganisationVersion", "register_firm"]

_serial = itertools.count(1)
VILLAGE = "330302001001"


def register_firm(
    organisation: OrganisationRef | None = None,
    *,
    name: str = "",
    division: str = VILLAGE,
    representative: PersonRef | None = None,
    line: tuple[str, str] = ("H6210", "正餐服务"),
    capital: Decimal = Decimal("500000.00"),
    since: date = date(2015, 1, 1),
    kind: str = Kind.LIMITED,
    **more: Any,
) -> OrganisationRef:
    """A firm (made when not given) entered in the register, held whole by its representative.

    Kinds without holders get none; ``more`` are further columns of its record.
    """
    organisation = organisation or make_organisation(name=name)
    representative = representative or make_person()
    OrganisationVersion.objects.create(
        organisation_id=organisation.id,
        name=name or organisation.name,
        kind=kind,
        line_code=line[0],
        line_name=line[1],
        capital=capital,
        established=since,
        division=division,
        address=f"浙江省温州市鹿城区五马街道试验路{next(_serial)}号",
        legal_representative_id=representative.id,
        valid_from=since,
        source="test",
        made=True,
        **more,
    )
    if RULES[kind].holders is None:
        return organisation
    Shareholding.objects.create(
        organisation_id=organisation.id,
        holder=representative.id,
        person_id=representative.id,
        amount=capital,
        valid_from=since,
        source="test",
    )
    return organisation


def hold(
    firm: OrganisationRef, *holders: tuple[OrganisationRef | PersonRef, int], since: date = date(2015, 1, 1)
) -> None:
    """From the beginning others hold the firm: (who, yuan) each. Its capital follows."""
    Shareholding.objects.filter(organisation=firm.id).delete()
    for holder, amount in holders:
        is_person = isinstance(holder, PersonRef)
        Shareholding.objects.create(
            organisation_id=firm.id,
            holder=holder.id,
            person_id=holder.id if is_person else None,
            holding_organisation_id=None if is_person else holder.id,
            amount=Decimal(amount),
            valid_from=since,
            source="test",
        )
    OrganisationVersion.objects.filter(organisation=firm.id).update(capital=sum(part for _, part in holders))


def make_branch(
    parent: OrganisationRef, *, name: str = "", since: date = date(2016, 1, 1)
) -> OrganisationRef:
    """A branch of the firm."""
    branch = register_firm(
        name=name or f"{parent.name}第{next(_serial)}分公司",
        kind=Kind.BRANCH,
        capital=Decimal(0),
        since=since,
    )
    Branch.objects.create(branch_id=branch.id, parent_id=parent.id, valid_from=since, source="test")
    return branch


def make_officer(
    firm: OrganisationRef, person: PersonRef, role: str = Role.DIRECTOR, *, since: date = date(2015, 1, 1)
) -> Officer:
    """The person holds the office in the firm."""
    return Officer.objects.create(
        organisation_id=firm.id, person_id=person.id, role=role, valid_from=since, source="test"
    )


def registrar(function: str = MARKET, area: str = LUCHENG) -> Actor:
    """A clerk of the office that registers such organisations there."""
    code = f"test-{function}" if area == LUCHENG else f"test-{function}-{area}"
    office = make_office(code, function=function, area=area)
    return actor_with(CLERK, office=office.code)


def _by_code(**more: str) -> Sample:
    more = {"purpose": "legal_persons.beneficial-owner", **more}
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return Sample({"code": register_firm().code}, query=f"?{query}")


def _act() -> Sample:
    return Sample({"organisation_id": register_firm().id, "act": "change"}, account=registrar().account)


SAMPLES: dict[str, Callable[[], Sample]] = {
    "relations": lambda: Sample({"organisation_id": register_firm().id}),
    "GET /organisations/{code}/relations": _by_code,
    "GET /organisations/{code}/owners": _by_code,
    "GET /organisations/{code}/way": lambda: _by_code(to=register_firm().code),
    "act": _act,
    "firm-map": lambda: Sample({"organisation_id": register_firm().id}),
    "firm": lambda: Sample({"organisation_id": register_firm().id}),
}

RECORDS: dict[str, Callable[[], UUID]] = {"organisation": lambda: register_firm().id}
"""A record of each register of this module, for the walk through the engine's pages."""
