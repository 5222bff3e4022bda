"""The acts themselves: which organisation each is for, what it asks, and the service that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.foundation.legal_persons import services
from wenzhou.foundation.legal_persons.acts.inputs import Input
from wenzhou.foundation.legal_persons.closing import open_notice
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Route, Status
from wenzhou.foundation.legal_persons.selectors import officers
from wenzhou.foundation.legal_persons.services.common import competent
from wenzhou.foundation.legal_persons.words import APPOINTMENTS, ROLES, ROUTES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import mask_name

type Values = Mapping[str, Any]

_GOES_ON = (Status.ACTIVE, Status.SUSPENDED)
_EXISTS = (Status.ACTIVE, Status.SUSPENDED, Status.REVOKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. ``day`` names the input that says from when; without it, today. ``offered`` says for which organisations.

    ``holders``: the form has the list of holders. ``grave``: what it does is not undone by the same page.
    """

    code: str
    title: Text
    lead: Text
    icon: str
    run: Callable[[Actor, OrganisationVersion, Values], object]
    offered: Callable[[OrganisationVersion], bool]
    inputs: Callable[[OrganisationVersion], tuple[Input, ...]]
    day: str = ""
    holders: bool = False
    grave: bool = False

    def when(self, values: Values) -> date:
        """From which day it is so."""
        found = values.get(self.day)
        return found if isinstance(found, date) else timezone.localdate()


def _goes_on(row: OrganisationVersion) -> bool:
    return row.status in _GOES_ON


def _day(name: str, label: Text, *, help: Text | None = None, today: bool = True) -> Input:
    return Input(name=name, label=label, kind="date", help=help, today=today)


_SINCE = Text("自何日起", "From which day")
_NOTE = Input(
    name="note",
    label=Text("依据的文书及文号", "Decision and its number"),
    help=Text("如 温鹿市监处罚〔2026〕12 号", "Such as 温鹿市监处罚〔2026〕12 号"),
)


def _change_inputs(row: OrganisationVersion) -> tuple[Input, ...]:
    rule = RULES[row.kind]

    def one(name: str, label: Text, now: str, kind: str = "text") -> Input:
        shown = now if len(now) <= 60 else f"{now[:60]}…"
        help = Text(f"现为：{shown}", f"Now: {shown}") if shown else None
        return Input(name=name, label=label, kind=kind, help=help, required=False)

    representative = mask_name(row.legal_representative.name) if row.legal_representative else ""
    found = [
        _day("valid_from", _SINCE),
        one("name", Text("名称", "Name"), row.name),
        one("address", Text("住所", "Address"), row.address),
        one("division", Text("行政区划代码（12 位）", "Division code (12 digits)"), row.division),
        one(
            "legal_representative_id",
            Text("法定代表人（负责人）的身份证号码", "Identity number of the representative"),
            representative,
            "person",
        ),
        one("line_code", Text("行业代码（GB/T 4754）", "Line of business (GB/T 4754)"), row.line_code),
        one("line_name", Text("行业名称", "Line of business, in words"), row.line_name),
        one("scope", Text("经营（业务）范围", "Scope"), row.scope, "textarea"),
        one("phone", Text("联系电话", "Telephone"), row.phone),
    ]
    if rule.holders is None:
        found.append(one("capital", Text("开办资金（元）", "Capital (yuan)"), str(row.capital), "amount"))
    if rule.sponsor:
        found.append(one("sponsor", Text("举办（业务主管）单位", "Organising unit"), row.sponsor))
    return tuple(found)


def _change(actor: Actor, row: OrganisationVersion, values: Values) -> object:
    new = {name: value for name, value in values.items() if name != "valid_from"}
    if not new:
        nothing = Text("至少填写一项变更", "Enter at least one change")
        raise Invalid(nothing, fields={"name": nothing})
    return services.register_change(actor, row.organisation_id, values["valid_from"], new)


def _route_choices(row: OrganisationVersion) -> tuple[tuple[str, Text], ...]:
    simple = RULES[row.kind].simple_days is not None and row.status != Status.REVOKED
    return tuple((code, ROUTES[code]) for code in Route.values if simple or code == Route.GENERAL)


