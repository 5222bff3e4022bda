"""Factories of the legal persons register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from wenzhou.foundation.legal_persons.models import Kind, OrganisationVersion, Shareholding
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.contracts import OrganisationRef, PersonRef
from wenzhou.kernel.identity.testing import make_organisation, make_person

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
) -> OrganisationRef:
    """A firm (made when not given) entered in the register, held whole by its representative."""
    organisation = organisation or make_organisation(name=name)
    representative = representative or make_person()
    OrganisationVersion.objects.create(
        organisation_id=organisation.id,
        name=name or organisation.name,
        kind=Kind.LIMITED,
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
    )
    Shareholding.objects.create(
        organisation_id=organisation.id,
        holder=representative.id,
        person_id=representative.id,
        amount=capital,
        valid_from=since,
        source="test",
    )
    return organisation


SAMPLES: dict[str, Callable[[], Sample]] = {
    "firm": lambda: Sample({"organisation_id": register_firm().id}),
}
