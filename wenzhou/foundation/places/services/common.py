"""What the writes share: which office answers, that a key does a thing once, how a refusal is put."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenzhou.foundation.places.models import Act, PlaceAct, Shaped
from wenzhou.foundation.places.permissions import MAINTAIN_PLACES
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import division
from wenzhou.kernel.identity.api import FUNCTION_TITLES, offices
from wenzhou.kernel.registers.api import Versioned, as_of, functions, tell_changed, tell_created, tell_ended

ADDRESS: Final = "address"
PARCEL: Final = "parcel"
BUILDING: Final = "building"
"""Codes of the registers."""

NAMES_OFFICE: Final = "civil-affairs"
"""Answers for addresses (地名管理条例 第六条)."""

LAND_OFFICE: Final = "natural-resources"
"""Answers for parcels and buildings (不动产登记暂行条例 第七条)."""

OWNERS: Final = {ADDRESS: NAMES_OFFICE, PARCEL: LAND_OFFICE, BUILDING: LAND_OFFICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every act has: the key that makes a repetition harmless, the day it holds from, the document it rests on."""

    key: str
    since: date
    basis: str = ""
    case: UUID | None = None


@dataclass(slots=True)
class Done:
    """The anchors that an act made, changed and ended; the first of them is what it was about."""

    made: list[UUID] = field(default_factory=list)
    changed: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    ended: list[UUID] = field(default_factory=list)


def may_register(actor: Actor, register: str, area: str) -> None:
    """Data officers, and the office that answers for this register in this area; no other writes. Raises Refused."""
    require(actor, MAINTAIN_PLACES)
    if not competent(actor, register, area):
        office = FUNCTION_TITLES[OWNERS[register]]
        raise Refused(
            Text(
                f"此项由所在地的{office.zh}部门登记，请转交该部门办理。",
                f"The office of {office.en.lower()} of the place registers this; pass the request on to it.",
            )
        )


def competent(actor: Actor, register: str, area: str) -> bool:
    """Whether one of the actor's posts is at the office that registers there; without an area: anywhere."""
    posts = [p for p in holding_posts(actor, MAINTAIN_PLACES) if not area or area.startswith(p.area)]
    if any(post.role == DATA_OFFICER.code for post in posts):
        return True
    known = offices({post.office for post in posts})
    return any(known[post.office].function == OWNERS[register] for post in posts if post.office in known)


def source_of(actor: Actor, register: str) -> str:
    """What stands as the source of a version: the office that answers, or that of the data officer."""
    own = functions(actor, MAINTAIN_PLACES)
    return OWNERS[register] if OWNERS[register] in own else min(own, default="data")


def once(
    actor: Actor, act: Act, register: str, order: Order, said: object, write: Callable[[], Done]
) -> PlaceAct:
    """Do it in one transaction, note it, audit it and tell it; for a key that was used for the same: what came of it.

    Raises what ``write`` raises, Invalid for an order without key or of tomorrow, Conflict for a key used otherwise.
    """
    _check_order(order)
    fingerprint = hashlib.sha256(repr((act, order.since, said)).encode()).hexdigest()
    done = _done(order.key, fingerprint)
    if done is not None:
        return done
    try:
        with transaction.atomic():
            outcome = write()
            row = PlaceAct.objects.create(
                key=order.key,
                fingerprint=fingerprint,
                act=act,
                since=order.since,
                basis=order.basis.strip(),
                made=outcome.made,
                changed=list(outcome.changed),
                ended=outcome.ended,
                recorded_by=actor.account,
                case=order.case,
            )
            audit.record(
                actor,
                f"places.{act}",
                row,
                since=str(order.since),
                made=len(outcome.made),
                changed=len(outcome.changed),
                ended=len(outcome.ended),
            )
            _tell(actor, register, order.since, outcome)
            return row
    except (IntegrityError, Problem) as error:
        # Another was first: with this key, and then what came of it is ours too, or in this place.
        done = _done(order.key, fingerprint)
        if done is not None:
            return done
        raise explained(error) from error


