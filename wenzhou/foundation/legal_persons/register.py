"""The register of legal persons (法人登记): what each column means, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone

from wenzhou.foundation.legal_persons.extract import EXTRACT
from wenzhou.foundation.legal_persons.kinds import FUNCTIONS, kinds_of
from wenzhou.foundation.legal_persons.models import OrganisationVersion
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS, SEARCH_FIRMS
from wenzhou.foundation.legal_persons.reading import LOOK
from wenzhou.foundation.legal_persons.services import SOURCE, register_change, register_correction
from wenzhou.foundation.legal_persons.words import KINDS, STATUSES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.declarations import (
    CAPITAL,
    CREDIT_CODE,
    DAY,
    DIVISION,
    LINE_OF_BUSINESS,
    ORGANISATION_NAME,
    CodeList,
    DataElement,
    Field,
    Register,
    Sensitivity,
)
from wenzhou.kernel.registers.declarations import Kind as Written

_REGISTRATION = Text("市场主体登记管理条例 第八条", "Regulations on registration of market entities, art. 8")
VERIFY = Purpose("legal_persons.verify", Text("核实单位登记信息", "Checking a registration"))

KIND = DataElement(
    code="organisation-kind",
    title=Text("市场主体类型", "Kind of organisation"),
    source="市场主体登记管理条例 第二条",
    remedy=Text("请从类型代码表中选择", "Choose from the list of kinds"),
    kind=Written.CODE,
    codes=CodeList(
        code="organisation-kind",
        title=Text("市场主体类型", "Kinds of organisation"),
        source="本市 (city)",
        items=KINDS,
    ),
    sensitivity=Sensitivity.OPEN,
)
STATUS = DataElement(
    code="organisation-status",
    title=Text("登记状态", "Status"),
    source="市场主体登记管理条例 第三十条至第三十四条",
    remedy=Text("请从登记状态代码表中选择", "Choose from the list of states"),
    kind=Written.CODE,
    codes=CodeList(
        code="organisation-status",
        title=Text("登记状态", "States of a registration"),
        source="本市 (city)",
        items=STATUSES,
    ),
    sensitivity=Sensitivity.OPEN,
)
LINE_NAME = DataElement(
    code="line-of-business-name",
    title=Text("行业名称", "Line of business, in words"),
    source="GB/T 4754-2017",
    remedy=Text("行业类别的名称", "What the line is called"),
    length=80,
    sensitivity=Sensitivity.OPEN,
)
BUSINESS_ADDRESS = DataElement(
    code="business-address",
    title=Text("住所（经营场所）", "Registered place"),
    source="市场主体登记管理条例 第十一条",
    remedy=Text("住所应为 4 至 200 个字", "The address has 4 to 200 characters"),
    length=200,
    sensitivity=Sensitivity.OPEN,
)


def within(rows: QuerySet[Any], areas: tuple[str, ...]) -> QuerySet[Any]:
    """Organisations whose place is in one of these divisions."""
    inside = Q()
    for area in areas:
        inside |= Q(division__startswith=area)
    return rows.filter(inside)


def division_of(organisation: UUID) -> str:
    """Where the organisation is today."""
    row = as_of(OrganisationVersion.objects.filter(organisation=organisation), timezone.localdate()).first()
    return row.division if row else ""


def change(
    actor: Actor, organisation: UUID, valid_from: date, values: Mapping[str, Any], case: UUID | None
) -> OrganisationVersion:
    """The module's own service."""
    return register_change(actor, organisation, valid_from, values, case=case)


def correct(
    actor: Actor,
    organisation: UUID,
    period: tuple[date, date | None],
    values: Mapping[str, Any],
    case: UUID | None,
) -> list[OrganisationVersion]:
    """The module's own service."""
    return register_correction(actor, organisation, period, values, case=case)


def kept_by() -> Case:
    """The function of the office that registers the kind: 市场监管, 机构编制 or 民政."""
    return Case(
        *(When(kind__in=kinds_of(function=function), then=Value(function)) for function in FUNCTIONS),
        output_field=CharField(),
    )


def _field(
    name: str, element: DataElement, path: str = "", *, writable: bool = True, called: Text | None = None
) -> Field:
    return Field(
        name=name,
        element=element,
        path=path,
        owner=SOURCE,
        basis=_REGISTRATION,
        required=True,
        writable=writable,
        called=called,
    )


ORGANISATIONS_REGISTER = Register(
    code="organisation",
    title=Text("法人登记", "Legal persons"),
    summary=Text("企业等法人单位的登记信息及其历史。", "Registrations of legal persons, with their history."),
    model=OrganisationVersion,
    anchor="organisation",
    key="code",
    fields=(
        _field("code", CREDIT_CODE, "organisation__code", writable=False),
        _field("name", ORGANISATION_NAME),
        _field("kind", KIND, writable=False),
        _field("line_code", LINE_OF_BUSINESS),
        _field("line_name", LINE_NAME),
        _field("capital", CAPITAL),
        _field("established", DAY, writable=False, called=Text("成立日期", "Established")),
        _field("status", STATUS, writable=False),
        _field("division", DIVISION),
        _field("address", BUSINESS_ADDRESS),
    ),
    subject=lambda organisation: Subject(organisation=organisation),
    within=within,
    search=SEARCH_FIRMS,
    read=SEARCH_FIRMS,
    maintain=MAINTAIN_FIRMS,
    look=LOOK,
    purposes=(VERIFY,),
    change=change,
    correct=correct,
    keeper=kept_by,
    area=division_of,
    division=lambda day: F("division"),
    extract=EXTRACT,
    listed=("code", "name", "kind", "status"),
    order=20,
)
