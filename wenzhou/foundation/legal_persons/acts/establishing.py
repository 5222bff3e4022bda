"""Entering a new organisation: what is asked for each kind, and the request that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons import services
from wenzhou.foundation.legal_persons.acts.inputs import Input
from wenzhou.foundation.legal_persons.acts.picture import Difference, picture
from wenzhou.foundation.legal_persons.kinds import KindRule, kinds_of
from wenzhou.foundation.legal_persons.lines import LINES
from wenzhou.foundation.legal_persons.models import Kind
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.foundation.legal_persons.words import KINDS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import CITY, Place, children
from wenzhou.kernel.registers.api import areas
from wenzhou.kernel.registers.contracts import EstablishedOrganisation, EstablishOrganisation

LINE_NAMES = {line.code: line.title for line in LINES}


def kinds_for(actor: Actor) -> list[tuple[str, Text]]:
    """The kinds that the actor's offices register; branches are entered from their parents."""
    own = services.functions_of(actor)
    found = [kind for function in sorted(own) for kind in kinds_of(function=function)]
    return [(kind, KINDS[kind]) for kind in found if kind != Kind.BRANCH]


def counties_for(actor: Actor) -> list[Place]:
    """The counties in which some post of the actor registers."""
    held = areas(actor, MAINTAIN_FIRMS)
    return [
        county
        for county in children(CITY)
        if held is None or any(county.code.startswith(one[:6]) for one in held)
    ]


def inputs_for(rule: KindRule, town: str) -> tuple[Input, ...]:
    """What is asked for a new organisation of a kind in a town."""
    found = [
        Input(name="name", label=Text("名称", "Name"), help=rule.name_hint),
        Input(
            name="division",
            label=Text("村（社区）", "Village or community"),
            kind="select",
            choices=tuple((one.code, one.name) for one in children(town)),
        ),
        Input(name="address", label=Text("住所", "Address")),
        Input(
            name="line_code",
            label=Text("行业代码（GB/T 4754）", "Line of business (GB/T 4754)"),
            help=Text("一个字母加二至四位数字，如 H6210", "A letter and two to four digits, such as H6210"),
        ),
        Input(
            name="line_name",
            label=Text("行业名称", "Line of business, in words"),
            help=Text("常用行业可不填", "May be left empty for the usual lines"),
            required=False,
        ),
        Input(
            name="capital",
            label=Text("注册资本或开办资金（元）", "Capital (yuan)"),
            kind="amount",
            start="" if rule.holders else "0",
        ),
        Input(
            name="legal_representative",
            label=Text("法定代表人（负责人）身份证号码", "Identity number of the representative"),
            kind="person",
        ),
        Input(name="scope", label=Text("经营（业务）范围", "Scope"), kind="textarea", required=False),
        Input(name="phone", label=Text("联系电话", "Telephone"), required=False),
    ]
    if rule.sponsor:
        found.append(Input(name="sponsor", label=Text("举办（业务主管）单位", "Organising unit")))
    return tuple(found)


def request_of(kind: str, key: str, values: Mapping[str, Any]) -> EstablishOrganisation:
    """The request that the form makes; ``key`` came with it, so that sending it twice enters one organisation."""
    code = values["line_code"].upper()
    return EstablishOrganisation(
        **{**values, "line_code": code, "line_name": values.get("line_name") or LINE_NAMES.get(code, "")},
        kind=kind,
        key=f"page:{key}",
    )


def enter(actor: Actor, request: EstablishOrganisation, parent: UUID | None) -> EstablishedOrganisation:
    """The service for it."""
    if parent is not None:
        return services.enter_branch(actor, parent, request)
    return services.enter(actor, request)


def rehearse(actor: Actor, request: EstablishOrganisation, parent: UUID | None) -> list[Difference]:
    """What would stand in the register: entered in full and taken back. Raises what entering raises."""
    with transaction.atomic():
        done = enter(actor, request, parent)
        said = picture(done.id, timezone.localdate())
        transaction.set_rollback(True)
    return [Difference(label, "", text) for label, text in said.items()]