def _check_order(order: Order) -> None:
    wrong: dict[str, Text] = {}
    if not 1 <= len(order.key) <= 100:
        wrong["key"] = Text("请填写 1 至 100 个字符的办理编号", "A key of 1 to 100 characters")
    if len(order.basis.strip()) > 200:
        wrong["basis"] = Text("依据文件不超过 200 个字", "At most 200 characters for the document")
    if order.since > timezone.localdate():
        wrong["since"] = Text("生效日期不能晚于今天", "The day cannot be later than today")
    refuse(wrong)


def _done(key: str, fingerprint: str) -> PlaceAct | None:
    found = PlaceAct.objects.filter(key=key).first()
    if found is not None and found.fingerprint != fingerprint:
        raise Conflict(
            Text(
                "该办理编号已用于另一事项，请核对后换用新的编号。",
                "This key has been used for something else; check, and use a new key.",
            ),
            code="key-used",
        )
    return found


def _tell(actor: Actor, register: str, since: date, outcome: Done) -> None:
    """The events of the register; addresses that end with their building are told as such by the caller."""
    for one in outcome.made:
        tell_created(actor, register, one, since)
    for one, fields in outcome.changed.items():
        tell_changed(actor, register, one, dict.fromkeys(fields), since)
    for one in outcome.ended:
        tell_ended(actor, register, one, since)


def fresh_key() -> str:
    """A key for an act that the caller does not repeat: a change that arrives through the registers' engine."""
    return f"register-{uuid7()}"


def refuse(wrong: dict[str, Text]) -> None:
    """Raises Invalid when something is wrong."""
    if wrong:
        raise Invalid(
            Text("有的内容不能登记，见各项说明。", "Some values cannot be taken; see each."), fields=wrong
        )


def invalid(name: str, text: Text) -> Invalid:
    """What is wrong with one field."""
    return Invalid(text, fields={name: text})


def current[M: Versioned](model: type[M], location: UUID, since: date, name: str = "since") -> M:
    """What the register says of a place on a day, with no later change behind it. Raises NotFound, Invalid."""
    row = as_of(model._default_manager.filter(location=location), since).select_related("location").first()
    if row is None:
        raise NotFound(
            Text(
                "该地点在所选日期没有有效记录；请核对对象和日期。",
                "The register has no such place in force on that day; check which and when.",
            )
        )
    if row.valid_to is not None:
        raise invalid(
            name,
            Text(
                f"{row.valid_to:%Y-%m-%d} 起已有变更登记，日期不能早于该日",
                f"A change from {row.valid_to:%Y-%m-%d} on is registered; the day cannot be before it",
            ),
        )
    return row


def known_division(code: str, on: date, lengths: tuple[int, ...]) -> bool:
    """Whether it is the code of a division of the right level in force on a day."""
    return len(code) in lengths and code.startswith("3303") and division(code, on) is not None


def hold_ground() -> None:
    """One writer at a time for the shapes of parcels: what overlaps is seen by whoever comes second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_GROUND])


_GROUND = 3303_05


def meeting[M: Shaped](model: type[M], bounds: tuple[float, ...], since: date) -> list[M]:
    """What stands on some day from ``since`` on and whose bounding box meets these bounds (degrees)."""
    rows = model._default_manager.filter(superseded_at=None).exclude(valid_to__lte=since)
    met = rows.extra(
        where=["box(point(min_lon, min_lat), point(max_lon, max_lat)) && box(point(%s, %s), point(%s, %s))"],
        params=list(bounds),
    )
    return list(met.select_related("location").order_by("id"))


def explained(error: Exception) -> Exception:
    """The database's refusal in words, where we have them."""
    text = str(error)
    if "address_once" in text:
        return Conflict(
            Text(
                "同一上级下已有同名的有效地址，请核对名称或号码。",
                "An address of this name stands there already; check the name or the number.",
            ),
            code="address-taken",
            fields={"name": Text("名称或号码已被使用", "The name or number is taken")},
        )
    if "location_code" in text:
        return Conflict(
            Text(
                "该代码已被使用，代码不重复使用。", "This code has been given; codes are never given again."
            ),
            code="code-taken",
            fields={"code": Text("代码已被使用", "The code is taken")},
        )
    return error
