"""Death (死亡登记): the record, the membership and the marriage end; another may have to head the household."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.kinship import marriage_of
from wenzhou.foundation.population.models import (
    EventKind,
    Ground,
    LifeEvent,
    Marriage,
    Membership,
    Parentage,
    PersonVersion,
)
from wenzhou.foundation.population.services.births import LONGEST_PREGNANCY
from wenzhou.foundation.population.services.common import (
    DAY,
    REGISTER,
    SOURCE,
    Party,
    by_number,
    check_day,
    hold,
    hold_households,
    invalid,
    married,
    may_write,
    members,
    nothing_later,
    party,
)
from wenzhou.foundation.population.services.households import leave
from wenzhou.foundation.population.services.marriages import MARRIAGES
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import PersonRef
from wenzhou.kernel.registers.api import as_of, end, mask_name
from wenzhou.kernel.registers.events import RecordEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """A notice of death. ``successor_number``: who heads the household after her, where she headed one with others."""

    number: str
    on: date
    successor_number: str = ""
    reference: str = ""


def register_death(actor: Actor, request: Death, *, key: str, case: UUID | None = None) -> Done:
    """The person died on a day; her record holds up to it. Raises Refused, Invalid, Conflict (died before, later entries)."""
    may_write(actor)
    return once(actor, EventKind.DEATH, key, request, lambda: _end(actor, request, case), case)


def _end(actor: Actor, request: Death, case: UUID | None) -> Outcome:
    ref = by_number(request.number, "number")
    check_day(request.on, field="on")
    home = as_of(Membership.objects.filter(person=ref.id), request.on).first()
    wedding = marriage_of(ref.id, request.on)
    spouse = None if wedding is None else ({wedding.husband_id, wedding.wife_id} - {ref.id}).pop()
    others = [one.person_id for one in members(home.household_id, request.on)] if home else []
    hold(ref.id, spouse, *others)
    hold_households(home.household_id if home else None)
    who = _dying(ref, request.on)
    may_write(actor, SOURCE, who.division)
    after = request.on + DAY
    _nothing_after(ref.id, request.on)
    lines, touched = leave(actor, ref.id, home, after, request.successor_number, case) if home else ([], [])
    end(Membership, ref.id, after)
    end(PersonVersion, ref.id, after)
    tells: list[Event] = [RecordEnded(REGISTER, ref.id, after)]
    name = mask_name(who.name)
    changes = [
        Text(
            f"{name}的户口登记自 {after:%Y-%m-%d} 起注销",
            f"The registration of {name} ends on {after:%Y-%m-%d}",
        )
    ]
    if wedding is not None and spouse is not None:
        end(Marriage, {"husband": wedding.husband_id, "wife": wedding.wife_id}, after)
        tells += [RecordEnded(MARRIAGES, wedding.id, after), changed(spouse, "spouse", after)]
        changes.append(Text("婚姻关系终止", "The marriage ends"))
    tells += [changed(one, "relation", after) for one in touched]
    return Outcome(
        on=request.on,
        person=ref.id,
        people=[ref.id, *([spouse] if spouse else []), *touched],
        household=home.household_id if home else None,
        reference=request.reference,
        changes=[*changes, *lines],
        tells=tells,
    )


def _dying(ref: PersonRef, on: date) -> Party:
    """Who dies. Raises Conflict when she is dead already, Invalid before her birth or when she is not registered here."""
    if LifeEvent.objects.filter(person=ref.id, kind=EventKind.DEATH).exists():
        text = Text("此人的死亡已经登记", "Her death is registered already")
        raise Conflict(text, code="already-registered", fields={"number": text})
    return party(ref, on, "on")


def _nothing_after(person: UUID, died: date) -> None:
    """Raises for what the register says of a time after the death: a move, a marriage, a child."""
    for rows, what in (
        (Membership.objects.filter(person=person), Text("户籍变动", "A registration")),
        (Marriage.objects.filter(married(person)), Text("婚姻", "A marriage")),
        (PersonVersion.objects.filter(person=person), Text("信息变更", "A change")),
    ):
        nothing_later(rows, died, what)
    for line, grace in (("mother", DAY * 0), ("father", LONGEST_PREGNANCY)):
        born = Parentage.objects.filter(
            **{line: person, f"{line}_by": Ground.BIRTH}, superseded_at=None, valid_from__gt=died + grace
        )
        if born.exists():
            raise invalid(
                "on",
                Text(
                    "登记簿中有在此日期之后出生的子女，请核对死亡日期",
                    "The register has a child born after this day; check the day of death",
                ),
            )
