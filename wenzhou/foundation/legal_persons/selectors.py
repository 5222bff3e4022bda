"""Reads of the legal persons register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Left
from django.utils import timezone

from wenzhou.foundation.legal_persons.checks import check_name
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import (
    Branch,
    Officer,
    OrganisationVersion,
    Role,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.naming import canonical, name_key
from wenzhou.foundation.legal_persons.permissions import SEARCH_FIRMS, SEE_STATISTICS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import OrganisationRef, organisation
from wenzhou.kernel.registers.api import as_of, timeline
from wenzhou.kernel.registers.contracts import (
    NameCheck,
    NameCheckResult,
    OrganisationProfile,
    OrganisationQuery,
    Shareholder,
)

CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
PAGE = 20


def profile(query: OrganisationQuery, *, known_at: datetime | None = None) -> OrganisationProfile:
    """The whole record of one organisation as of a day; two statements. Raises NotFound, Invalid."""
    if query.id is None and not query.code:
        raise Invalid(
            Text("请给出统一社会信用代码。", "Give a unified social credit code."),
            fields={"code": Text("请填写 18 位代码", "Enter the 18 characters")},
        )
    on = query.on or timezone.localdate()
    rows = as_of(
        OrganisationVersion.objects.select_related("organisation", "legal_representative"), on, known_at
    )
    rows = (
        rows.filter(organisation=query.id) if query.id else rows.filter(organisation__code=query.code.upper())
    )
    found = list(rows.order_by("-valid_from")[:1])
    if not found:
        raise NotFound(
            Text(
                "法人库中没有该单位在该日期的记录，请核对代码和日期。",
                "The register has no such organisation for that day; check the code and the day.",
            )
        )
    row = found[0]
    return OrganisationProfile(
        id=row.organisation_id,
        code=row.organisation.code,
        name=row.name,
        kind=row.kind,
        line_code=row.line_code,
        line_name=row.line_name,
        capital=row.capital,
        established=row.established,
        status=row.status,
        division=row.division,
        address=row.address,
        legal_representative=row.legal_representative_id,
        legal_representative_name=row.legal_representative.name if row.legal_representative else None,
        shareholders=shareholders(row.organisation_id, on, known_at),
        made=row.made,
    )


def shareholders(
    organisation_id: UUID, on: date, known_at: datetime | None = None
) -> tuple[Shareholder, ...]:
    """Who holds an organisation on a day, the largest first."""
    rows = as_of(Shareholding.objects.filter(organisation=organisation_id), on, known_at)
    return tuple(
        Shareholder(person=row.person_id, organisation=row.holding_organisation_id, amount=row.amount)
        for row in rows.order_by("-amount", "id")
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder with her or its name, the amount in yuan and the part of the whole in per cent."""

    name: str
    person: bool
    amount: str
    per_cent: float


def holders(organisation_id: UUID, on: date, known_at: datetime | None = None) -> list[Holder]:
    """The holders by name, the largest first; one statement."""
    rows = list(
        as_of(Shareholding.objects.filter(organisation=organisation_id), on, known_at)
        .select_related("person", "holding_organisation")
        .order_by("-amount", "id")
    )
    whole = sum((row.amount for row in rows), start=type(rows[0].amount)(0)) if rows else 0
    found = []
    for row in rows:
        held_by = row.person or row.holding_organisation
        name = held_by.name if held_by is not None else ""
        found.append(
            Holder(
                name,
                row.person_id is not None,
                f"{row.amount:,.2f}",
                round(float(row.amount / whole * 100), 2),
            )
        )
    return found


def held_by(holder: UUID, on: date) -> list[OrganisationVersion]:
    """The organisations in which a person or an organisation holds shares on a day."""
    organisations = as_of(Shareholding.objects.filter(holder=holder), on).values("organisation")
    return list(
        as_of(OrganisationVersion.objects.filter(organisation__in=organisations), on).order_by("name")
    )


def officers(organisation_id: UUID, on: date) -> list[Officer]:
    """Who holds office in an organisation on a day, by rank; one statement."""
    rows = as_of(Officer.objects.filter(organisation=organisation_id), on).select_related("person")
    order = list(Role.values)
    return sorted(rows, key=lambda row: (order.index(row.role), row.valid_from, row.id))