def _may_announce(row: OrganisationVersion) -> bool:
    return (
        row.status in _EXISTS and RULES[row.kind].notice_days > 0 and open_notice(row.organisation_id) is None
    )


def _officer_choices(row: OrganisationVersion) -> tuple[tuple[str, Text], ...]:
    found = []
    for one in officers(row.organisation_id, timezone.localdate()):
        name, role = mask_name(one.person.name), ROLES[one.role]
        found.append((f"{one.person_id}:{one.role}", Text(f"{role.zh}：{name}", f"{role.en}: {name}")))
    return tuple(found)


def _dismiss(actor: Actor, row: OrganisationVersion, values: Values) -> object:
    person, _, role = values["officer"].partition(":")
    services.dismiss(actor, row.organisation_id, UUID(person), role, values["on"])
    return None


ACTS: tuple[Act, ...] = (
    Act(
        code="change",
        title=Text("变更登记", "Register a change"),
        lead=Text(
            "只填写要变更的项目；注册资本与股东出资在“股东及出资”中一并变更。",
            "Fill in only what changes; capital that is held changes under “Holders and amounts”.",
        ),
        icon="pencil",
        day="valid_from",
        inputs=_change_inputs,
        offered=_goes_on,
        run=_change,
    ),
    Act(
        code="holders",
        title=Text("股东及出资", "Holders and amounts"),
        lead=Text(
            "登记自某日起的全部股东；删去出资额的不再是股东。出资合计应等于注册资本。",
            "The whole list from a day on; whoever has no amount holds no more. The amounts add up to the capital.",
        ),
        icon="chart-bar",
        day="on",
        holders=True,
        inputs=lambda row: (
            _day("on", _SINCE),
            Input(
                name="capital",
                label=Text("注册资本（元）", "Capital (yuan)"),
                kind="amount",
                start=f"{row.capital:.2f}",
            ),
        ),
        offered=lambda row: _goes_on(row) and RULES[row.kind].holders is not None,
        run=lambda actor, row, values: services.set_holders(
            actor, row.organisation_id, values["on"], values["shareholders"], values["capital"]
        ),
    ),
    Act(
        code="appoint",
        title=Text("登记任职", "Enter an officer"),
        lead=Text("董事、监事、高级管理人员等的任职。", "Directors, supervisors, managers and others."),
        icon="user-plus",
        day="since",
        inputs=lambda row: (
            Input(name="person", label=Text("身份证号码", "Identity number"), kind="person"),
            Input(
                name="role",
                label=Text("职务", "Office"),
                kind="select",
                choices=tuple((role, ROLES[role]) for role in RULES[row.kind].roles),
            ),
            Input(
                name="how",
                label=Text("产生方式", "How she came into office"),
                kind="select",
                choices=tuple(APPOINTMENTS.items()),
            ),
            _day("since", _SINCE),
        ),
        offered=lambda row: _goes_on(row) and bool(RULES[row.kind].roles),
        run=lambda actor, row, values: services.appoint(
            actor, row.organisation_id, values["person"], values["role"], values["since"], values["how"]
        ),
    ),
    Act(
        code="dismiss",
        title=Text("登记离任", "Enter that an officer left"),
        lead=Text("从该日起不再任职；此前的任职记录保留。", "From that day on she holds the office no more."),
        icon="logout",
        day="on",
        inputs=lambda row: (
            Input(
                name="officer",
                label=Text("任职人员", "Officer"),
                kind="select",
                choices=_officer_choices(row),
            ),
            _day("on", _SINCE),
        ),
        offered=lambda row: row.status in _EXISTS and bool(RULES[row.kind].roles),
        run=_dismiss,
    ),
    Act(
        code="suspend",
        title=Text("歇业备案", "Suspend business"),
        lead=Text("歇业期限最长三年，期满自动恢复。", "At most three years; it ends by itself."),
        icon="player-pause",
        day="since",
        inputs=lambda row: (
            _day("since", _SINCE),
            _day("until", Text("至何日止", "Until which day"), today=False),
            _NOTE,
        ),
        offered=lambda row: row.status == Status.ACTIVE and RULES[row.kind].may_suspend,
        run=lambda actor, row, values: services.suspend(
            actor, row.organisation_id, values["since"], values["until"], values["note"]
        ),
    ),
    Act(
        code="resume",
        title=Text("恢复营业", "Resume business"),
        lead=Text("歇业期满之前恢复。", "Before the suspension ends."),
        icon="player-play",
        day="since",
        inputs=lambda row: (_day("since", _SINCE),),
        offered=lambda row: row.status == Status.SUSPENDED,
        run=lambda actor, row, values: services.resume(actor, row.organisation_id, values["since"]),
    ),
    Act(
        code="revoke",
        title=Text("吊销", "Revoke"),
        lead=Text(
            "登记吊销营业执照或撤销登记的决定；单位在注销前仍然存在。",
            "Enters a decision to revoke; the organisation exists until it is deregistered.",
        ),
        icon="ban",
        day="since",
        grave=True,
        inputs=lambda row: (_day("since", _SINCE), _NOTE),
        offered=_goes_on,
        run=lambda actor, row, values: services.revoke(
            actor, row.organisation_id, values["since"], values["note"]
        ),
    ),
    Act(
        code="reinstate",
        title=Text("撤销吊销决定", "Set a revocation aside"),
        lead=Text("吊销决定被撤销后恢复登记。", "The decision to revoke was set aside."),
        icon="arrow-back-up",
        day="since",
        inputs=lambda row: (_day("since", _SINCE), _NOTE),
        offered=lambda row: row.status == Status.REVOKED,
        run=lambda actor, row, values: services.reinstate(
            actor, row.organisation_id, values["since"], values["note"]
        ),
    ),
    Act(
        code="announce-closing",
        title=Text("登记注销公告", "Enter a notice of closing"),
        lead=Text("公告期满后才能注销。", "It is deregistered when the notice has run."),
        icon="speakerphone",
        day="",
        inputs=lambda row: (
            Input(name="route", label=Text("程序", "Procedure"), kind="select", choices=_route_choices(row)),
            _day("announced", Text("公告日期", "Day of the notice")),
        ),
        offered=_may_announce,
        run=lambda actor, row, values: services.announce_closing(
            actor, row.organisation_id, values["route"], values["announced"]
        ),
    ),
    Act(
        code="withdraw-closing",
        title=Text("撤回注销公告", "Withdraw the notice of closing"),
        lead=Text("单位继续存续。", "The organisation goes on."),
        icon="arrow-back-up",
        inputs=lambda row: (),
        offered=lambda row: row.status in _EXISTS and open_notice(row.organisation_id) is not None,
        run=lambda actor, row, values: services.withdraw_closing(actor, row.organisation_id),
    ),
    Act(
        code="deregister",
        title=Text("注销登记", "Deregister"),
        lead=Text(
            "自今日起单位不再存在；股东、任职和隶属关系同时终止。",
            "From today on it does not exist; holders, officers and its place as a branch end with it.",
        ),
        icon="trash",
        grave=True,
        inputs=lambda row: (
            Input(
                name="note",
                label=Text("依据（可不填）", "On what ground (may be empty)"),
                required=False,
            ),
        ),
        offered=lambda row: row.status in _EXISTS,
        run=lambda actor, row, values: services.deregister(
            actor, row.organisation_id, note=values.get("note", "")
        ),
    ),
)


def act_of(code: str) -> Act:
    """The act of this code. Raises NotFound."""
    for one in ACTS:
        if one.code == code:
            return one
    raise NotFound(Text("没有这种办理事项。", "There is no such act."))


def acts_for(actor: Actor, row: OrganisationVersion) -> list[Act]:
    """What this actor may do with the organisation today; nothing where another office registers it."""
    if not competent(actor, RULES[row.kind].function, row.division):
        return []
    return [one for one in ACTS if one.offered(row)]


def may_have_branch(actor: Actor, row: OrganisationVersion) -> bool:
    """Whether a branch of it may be entered by somebody with a post like the actor's; where, its own form asks."""
    return row.status == Status.ACTIVE and RULES[row.kind].branches and bool(services.functions_of(actor))
