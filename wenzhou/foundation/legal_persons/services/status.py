"""The life of an organisation after its entry: suspension, revocation, closing.

Sources: 市场主体登记管理条例 (Regulations on the Registration of Market Entities), Articles 30 to 34, and its implementing
rules, Articles 40 to 48; 公司法 (Company Law), Articles 229 to 241.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons.closing import open_notice, standing_against
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import (
    Branch,
    ClosingNotice,
    NoticeState,
    Officer,
    OrganisationVersion,
    Route,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.services.common import (
    REGISTER,
    invalid,
    locked,
    not_later,
    only,
    the_last,
    together,
)
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of, change, end, lock, tell_changed
from wenzhou.kernel.registers.events import RecordEnded

LONGEST_SUSPENSION = 3
"""Years (Article 30)."""


def suspend(actor: Actor, organisation: UUID, since: date, until: date, note: str) -> OrganisationVersion:
    """Business is suspended (歇业) from a day on, at most for three years; then the organisation is active again.

    Raises Refused, NotFound, Invalid, Conflict (not active, or no kind that suspends).
    """
    not_later(since, "since")
    if not since < until <= _years_later(since, LONGEST_SUSPENSION):
        raise invalid(
            "until",
            Text(
                "歇业期限最长三年，止日应晚于起日",
                "A suspension ends after it begins, at most three years later",
            ),
        )
    _noted(note)

    def check(row: OrganisationVersion) -> None:
        only(row, Status.ACTIVE)
        rule = RULES[row.kind]
        if not rule.may_suspend:
            raise Conflict(
                Text(
                    f"{rule.title.zh}不能办理歇业，如不再开展活动请办理注销。",
                    f"{rule.title.en}: business cannot be suspended. Deregister it if it does no more.",
                ),
                code="no-suspension",
            )

    values = {"status": Status.SUSPENDED, "status_note": note, "suspended_until": until}
    return _turn(actor, organisation, since, values, "suspend", check)


def resume(actor: Actor, organisation: UUID, since: date) -> OrganisationVersion:
    """Business goes on (恢复营业) before the suspension has ended. Raises Refused, NotFound, Invalid, Conflict."""
    not_later(since, "since")
    return _turn(actor, organisation, since, _ACTIVE, "resume", lambda row: only(row, Status.SUSPENDED))


def revoke(actor: Actor, organisation: UUID, since: date, note: str) -> OrganisationVersion:
    """The licence is revoked (吊销、撤销登记) by a decision, which ``note`` names.

    What is revoked still exists until it is deregistered. Raises Refused, NotFound, Invalid, Conflict.
    """
    not_later(since, "since")
    _noted(note)
    values = {"status": Status.REVOKED, "status_note": note, "suspended_until": None}
    return _turn(
        actor, organisation, since, values, "revoke", lambda row: only(row, Status.ACTIVE, Status.SUSPENDED)
    )


def reinstate(actor: Actor, organisation: UUID, since: date, note: str) -> OrganisationVersion:
    """The decision to revoke has been set aside (撤销吊销决定); ``note`` names by what. Raises as ``revoke``."""
    not_later(since, "since")
    _noted(note)
    values = {**_ACTIVE, "status_note": note}
    return _turn(actor, organisation, since, values, "reinstate", lambda row: only(row, Status.REVOKED))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


_ACTIVE: Mapping[str, Any] = {"status": Status.ACTIVE, "status_note": "", "suspended_until": None}


def _noted(note: str) -> None:
    if not 2 <= len(note.strip()) <= 120:
        raise invalid(
            "note",
            Text(
                "请填写依据的文书及文号，2 至 120 字", "Name the decision and its number, 2 to 120 characters"
            ),
        )


def _turn(
    actor: Actor,
    organisation: UUID,
    since: date,
    values: Mapping[str, Any],
    verb: str,
    check: Callable[[OrganisationVersion], None],
) -> OrganisationVersion:
    """One change of the status: the actor's office, the lock, the check, the change, audit and event."""
    with transaction.atomic():
        before = locked(actor, organisation, since)
        the_last(before)
        check(before)
        row = change(
            OrganisationVersion,
            organisation,
            since,
            values,
            actor=actor,
            source=RULES[before.kind].function,
        )
        audit.record(
            actor,
            f"legal_persons.{verb}",
            row,
            organisation=str(organisation),
            since=str(since),
            note=row.status_note,
        )
        tell_changed(actor, REGISTER, organisation, {"status": row.status}, since)
        return row


