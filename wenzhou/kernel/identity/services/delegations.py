"""Acting for a firm (委托代理): offer, accept, revoke, and switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import limits
from wenzhou.kernel.identity.contracts import DelegationRecord
from wenzhou.kernel.identity.declarations import represented_by
from wenzhou.kernel.identity.events import DelegationAccepted, DelegationOffered, DelegationRevoked
from wenzhou.kernel.identity.models import Account, Delegation, DelegationState, Organisation
from wenzhou.kernel.identity.permissions import OWN_ACCOUNT
from wenzhou.kernel.identity.selectors import account_of, in_force, may_act_for
from wenzhou.kernel.identity.services.real_name import normalised_name

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from wenzhou.kernel.base.actors import Actor


def offer_delegation(
    actor: Actor, organisation_id: UUID, *, username: str, name: str, until: date | None = None
) -> DelegationRecord:
    """Offer somebody to act for a firm; nothing is in force until she accepts.

    The legal representative or an existing agent offers. ``username`` and ``name`` must both be the
    agent's: a slip then reaches nobody, and nobody can list accounts here. ``until`` is the first day
    on which it no longer counts. Raises Refused, NotFound, Invalid, Conflict, TooMany.
    """
    limits.count("offer-delegation", actor.account, most=30, seconds=3600)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().filter(id=organisation_id).first()  # lock
        if organisation is None:
            raise NotFound(Text("没有这家单位。", "There is no such organisation."))
        require(actor, OWN_ACCOUNT)  # may the actor
        _may_decide_for(actor, organisation.id)
        if until is not None and until <= timezone.localdate():
            raise _invalid("until", Text("到期日应晚于今天。", "The end must be later than today."))
        agent = _named_agent(username, name)
        try:
            with transaction.atomic():
                row = Delegation.objects.create(  # change
                    organisation=organisation,
                    agent=agent,
                    granted_by_id=actor.account,
                    since=timezone.localdate(),
                    until=until,
                )
        except IntegrityError as error:
            raise Conflict(
                Text(
                    f"{agent.name}已是经办人，或已有一份待接受的委托。",
                    f"{agent.name} is an agent already, or has an offer waiting.",
                )
            ) from error
        audit.record(actor, "identity.offer-delegation", row, organisation=str(organisation.id))  # audit
        emit(  # emit
            DelegationOffered(delegation=row.id, organisation=organisation.id, agent=agent.id), actor=actor
        )
    return DelegationRecord.of(row)


def _may_decide_for(actor: Actor, organisation: UUID) -> None:
    if organisation in represented_by(actor.person) or may_act_for(account_of(actor), organisation):
        return
    raise Refused(
        Text(
            "只有法定代表人或现有经办人可以委托他人。",
            "Only the legal representative or an agent of the firm can delegate.",
        )
    )


def _invalid(field: str, text: Text) -> Invalid:
    return Invalid(text, fields={field: text})


def _named_agent(username: str, name: str) -> Account:
    agent = Account.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if agent is None or normalised_name(agent.name) != normalised_name(name):
        raise _invalid(
            "username",
            Text(
                "没有登录名和姓名都相符的账户，请向对方核对。",
                "No account has this sign-in name and this name; check both with the person.",
            ),
        )
    return agent


def accept_delegation(actor: Actor, delegation_id: UUID) -> DelegationRecord:
    """Take up an offer made to oneself. Needs a verified real name. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        row = _locked(delegation_id)  # lock
        require(actor, OWN_ACCOUNT)  # may the actor
        if row.agent_id != actor.account:
            raise _no_such_delegation()
        if actor.person is None:
            raise Refused(
                Text("请先完成实名核验，再接受委托。", "Have your real name verified first, then accept."),
                code="real-name-first",
            )
        if row.state != DelegationState.OFFERED:
            raise Conflict(Text("这份委托已经处理过。", "This offer has been dealt with already."))
        row.state = DelegationState.ACTIVE  # change
        row.save(update_fields=["state"])
        audit.record(actor, "identity.accept-delegation", row)  # audit
        emit(DelegationAccepted(**_facts(row)), actor=actor)  # emit
    return DelegationRecord.of(row)


def revoke_delegation(actor: Actor, delegation_id: UUID) -> DelegationRecord:
    """End a delegation or withdraw an offer; it counts from the next request on.

    The agent herself, who granted it, or the legal representative. Raises Refused, NotFound, Conflict.
    """
    with transaction.atomic():
        row = _locked(delegation_id)  # lock
        require(actor, OWN_ACCOUNT)  # may the actor
        if actor.account not in {row.agent_id, row.granted_by_id} and (
            row.organisation_id not in represented_by(actor.person)
        ):
            raise _no_such_delegation()
        if row.state == DelegationState.REVOKED:
            raise Conflict(Text("这份委托已经撤销。", "This delegation has been revoked already."))
        row.state = DelegationState.REVOKED  # change
        row.until = max(row.since, timezone.localdate())
        row.save(update_fields=["state", "until"])
        audit.record(actor, "identity.revoke-delegation", row)  # audit
        emit(DelegationRevoked(**_facts(row)), actor=actor)  # emit
    return DelegationRecord.of(row)


def _locked(delegation_id: UUID) -> Delegation:
    row = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("organisation", "agent")
        .filter(id=delegation_id, organisation__isnull=False)
        .first()
    )
    if row is None:
        raise _no_such_delegation()
    return row


def _no_such_delegation() -> NotFound:
    return NotFound(Text("没有这份委托。", "There is no such delegation."))


def _facts(row: Delegation) -> dict[str, UUID]:
    assert row.organisation_id is not None  # noqa: S101 - _locked asks for it
    return {"delegation": row.id, "organisation": row.organisation_id, "agent": row.agent_id}


def switch_principal(actor: Actor, organisation_id: UUID | None) -> UUID | None:
    """Act for a firm from now on, or for oneself again (None); gives what the session must remember.

    Raises Refused when nothing in force allows it.
    """
    with transaction.atomic():
        if organisation_id is not None:
            # Lock what allows it, so that a revocation at the same moment comes before or after.
            list(
                Delegation.objects.select_for_update()
                .filter(in_force(timezone.localdate()), agent=actor.account, organisation=organisation_id)
                .values_list("id", flat=True)
            )
        require(actor, OWN_ACCOUNT)  # may the actor
        if organisation_id is not None and not may_act_for(account_of(actor), organisation_id):
            raise Refused(
                Text(
                    "您没有这家单位的有效委托，可能已到期或被撤销。",
                    "No delegation of this firm is in force for you; it may have ended.",
                )
            )
        # The change itself is in the caller's session.
        audit.record(actor, "identity.switch-principal", organisation=str(organisation_id or ""))  # audit
    return organisation_id
