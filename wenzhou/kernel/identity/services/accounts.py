"""Locking and unlocking accounts, ending sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import OPERATOR, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.contracts import AccountRef
from wenzhou.kernel.identity.events import AccountLocked, AccountUnlocked
from wenzhou.kernel.identity.models import Account, PostHolding
from wenzhou.kernel.identity.permissions import MANAGE_ACCOUNTS, OWN_ACCOUNT
from wenzhou.kernel.identity.selectors import in_force

if TYPE_CHECKING:
    from uuid import UUID


def lock(actor: Actor, account_id: UUID, *, reason: str) -> AccountRef:
    """Shut an account out and end its sessions at once. ``reason`` goes to the audit.

    Raises Refused (also for oneself and for the city's last operator), NotFound, Invalid, Conflict.
    """
    with transaction.atomic():
        account = _locked(account_id)  # lock
        require(actor, MANAGE_ACCOUNTS)  # may the actor
        _may_be_locked(actor, account)
        if not reason.strip():
            raise Invalid(
                Text("请填写锁定原因。", "Say why the account is locked."),
                fields={
                    "reason": Text("请填写锁定原因，将记入审计。", "Give the reason; it goes to the audit.")
                },
            )
        if not account.is_active:
            raise Conflict(Text("该账户已被锁定。", "The account is locked already."))
        account.is_active = False  # change
        account.save(update_fields=["is_active"])
        for session in UserSession.objects.filter(user=account):
            session.end()
        audit.record(actor, "identity.lock", account, reason=reason.strip())  # audit
        emit(AccountLocked(account=account.id), actor=actor)  # emit
    return AccountRef.of(account)


def unlock(actor: Actor, account_id: UUID) -> AccountRef:
    """Let a locked account sign in again. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        account = _locked(account_id)  # lock
        require(actor, MANAGE_ACCOUNTS)  # may the actor
        if account.is_active:
            raise Conflict(Text("该账户未被锁定。", "The account is not locked."))
        account.is_active = True  # change
        account.save(update_fields=["is_active"])
        audit.record(actor, "identity.unlock", account)  # audit
        emit(AccountUnlocked(account=account.id), actor=actor)  # emit
    return AccountRef.of(account)


def _locked(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound(Text("没有这个账户。", "There is no such account."))
    return account


def _may_be_locked(actor: Actor, account: Account) -> None:
    if account.id == actor.account:
        raise Refused(
            Text(
                "不能锁定自己的账户，请由另一位运维员办理。",
                "You cannot lock yourself out; ask another operator.",
            )
        )
    # Operators' posts are locked first and counted by a second statement, which sees what another
    # operator has committed while this one waited: the last two cannot lock each other out.
    list(PostHolding.objects.select_for_update().filter(role=OPERATOR.code, until=None).order_by("id"))
    holders = set(
        PostHolding.objects.filter(
            in_force(timezone.localdate()), role=OPERATOR.code, account__is_active=True
        ).values_list("account_id", flat=True)
    )
    if holders == {account.id}:
        raise Refused(Text("这是全市最后一位运维员，不能锁定。", "This is the city's last operator."))


def end_session(actor: Actor, session_id: int) -> None:
    """Sign one of one's own devices out. Raises Refused, NotFound."""
    with transaction.atomic():
        session = (
            UserSession.objects.select_for_update().filter(id=session_id, user=actor.account).first()
        )  # lock
        require(actor, OWN_ACCOUNT)  # may the actor
        if session is None:
            raise NotFound(Text("这台设备已经退出登录。", "That device is signed out already."))
        session.end()  # change
        audit.record(actor, "identity.end-session", session)  # audit; nobody else needs to hear of it
