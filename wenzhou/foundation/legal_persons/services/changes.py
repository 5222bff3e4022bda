"""Changes of what is registered of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum

from wenzhou.foundation.legal_persons.checks import check_values
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Shareholding, Status
from wenzhou.foundation.legal_persons.naming import canonical
from wenzhou.foundation.legal_persons.services.common import (
    REGISTER,
    SOURCE,
    explained,
    locked,
    may_register,
    not_later,
    only,
)
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import rename_organisation
from wenzhou.kernel.registers.api import as_of, change, correct, lock, tell_changed

CHANGEABLE = frozenset(
    {
        "name",
        "address",
        "division",
        "capital",
        "line_code",
        "line_name",
        "legal_representative_id",
        "scope",
        "phone",
        "sponsor",
    }
)
"""What is changed here. The status follows from acts of its own, see ``status.py``."""


def register_change(
    actor: Actor,
    organisation_id: UUID,
    valid_from: date,
    values: Mapping[str, Any],
    *,
    case: UUID | None = None,
) -> OrganisationVersion:
    """From a day on the organisation has another name, address, capital, representative, scope or telephone.

    Raises Refused (another office's), NotFound, Invalid, Conflict (name taken, not in force).
    """
    values = _prepared(values)
    not_later(valid_from)
    try:
        with transaction.atomic():
            before = locked(actor, organisation_id, valid_from)
            only(before, Status.ACTIVE, Status.SUSPENDED)
            _check(before, values, valid_from)
            row = change(
                OrganisationVersion,
                organisation_id,
                valid_from,
                values,
                actor=actor,
                source=RULES[before.kind].function,
                case=case,
            )
            _rename(row, values)
            audit.record(
                actor, "legal_persons.change", row, organisation=str(organisation_id), fields=sorted(values)
            )
            tell_changed(actor, REGISTER, organisation_id, values, valid_from)
            return row
    except IntegrityError as error:
        raise explained(error) from error


def register_correction(
    actor: Actor,
    organisation_id: UUID,
    period: tuple[date, date | None],
    values: Mapping[str, Any],
    *,
    case: UUID | None = None,
) -> list[OrganisationVersion]:
    """What was said of ``[from, to)`` was wrong: it was ``values``, which pass the checks of a change in every part of it.

    The engine of registers, which calls this, audits and tells. Raises Refused, NotFound, Invalid, Conflict (name taken).
    """
    values = _prepared(values)
    try:
        with transaction.atomic():
            lock(OrganisationVersion, organisation_id)
            met = list(_meeting(organisation_id, period))
            for row in met:
                may_register(actor, RULES[row.kind].function, row.division)
                _check(row, values, max(row.valid_from, period[0]))
            source = RULES[met[0].kind].function if met else SOURCE
            done = correct(
                OrganisationVersion, organisation_id, *period, values, actor=actor, source=source, case=case
            )
            _rename(done[-1], values)
            return done
    except IntegrityError as error:
        raise explained(error) from error


def _meeting(organisation_id: UUID, period: tuple[date, date | None]) -> QuerySet[OrganisationVersion]:
    """The versions known now that meet a period, oldest first."""
    rows = OrganisationVersion.objects.filter(organisation=organisation_id, superseded_at=None)
    if period[1] is not None:
        rows = rows.filter(valid_from__lt=period[1])
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=period[0])).order_by("valid_from")


def _prepared(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong = {
        name: Text("此项不能在这里变更", "This cannot be changed here") for name in set(values) - CHANGEABLE
    }
    if not values:
        wrong["name"] = Text("至少填写一项变更", "Enter at least one change")
    if wrong:
        raise Invalid(
            Text("有的变更内容不能登记，见各项说明。", "Some changes cannot be taken; see each."),
            fields=wrong,
        )
    prepared = dict(values)
    if "name" in prepared:
        prepared["name"] = canonical(str(prepared["name"]))
    return prepared


def _check(before: OrganisationVersion, values: Mapping[str, Any], on: date) -> None:
    wrong = check_values(RULES[before.kind], values)
    if "capital" in values and "capital" not in wrong:
        wrong |= _adds_up(before, values, on)
    if wrong:
        raise Invalid(
            Text("有的变更内容不能登记，见各项说明。", "Some changes cannot be taken; see each."),
            fields=wrong,
        )


def _adds_up(before: OrganisationVersion, values: Mapping[str, Any], on: date) -> dict[str, Text]:
    """Capital that is held goes up and down together with the holders' amounts."""
    held = as_of(Shareholding.objects.filter(organisation=before.organisation_id), on).aggregate(
        total=Sum("amount")
    )["total"]
    if held is None or held == values["capital"]:
        return {}
    return {
        "capital": Text(
            f"股东出资合计 {held} 元，与此不符；请在“股东及出资”中一并变更",
            f"The holders' amounts add up to {held} yuan; change them together under “Holders and amounts”",
        )
    }


def _rename(row: OrganisationVersion, values: Mapping[str, Any]) -> None:
    if "name" in values and row.valid_to is None:
        rename_organisation(row.organisation_id, row.name)
