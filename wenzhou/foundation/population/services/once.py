"""A life event is registered once for its key, and can be rehearsed: what it would change, without a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from wenzhou.foundation.population.models import EventKind, LifeEvent
from wenzhou.foundation.population.services.common import REGISTER
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Problem
from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.events import RecordChanged

type Request = object

LONGEST = {"key": 100, "reference": 40, "number": 18}
"""Characters; 200 for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an act did: whom it concerns, what it changed in words, and what the others are told."""

    on: date
    person: UUID | None = None
    people: Sequence[UUID] = ()
    household: UUID | None = None
    reference: str = ""
    changes: Sequence[Text] = ()
    tells: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A registered life event. ``repeated``: it was registered before with this key, and nothing was done now."""

    event: UUID
    kind: str
    on: date
    person: UUID | None
    household: UUID | None
    people: tuple[UUID, ...] = ()
    changes: tuple[Text, ...] = ()
    repeated: bool = False


def once(
    actor: Actor, kind: EventKind, key: str, request: Request, act: Callable[[], Outcome], case: UUID | None
) -> Done:
    """Do what the request asks, once: ``act`` locks and changes, then the event, the audit and the outbox are written.

    The caller has asked whether the actor may. The same key and request again gives what was done. Raises what ``act``
    raises, and Conflict for a key that was used for something else.
    """
    _fits(key, request)
    fingerprint = hashlib.sha256(f"{kind} {sorted(_plain(request).items())}".encode()).hexdigest()
    try:
        with transaction.atomic():
            _hold(key)
            done = _done_before(key, fingerprint)
            if done is not None:
                return done
            outcome = act()
            event = _note(actor, kind, key, fingerprint, outcome, case)
            audit.record(actor, f"population.{kind}", event, people=[str(one) for one in event.people])
            for fact in outcome.tells:
                emit(fact, actor=actor)
    except IntegrityError as error:
        raise explained(error) from error
    return Done(
        event.id,
        kind,
        outcome.on,
        outcome.person,
        outcome.household,
        tuple(event.people),
        tuple(outcome.changes),
    )


def rehearse(act: Callable[[str], Done]) -> Done:
    """What an act would change, with all its checks; nothing of it stays. ``act`` takes a key. Raises what it raises."""
    with transaction.atomic():
        done = act(f"rehearsal-{uuid7()}")
        transaction.set_rollback(True)
    return done


def _fits(key: str, request: Request) -> None:
    """Raises Invalid for texts that cannot be kept: too long, or with characters that nobody types."""
    wrong = {}
    for name, value in {"key": key, **_plain(request)}.items():
        most = LONGEST.get(name, 200)
        if isinstance(value, str) and (len(value) > most or not (value.isprintable() or not value)):
            wrong[name] = Text(
                f"最多 {most} 个字，不能有控制字符", f"At most {most} characters, no control characters"
            )
    if not key:
        wrong["key"] = Text("请给出办理编号", "Give a key")
    if wrong:
        raise Invalid(
            Text("有的内容不能登记，见各项说明。", "Some values cannot be taken; see each."), fields=wrong
        )


def _hold(key: str) -> None:
    """Whoever comes with the same key at the same time waits, and then finds it done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"life event {key}"])


def _plain(request: Request) -> dict[str, object]:
    found: dict[str, object] = asdict(request)  # type: ignore[call-overload]
    return found


def _done_before(key: str, fingerprint: str) -> Done | None:
    found = LifeEvent.objects.filter(key=key).first()
    if found is None:
        return None
    if found.fingerprint != fingerprint:
        raise Conflict(
            Text(
                "此办理编号已用于另一项登记，请重新打开页面后再办理。",
                "This key was used for another entry; open the page again.",
            ),
            code="key-used",
        )
    return Done(
        found.id,
        found.kind,
        found.on,
        found.person_id,
        found.household_id,
        tuple(found.people),
        repeated=True,
    )


def _note(
    actor: Actor, kind: EventKind, key: str, fingerprint: str, outcome: Outcome, case: UUID | None
) -> LifeEvent:
    return LifeEvent.objects.create(
        key=key,
        fingerprint=fingerprint,
        kind=kind,
        on=outcome.on,
        person_id=outcome.person,
        people=list(dict.fromkeys(outcome.people)),
        household_id=outcome.household,
        reference=outcome.reference,
        recorded_by=actor.account,
        case=case,
    )


def changed(person: UUID, field: str, on: date) -> Event:
    """That a person's record says something else from a day on."""
    return RecordChanged(REGISTER, person, (field,), on)


_REASONS: tuple[tuple[str, str, Text], ...] = (
    (
        "marriage_husband_once",
        "husband_number",
        Text("男方在该期间已有婚姻登记", "He is married to somebody in this period"),
    ),
    (
        "marriage_wife_once",
        "wife_number",
        Text("女方在该期间已有婚姻登记", "She is married to somebody in this period"),
    ),
    (
        "life_event_once_a_life",
        "on",
        Text("此人的该项登记已经办理", "This has been registered for the person"),
    ),
    (
        "life_event_one_paper",
        "reference",
        Text("此证件编号已用于另一次登记", "The number of this paper was used for another entry"),
    ),
    ("household_one_head", "relation", Text("该户已有户主", "This household has a head already")),
    (
        "identity_person_number",
        "number",
        Text(
            "另一经办人刚刚登记了此号码，请重新核对", "Another clerk has just entered this number; look again"
        ),
    ),
    (
        "person_version_no_overlap",
        "on",
        Text("此人在该期间已有登记", "The person is registered in this period"),
    ),
)


def explained(error: IntegrityError) -> Exception:
    """The database's refusal in words, where we have them."""
    for constraint, field, text in _REASONS:
        if constraint in str(error):
            problem: Problem = Conflict(text, code="already-registered", fields={field: text})
            return problem
    return error