def branches(organisation_id: UUID, on: date) -> list[OrganisationVersion]:
    """The branches of an organisation on a day, by name."""
    held = as_of(Branch.objects.filter(parent=organisation_id), on).values("branch")
    return list(as_of(OrganisationVersion.objects.filter(organisation__in=held), on).order_by("name"))


def parent_of(organisation_id: UUID, on: date) -> OrganisationRef | None:
    """Whose branch an organisation is on a day."""
    found = (
        as_of(Branch.objects.filter(branch=organisation_id), on).values_list("parent_id", flat=True).first()
    )
    return organisation(found) if found else None


def search(
    actor: Actor, text: str, *, token: str = "", county: str = "", line: str = ""
) -> Slice[OrganisationVersion]:
    """Organisations by code or by the beginning of the name (two characters or more), by name.

    Without a text, those of a county or a line of business. Raises Refused, Invalid.
    """
    require(actor, SEARCH_FIRMS)
    text = text.strip()
    rows = as_of(OrganisationVersion.objects.select_related("organisation"), timezone.localdate())
    if CODE.fullmatch(text.upper()):
        rows = rows.filter(organisation__code=text.upper())
    elif len(text) >= 2:
        rows = rows.filter(name__startswith=text)
    elif text or not (county or line):
        raise Invalid(
            Text(
                "请输入完整的 18 位统一社会信用代码，或名称开头至少两个字。",
                "Enter a whole code (18 characters), or the first two characters of a name or more.",
            ),
            fields={"q": Text("至少两个字，或 18 位代码", "Two characters or more, or 18 of a code")},
        )
    if county:
        rows = rows.filter(division__startswith=county)
    if line:
        rows = rows.filter(line_code__startswith=line)
    return keyset(rows, "name", "id", token=token, size=PAGE)


def history(organisation_id: UUID) -> Sequence[OrganisationVersion]:
    """All periods known now, newest first."""
    return list(timeline(OrganisationVersion, organisation_id).select_related("legal_representative"))


def name_check(request: NameCheck) -> NameCheckResult:
    """Whether a name is well formed and free in the county of ``area`` now. Raises Invalid for the area."""
    county = request.area[:6]
    if not re.fullmatch(r"[0-9]{6}", county):
        raise Invalid(
            Text("请给出六位以上的行政区划代码。", "Give a division code of six digits or more."),
            fields={"area": Text("行政区划代码不完整", "Not a whole division code")},
        )
    name = canonical(request.name)
    reason = check_name(RULES.get(request.kind), name)
    if reason is None and taken(name, county):
        reason = Text(
            "本县（市、区）已有同名单位，请另取名称。",
            "An organisation of this name is registered in the county. Choose another name.",
        )
    return NameCheckResult(name=name, area=request.area, free=reason is None, reason=reason)


def taken(name: str, county: str) -> bool:
    """Whether an organisation in the county bears the name, or one that counts as the same."""
    rows = OrganisationVersion.objects.filter(
        name_key=name_key(name), division__startswith=county, superseded_at=None, valid_to=None
    )
    return rows.exclude(status=Status.DEREGISTERED).exists()


@dataclass(frozen=True, slots=True)
class FirmCount:
    """How many organisations in force a key (a county, a line of business) has."""

    key: str
    name: str
    number: int


def by_county(actor: Actor) -> list[FirmCount]:
    """Organisations in force today by county code."""
    require(actor, SEE_STATISTICS)
    rows = (
        as_of(OrganisationVersion.objects.exclude(status=Status.DEREGISTERED), timezone.localdate())
        .annotate(key=Left("division", 6))
        .values("key")
        .annotate(n=Count("id"))
        .order_by("key")
    )
    return [FirmCount(row["key"], row["key"], row["n"]) for row in rows]


def by_line(actor: Actor, *, county: str = "", limit: int = 20) -> list[FirmCount]:
    """Organisations in force today by line of business, the most frequent first."""
    require(actor, SEE_STATISTICS)
    rows = as_of(OrganisationVersion.objects.exclude(status=Status.DEREGISTERED), timezone.localdate())
    if county:
        rows = rows.filter(division__startswith=county)
    counted = rows.values("line_code", "line_name").annotate(n=Count("id")).order_by("-n", "line_code")
    return [FirmCount(row["line_code"], row["line_name"], row["n"]) for row in counted[:limit]]
