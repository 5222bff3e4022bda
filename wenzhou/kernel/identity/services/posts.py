"""Giving and ending posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import CLERK, HEAD, OPERATOR, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.contracts import HoldingRecord
from wenzhou.kernel.identity.events import PostEnded, PostGiven
from wenzhou.kernel.identity.models import Account, Office, PostHolding
from wenzhou.kernel.identity.permissions import MANAGE_ACCOUNTS
from wenzhou.kernel.identity.selectors import ASSIGNABLE_ROLES, in_force

if TYPE_CHECKING:
    from uuid import UUID

OFFICE_ROLES = frozenset({CLERK.code, HEAD.code})


def give_post(
    actor: Actor, account_id: UUID, *, role: str, office: str = "", area: str = ""
) -> HoldingRecord:
    """Give an account the post ``role`` × ``office`` (code) × ``area`` (division code) from today on.

    ``area`` defaults to the office's own and must lie within it. Raises Refused, NotFound, Invalid
    (fields role, office, area), Conflict when the account holds that very post already.
    """
    held = Office.objects.filter(code=office).first() if office else None
    area = area or (held.area if held else "")
    with transaction.atomic():
        account = _locked_account(account_id)  # lock
        require(actor, MANAGE_ACCOUNTS, area=area)  # may the actor
        _check_post(role, office, held, area)
        if PostHolding.objects.filter(
            account=account, role=role, office=held, area=area, until=None
        ).exists():
            raise Conflict(Text("该账户已经担任此岗位。", "The account holds this very post already."))
        holding = PostHolding.objects.create(  # change
            account=account, role=role, office=held, area=area, since=timezone.localdate()
        )
        audit.record(actor, "identity.give-post", account, role=role, office=office, area=area)  # audit
        emit(PostGiven(account=account.id, role=role, office=office, area=area), actor=actor)  # emit
    return HoldingRecord.of(holding)


def _locked_account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound(Text("没有这个账户。", "There is no such account."))
    return account


def _check_post(role: str, office: str, held: Office | None, area: str) -> None:
    fields: dict[str, Text] = {}
    if role not in ASSIGNABLE_ROLES:
        fields["role"] = Text("请从列表中选择岗位角色。", "Choose a role from the list.")
    if office and held is None:
        fields["office"] = Text("没有这个机关，请从列表中选择。", "No such office; choose one from the list.")
    if role in OFFICE_ROLES and not office:
        fields["office"] = Text("此角色必须属于一个机关。", "This role must belong to an office.")
    if area and not area.isdigit():
        fields["area"] = Text(
            "地区应为行政区划代码，如 330302。", "The area is a division code, such as 330302."
        )
    elif held is not None and not area.startswith(held.area):
        fields["area"] = Text(
            f"超出该机关的管辖范围 {held.area}。", f"Beyond the office's own area {held.area}."
        )
    if fields:
        raise Invalid(
            Text("岗位填写有误，请改正标出的各项。", "The post is not right; mend the marked entries."),
            fields=fields,
        )


def end_post(actor: Actor, holding_id: UUID) -> HoldingRecord:
    """End a post now. Raises Refused for one's own last operator post, NotFound, Conflict if it has ended."""
    today = timezone.localdate()
    with transaction.atomic():
        # Operators' posts are locked together, in one order: two operators who end each other's last
        # post at the same moment must not leave the city without any.
        list(PostHolding.objects.select_for_update().filter(role=OPERATOR.code, until=None).order_by("id"))
        holding = PostHolding.objects.select_for_update().filter(id=holding_id).first()  # lock
        if holding is None:
            raise NotFound(Text("没有这项任职。", "There is no such post."))
        require(actor, MANAGE_ACCOUNTS, area=holding.area)  # may the actor
        if holding.until is not None and holding.until <= today:
            raise Conflict(Text("这项任职已经结束。", "This post has ended already."))
        _keep_an_operator(actor, holding)
        holding.until = max(today, holding.since)  # change; a post that has not begun never begins
        holding.save(update_fields=["until"])
        office = holding.office_id or ""
        audit.record(  # audit
            actor,
            "identity.end-post",
            holding,
            account=str(holding.account_id),
            role=holding.role,
            office=office,
            area=holding.area,
        )
        emit(  # emit
            PostEnded(account=holding.account_id, role=holding.role, office=office, area=holding.area),
            actor=actor,
        )
    return HoldingRecord.of(holding)


def _keep_an_operator(actor: Actor, holding: PostHolding) -> None:
    if holding.role != OPERATOR.code:
        return
    others = (
        PostHolding.objects.filter(
            in_force(timezone.localdate()), role=OPERATOR.code, account__is_active=True
        )
        .exclude(id=holding.id)
        .values_list("account_id", flat=True)
    )
    if actor.account == holding.account_id and actor.account not in others:
        raise Refused(
            Text(
                "不能结束自己最后一个运维岗位，请由另一位运维员办理。",
                "You cannot end your own last operator post; let another operator do it.",
            )
        )
    if not others:
        raise Refused(
            Text(
                "这是全市最后一个运维岗位，不能结束。", "This is the city's last operator post; it must stay."
            )
        )