def announce_closing(actor: Actor, organisation: UUID, route: str, announced: date) -> ClosingNotice:
    """The closing has been announced (注销公告) on a day; it is entered when its period is over.

    Raises Refused, NotFound, Invalid, Conflict (deregistered, announced already, no simplified procedure).
    """
    not_later(announced, "announced")
    if route not in Route.values:
        raise invalid(
            "route", Text("请选择一般注销或简易注销", "Choose the general or the simplified procedure")
        )
    try:
        with transaction.atomic():
            row = locked(actor, organisation)
            only(row, Status.ACTIVE, Status.SUSPENDED, Status.REVOKED)
            if announced < row.established:
                raise invalid("announced", Text("日期早于成立日期", "The day is before the establishment"))
            _may_take(row, route)
            notice = ClosingNotice.objects.create(
                organisation_id=organisation, route=route, announced=announced, recorded_by=actor.account
            )
            audit.record(
                actor,
                "legal_persons.announce-closing",
                notice,
                organisation=str(organisation),
                route=route,
                announced=str(announced),
            )
            return notice
    except IntegrityError as error:
        if "closing_notice_one_open" not in str(error):
            raise
        raise Conflict(
            Text(
                "该单位已发布注销公告；如需改期，请先撤回。",
                "The closing is announced already; withdraw that notice first.",
            ),
            code="announced",
        ) from error


def _may_take(row: OrganisationVersion, route: str) -> None:
    """The simplified procedure is not for everybody (implementing rules, Article 48)."""
    if route != Route.SIMPLIFIED:
        return
    if RULES[row.kind].simple_days is None or row.status == Status.REVOKED:
        raise Conflict(
            Text(
                "该单位不适用简易注销，请按一般程序清算后注销。",
                "The simplified procedure is not open to it; liquidate it and take the general one.",
            ),
            code="not-simplified",
        )


def withdraw_closing(actor: Actor, organisation: UUID) -> None:
    """The organisation goes on; its notice is withdrawn. Raises Refused, NotFound, Conflict (there is none)."""
    with transaction.atomic():
        locked(actor, organisation)
        notice = open_notice(organisation)
        if notice is None:
            raise Conflict(
                Text("没有可撤回的注销公告。", "There is no notice to withdraw."), code="no-notice"
            )
        notice.state = NoticeState.WITHDRAWN
        notice.save(update_fields=["state"])
        audit.record(actor, "legal_persons.withdraw-closing", notice, organisation=str(organisation))


def deregister(
    actor: Actor, organisation: UUID, *, note: str = "", case: UUID | None = None
) -> OrganisationVersion:
    """From today on the organisation does not exist any more (注销): nobody holds it, runs it, or is its branch.

    Raises Refused, NotFound, and Conflict with everything that has to be settled first.
    """
    today = timezone.localdate()
    with transaction.atomic():
        before = locked(actor, organisation, today)
        only(before, Status.ACTIVE, Status.SUSPENDED, Status.REVOKED)
        against = standing_against(before, today)
        if against:
            raise together([one.text for one in against], "not-settled")
        values = {"status": Status.DEREGISTERED, "status_note": note[:120], "suspended_until": None}
        row = change(
            OrganisationVersion,
            organisation,
            today,
            values,
            actor=actor,
            source=RULES[before.kind].function,
            case=case,
        )
        _end_relations(organisation, today)
        ClosingNotice.objects.filter(organisation=organisation, state=NoticeState.OPEN).update(
            state=NoticeState.CARRIED_OUT
        )
        audit.record(actor, "legal_persons.deregister", row, organisation=str(organisation), note=note[:120])
        emit(RecordEnded(REGISTER, organisation, today), actor=actor)
        return row


def _end_relations(organisation: UUID, on: date) -> None:
    for holder in as_of(Shareholding.objects.filter(organisation=organisation), on).values_list(
        "holder", flat=True
    ):
        end(Shareholding, {"organisation": organisation, "holder": holder}, on)
    held = as_of(Officer.objects.filter(organisation=organisation), on)
    for person, role in held.values_list("person_id", "role"):
        end(Officer, {"organisation": organisation, "person": person, "role": role}, on)
    end(Branch, organisation, on)


def resume_expired() -> int:
    """Suspensions whose time is over: the organisations are active again from the day it ended."""
    actor = Actor.system("legal_persons.resume")
    today = timezone.localdate()
    over = as_of(OrganisationVersion.objects.filter(status=Status.SUSPENDED), today).filter(
        suspended_until__lte=today
    )
    done = 0
    for organisation in over.order_by("id").values_list("organisation_id", flat=True)[:1000]:
        with transaction.atomic():
            lock(OrganisationVersion, organisation)
            row = as_of(OrganisationVersion.objects.filter(organisation=organisation), today).get()
            if row.status != Status.SUSPENDED or row.suspended_until is None or row.suspended_until > today:
                continue
            since = max(row.suspended_until, row.valid_from)
            new = change(
                OrganisationVersion,
                organisation,
                since,
                _ACTIVE,
                actor=actor,
                source=RULES[row.kind].function,
            )
            audit.record(actor, "legal_persons.resume", new, organisation=str(organisation), since=str(since))
            tell_changed(actor, REGISTER, organisation, {"status": new.status}, since)
            done += 1
    return done


def run_resume() -> None:
    """The job."""
    resume_expired()


RESUME = Job(
    name="legal_persons.resume",
    title=Text("歇业期满恢复", "End suspensions whose time is over"),
    run=run_resume,
    cron="20 17 * * *",
)
