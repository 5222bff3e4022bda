"""Reads of the legal persons register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from wenzhou.foundation.legal_persons.checks import check_name
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import (
    Bigrams,
    Branch,
    Officer,
    OrganisationVersion,
    Role,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.naming import bigrams, canonical, name_key
from wenzhou.foundation.legal_persons.permissions import SEARCH_FIRMS, SEE_STATISTICS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import placed_table
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
PHONE = re.compile(r"[0-9][0-9-]{6,19}")
LEAST_HEARD = 3
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


def officers(organisation_id: UUID, on: date, known_at: datetime | None = None) -> list[Officer]:
    """Who holds office in an organisation on a day, by rank; one statement."""
    rows = as_of(Officer.objects.filter(organisation=organisation_id), on, known_at).select_related("person")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for: ``text`` is a code, a telephone, pinyin or initials, or any part of a name; ``address`` any part
    of an address; the others narrow it. ``status`` empty: any."""

    text: str = ""
    address: str = ""
    county: str = ""
    line: str = ""
    kind: str = ""
    status: str = ""


def search(actor: Actor, wanted: Wanted, *, token: str = "") -> Slice[OrganisationVersion]:
    """Organisations of today by what is wanted, by name; at least one of text, address, county, line, kind.

    Raises Refused, Invalid.
    """
    require(actor, SEARCH_FIRMS)
    text, address = wanted.text.strip(), wanted.address.strip()
    rows = as_of(OrganisationVersion.objects.select_related("organisation"), timezone.localdate())
    if not (text or address or wanted.county or wanted.line or wanted.kind):
        raise _too_little("q", Text("请输入检索内容", "Enter what to search for"))
    rows = rows.alias(pairs=Bigrams("name_key"), places=Bigrams("address"))
    if text:
        rows = rows.filter(_by_text(text))
    if address:
        rows = rows.filter(_by_address(address))
    narrow = {
        "division__startswith": wanted.county,
        "line_code__startswith": wanted.line,
        "kind": wanted.kind,
        "status": wanted.status,
    }
    rows = rows.filter(**{name: value for name, value in narrow.items() if value})
    return keyset(rows, "name", "id", token=token, size=PAGE)


def _by_text(text: str) -> Q:
    """What kind of text it is decides which column is asked; each has its index."""
    if CODE.fullmatch(text.upper()):
        return Q(organisation__code=text.upper())
    if PHONE.fullmatch(text):
        return Q(phone=text)
    if text.isascii():
        heard = re.sub("[^a-z]", "", text.lower())
        if len(heard) < LEAST_HEARD:
            raise _too_little(
                "q", Text("拼音或首字母至少三个字母", "Three letters of pinyin or initials, or more")
            )
        return Q(pinyin__contains=heard)
    key = name_key(text)
    if len(key) < 2:
        raise _too_little("q", Text("名称至少两个字", "Two characters of the name, or more"))
    return Q(pairs__contains=bigrams(key), name_key__contains=key)


def _by_address(address: str) -> Q:
    if len(address) < 2:
        raise _too_little("address", Text("地址至少两个字", "Two characters of the address, or more"))
    return Q(places__contains=bigrams(address), address__contains=address)


def _too_little(field: str, text: Text) -> Invalid:
    return Invalid(
        Text(
            "请输入名称、拼音、首字母、统一社会信用代码、电话或地址。",
            "Enter a name, pinyin, initials, a credit code, a telephone number or an address.",
        ),
        fields={field: text},
    )


def history(organisation_id: UUID, known_at: datetime | None = None) -> Sequence[OrganisationVersion]:
    """All periods as known now or at an instant, newest first."""
    rows = timeline(OrganisationVersion, organisation_id, known_at)
    return list(rows.select_related("legal_representative"))


def superseded(organisation_id: UUID) -> Sequence[OrganisationVersion]:
    """What was said once and counts no more, the newest first; the last hundred."""
    rows = OrganisationVersion.objects.filter(organisation=organisation_id).exclude(superseded_at=None)
    return list(rows.select_related("legal_representative").order_by("-superseded_at", "-valid_from")[:100])


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
    """How many organisations a key (a division, a section or class of business, a kind) has."""

    key: str
    name: str
    number: int


def _in_force(actor: Actor, on: date, area: str) -> QuerySet[OrganisationVersion]:
    require(actor, SEE_STATISTICS)
    rows = as_of(OrganisationVersion.objects.exclude(status=Status.DEREGISTERED), on)
    return rows.filter(division__startswith=area) if area else rows


def by_division(actor: Actor, on: date, area: str = "") -> list[FirmCount]:
    """Organisations in force on a day by county, or by town of the county ``area``."""
    rows = _in_force(actor, on, area).annotate(key=Left("division", 9 if area else 6))
    counted = rows.values("key").annotate(n=Count("id")).order_by("key")
    return [FirmCount(row["key"], row["key"], row["n"]) for row in counted]


def placed_by_division(
    actor: Actor, on: date, shown_on: date, area: str = ""
) -> tuple[list[FirmCount], tuple[int, ...]]:
    """``by_division`` with the divisions of another day; and how many could not be placed."""
    counted = _in_force(actor, on, "").values("division").annotate(n=Count("id")).order_by()
    figures = {row["division"]: (row["n"],) for row in counted}
    found, lost = placed_table(figures, on, shown_on, digits=9 if area else 6, within=area)
    return [FirmCount(code, code, number) for code, (number,) in found.items()], lost


def by_section(actor: Actor, on: date, area: str = "") -> list[FirmCount]:
    """Organisations in force on a day by section of GB/T 4754, the most frequent first."""
    counted = (
        _in_force(actor, on, area).annotate(key=Left("line_code", 1)).values("key").annotate(n=Count("id"))
    )
    return [FirmCount(row["key"], row["key"], row["n"]) for row in counted.order_by("-n", "key")]


def by_kind(actor: Actor, on: date, area: str = "") -> list[FirmCount]:
    """Organisations in force on a day by kind, the most frequent first."""
    counted = _in_force(actor, on, area).values("kind").annotate(n=Count("id")).order_by("-n", "kind")
    return [FirmCount(row["kind"], row["kind"], row["n"]) for row in counted]


def by_line(actor: Actor, on: date, area: str = "", limit: int = 20) -> list[FirmCount]:
    """Organisations in force on a day by line of business, the most frequent first."""
    counted = _in_force(actor, on, area).values("line_code", "line_name").annotate(n=Count("id"))
    rows = counted.order_by("-n", "line_code")[:limit]
    return [FirmCount(row["line_code"], row["line_name"], row["n"]) for row in rows]
