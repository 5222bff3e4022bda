"""Who holds an organisation: the whole list from a day on, so that the amounts always add up to the capital."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from wenzhou.foundation.legal_persons.checks import check_holders, check_values
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Shareholding, Status
from wenzhou.foundation.legal_persons.services.common import (
    REGISTER,
    invalid,
    locked,
    may_hold,
    not_later,
    only,
    the_last,
    version,
)
from wenzhou.foundation.legal_persons.services.establish import holder_id, known
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of, change, end, lock, tell_changed
from wenzhou.kernel.registers.contracts import Shareholder


def set_holders(
    actor: Actor,
    organisation: UUID,
    on: date,
    holders: tuple[Shareholder, ...],
    capital: Decimal | None = None,
    *,
    case: UUID | None = None,
) -> tuple[Shareholding, ...]:
    """From a day on these hold the organisation, and no others; with ``capital`` that changes too.

    One act for transfer, increase and decrease (股权转让、增资、减资). The same list again changes nothing. Raises Refused,
    NotFound, Invalid (amounts that do not add up, itself), Conflict (a holder that is not in force).
    """
    not_later(on, "on")
    with transaction.atomic():
        _lock_all(organisation, holders)
        row = locked(actor, organisation, on)
        only(row, Status.ACTIVE, Status.SUSPENDED)
        the_last(row, "on")
        _check(row, holders, row.capital if capital is None else capital, on)
        source = RULES[row.kind].function
        changed = _write(actor, organisation, on, holders, source, case)
        if capital is not None and capital != row.capital:
            change(
                OrganisationVersion,
                organisation,
                on,
                {"capital": capital},
                actor=actor,
                source=source,
                case=case,
            )
            changed["capital"] = capital
        if changed:
            audit.record(
                actor,
                "legal_persons.holders",
                row,
                organisation=str(organisation),
                on=str(on),
                holders=len(holders),
            )
            tell_changed(actor, REGISTER, organisation, changed, on)
        return tuple(
            as_of(Shareholding.objects.filter(organisation=organisation), on).order_by("-amount", "id")
        )


def _lock_all(organisation: UUID, holders: tuple[Shareholder, ...]) -> None:
    """The organisation and those that hold it, in the order of their ids: two such acts never wait for each other."""
    for one in sorted({organisation, *(h.organisation for h in holders if h.organisation is not None)}):
        lock(OrganisationVersion, one)


def _check(row: OrganisationVersion, holders: tuple[Shareholder, ...], capital: Decimal, on: date) -> None:
    rule = RULES[row.kind]
    wrong = check_values(rule, {"capital": capital})
    text = check_holders(rule, capital, holders)
    if text is None and any(holder.organisation == row.organisation_id for holder in holders):
        text = Text("单位不能直接持有自己的股权", "An organisation does not hold itself")
    text = text or known(holders)
    if text is not None:
        wrong["shareholders"] = text
    if wrong:
        raise Invalid(
            Text(
                "股东及出资不能这样登记，见各项说明。",
                "Holders and amounts cannot be entered so; see each field.",
            ),
            fields=wrong,
        )
    turns = Shareholding.objects.filter(organisation=row.organisation_id, superseded_at=None).aggregate(
        begun=Max("valid_from"), ended=Max("valid_to")
    )
    newest = max((day for day in turns.values() if day is not None), default=on)
    if newest > on:
        raise invalid(
            "on",
            Text(
                f"{newest:%Y-%m-%d} 起已有股东变更，日期不能早于该日",
                f"Holders from {newest:%Y-%m-%d} on are registered; the day cannot be before it",
            ),
        )
    for holder in holders:
        if holder.organisation is not None:
            may_hold(version(holder.organisation, on))


def _write(
    actor: Actor,
    organisation: UUID,
    on: date,
    holders: tuple[Shareholder, ...],
    source: str,
    case: UUID | None,
) -> dict[str, Any]:
    present = {
        row.holder: row.amount for row in as_of(Shareholding.objects.filter(organisation=organisation), on)
    }
    wanted = {holder_id(holder): holder for holder in holders}
    gone = present.keys() - wanted.keys()
    for one in gone:
        end(Shareholding, {"organisation": organisation, "holder": one}, on)
    new = [holder for key, holder in wanted.items() if present.get(key) != holder.amount]
    for holder in new:
        change(
            Shareholding,
            {"organisation": organisation, "holder": holder_id(holder)},
            on,
            {
                "person_id": holder.person,
                "holding_organisation_id": holder.organisation,
                "amount": holder.amount,
            },
            actor=actor,
            source=source,
            case=case,
        )
    return {"shareholders": len(holders)} if gone or new else {}
