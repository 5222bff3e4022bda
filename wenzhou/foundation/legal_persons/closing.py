"""What has to be settled before an organisation is deregistered: read by the act and shown beforehand on its page.

Sources: 市场主体登记管理条例, Articles 31 to 33 (branches first; simplified procedure); its implementing rules, Article 48
(no simplified procedure with investments in others); 公司法, Articles 235 and 240 (45 and 20 days of notice).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import (
    Branch,
    ClosingNotice,
    NoticeState,
    OrganisationVersion,
    Route,
    Shareholding,
    Status,
)
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.api import as_of, obstacles
from wenzhou.kernel.registers.declarations import Obstacle

SHOWN = 3
"""So many branches or firms are named; of more, how many there are."""


def open_notice(organisation: UUID) -> ClosingNotice | None:
    """The notice of closing that runs, if any."""
    return ClosingNotice.objects.filter(organisation=organisation, state=NoticeState.OPEN).first()


def days_of_notice(kind: str, route: str) -> int:
    """How long a closing is announced before it is entered."""
    rule = RULES[kind]
    if route == Route.SIMPLIFIED and rule.simple_days is not None:
        return rule.simple_days
    return rule.notice_days


def standing_against(row: OrganisationVersion, on: date) -> list[Obstacle]:
    """Everything that stands against deregistering the organisation on a day, each with where it is settled."""
    found = [
        _named(
            as_of(Branch.objects.filter(parent=row.organisation_id), on)
            .order_by("branch__name")
            .values_list("branch_id", "branch__name"),
            Text("尚有分支机构未注销", "branches have to be deregistered first"),
        ),
        _named(
            as_of(Shareholding.objects.filter(holder=row.organisation_id), on)
            .order_by("organisation__name")
            .values_list("organisation_id", "organisation__name"),
            Text(
                "尚持有其他单位的股权，请先转让或清算",
                "shares in other organisations have to be transferred first",
            ),
        ),
        _notice(row, on),
    ]
    return [one for one in found if one is not None] + obstacles("organisation", row.organisation_id)


def firm_url(organisation: UUID) -> str:
    """The record of an organisation."""
    return reverse("legal_persons:firm", kwargs={"organisation_id": organisation})


def act_url(organisation: UUID, act: str) -> str:
    """The page of an act on an organisation."""
    return reverse("legal_persons:act", kwargs={"organisation_id": organisation, "act": act})


def _named(rows: Iterable[tuple[UUID, str]], text: Text) -> Obstacle | None:
    found = list(rows)
    if not found:
        return None
    links = tuple((name, firm_url(organisation)) for organisation, name in found[:SHOWN])
    shown = "、".join(name for _, name in found[:SHOWN])
    if len(found) > SHOWN:
        said = Text(
            f"{text.zh}（{shown} 等 {len(found)} 家）",
            f"{text.en} ({shown} and others, {len(found)} in all)",
        )
    else:
        said = Text(f"{text.zh}（{shown}）", f"{text.en} ({shown})")
    return Obstacle(said, links)


def _notice(row: OrganisationVersion, on: date) -> Obstacle | None:
    if RULES[row.kind].notice_days == 0:
        return None
    notice = open_notice(row.organisation_id)
    if notice is None:
        return Obstacle(
            Text("尚未发布注销公告", "the closing has not been announced"),
            (
                (
                    t("登记注销公告", "Enter a notice of closing"),
                    act_url(row.organisation_id, "announce-closing"),
                ),
            ),
        )
    withdraw = ((t("撤回公告", "Withdraw the notice"), act_url(row.organisation_id, "withdraw-closing")),)
    if notice.route == Route.SIMPLIFIED and row.status == Status.REVOKED:
        return Obstacle(
            Text(
                "登记已吊销，不适用简易注销，请撤回公告并按一般程序办理",
                "its licence is revoked: withdraw the notice and take the general procedure",
            ),
            withdraw,
        )
    over = notice.announced + timedelta(days=days_of_notice(row.kind, notice.route))
    if on < over:
        return Obstacle(
            Text(f"注销公告期至 {over:%Y-%m-%d} 届满", f"the notice of closing runs until {over:%Y-%m-%d}"),
            withdraw,
        )
    return None
