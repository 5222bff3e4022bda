"""What the writes share: which office is competent, how a refusal is put, the state an organisation is in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from wenzhou.foundation.legal_persons.kinds import FUNCTIONS, MARKET, RULES
from wenzhou.foundation.legal_persons.models import Kind, OrganisationVersion, Status
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.foundation.legal_persons.words import STATUSES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of, functions, lock

SOURCE = MARKET
"""The office that most organisations are registered by; see ``KindRule.function`` for each kind."""
REGISTER = "organisation"
"""The register's code in events."""


def may_register(actor: Actor, function: str, division: str) -> None:
    """The office with this function for the place, and no other. Raises Refused."""
    require(actor, MAINTAIN_FIRMS)
    if not competent(actor, function, division):
        office = FUNCTIONS[function]
        raise Refused(
            Text(
                f"该单位由其所在地的{office.zh}登记，请转交该部门办理，或提出更正建议。",
                f"This organisation is registered by {office.en} of its place; pass the request on to it, or "
                "propose a correction.",
            )
        )


def competent(actor: Actor, function: str, division: str) -> bool:
    """Whether one of the actor's posts is at the office that registers there; a data officer's is at none."""
    return function in functions(actor, MAINTAIN_FIRMS, area=division)


def functions_of(actor: Actor) -> frozenset[str]:
    """Functions of the offices for which the actor registers."""
    return functions(actor, MAINTAIN_FIRMS) & FUNCTIONS.keys()


def locked(actor: Actor, organisation: UUID, on: date | None = None) -> OrganisationVersion:
    """The organisation as it is on a day (today), held until the end of the transaction, if the actor registers it.

    Raises NotFound, Refused.
    """
    lock(OrganisationVersion, organisation)
    row = version(organisation, on)
    may_register(actor, RULES[row.kind].function, row.division)
    return row


def version(organisation: UUID, on: date | None = None) -> OrganisationVersion:
    """What the register says of an organisation on a day (today). Raises NotFound."""
    rows = as_of(OrganisationVersion.objects.filter(organisation=organisation), on or timezone.localdate())
    found = rows.select_related("organisation").order_by("-valid_from").first()
    if found is None:
        raise NotFound(
            Text(
                "法人库中没有该单位在该日期的记录，请核对日期。",
                "The register has no such organisation for that day; check the day.",
            )
        )
    return found


def only(row: OrganisationVersion, *allowed: Status) -> None:
    """Raises Conflict unless the organisation is in one of these states."""
    if row.status in allowed:
        return
    state = STATUSES[row.status]
    wanted = [STATUSES[one] for one in allowed]
    raise Conflict(
        Text(
            f"该单位的登记状态为“{state.zh}”，只有“{'、'.join(one.zh for one in wanted)}”的单位可以办理此项。",
            f"The status of this organisation is “{state.en}”; this can be done for "
            f"{' or '.join(f'“{one.en}”' for one in wanted)} only.",
        ),
        code="wrong-status",
    )


def may_hold(row: OrganisationVersion) -> None:
    """Raises Conflict for an organisation that can hold no shares: not in force, or no legal person."""
    only(row, Status.ACTIVE, Status.SUSPENDED)
    if row.kind in (Kind.BRANCH, Kind.INDIVIDUAL):
        title = RULES[row.kind].title
        raise Conflict(
            Text(
                f"“{row.name}”是{title.zh}，不能作为股东。",
                f"{row.name} is a {title.en.lower()} and cannot hold shares.",
            ),
            code="cannot-hold",
        )


def the_last(row: OrganisationVersion, field: str = "since") -> None:
    """Raises Invalid when a later change is registered already, behind which this one would stop."""
    if row.valid_to is not None:
        raise invalid(
            field,
            Text(
                f"{row.valid_to:%Y-%m-%d} 起已有变更登记，日期不能早于该日",
                f"A change from {row.valid_to:%Y-%m-%d} on is registered; the day cannot be before it",
            ),
        )


def not_later(day: date, field: str = "valid_from") -> None:
    """Raises Invalid for a day that has not come."""
    if day > timezone.localdate():
        raise invalid(field, Text("日期不能晚于今天", "The day cannot be later than today"))


def invalid(field: str, text: Text) -> Invalid:
    """What is wrong with one field."""
    return Invalid(text, fields={field: text})


def explained(error: IntegrityError) -> Exception:
    """The database's refusal in words, where we have them."""
    if "organisation_name_in_county" in str(error):
        return Conflict(
            Text(
                "本县（市、区）已有同名单位，请另取名称后再办理。",
                "An organisation of this name is registered in the county; choose another name.",
            ),
            code="name-taken",
            fields={"name": Text("名称已被登记", "The name is taken")},
        )
    return error


def together(problems: list[Text], code: str) -> Problem:
    """One refusal that says everything that stands against an act."""
    return Conflict(
        Text("；".join(one.zh for one in problems) + "。", "; ".join(one.en for one in problems) + "."),
        code=code,
    )
