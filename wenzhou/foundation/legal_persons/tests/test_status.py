"""The life of an organisation: suspended, resumed, revoked, closed; what stands against it is said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from wenzhou.foundation.legal_persons.closing import standing_against
from wenzhou.foundation.legal_persons.kinds import CIVIL, MARKET, STAFFING
from wenzhou.foundation.legal_persons.models import (
    ClosingNotice,
    Kind,
    NoticeState,
    Officer,
    OrganisationVersion,
    Role,
    Route,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.selectors import history, name_check, profile
from wenzhou.foundation.legal_persons.services import (
    announce_closing,
    deregister,
    register_change,
    reinstate,
    resume,
    resume_expired,
    revoke,
    suspend,
    withdraw_closing,
)
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.foundation.legal_persons.services.status import RESUME
from wenzhou.foundation.legal_persons.testing import (
    hold,
    make_branch,
    make_officer,
    register_firm,
    registrar,
)
from wenzhou.kernel.base.actors import CITIZEN
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.cases.testing import CaseState, make_running_case
from wenzhou.kernel.identity.testing import actor_with, make_person
from wenzhou.kernel.registers.contracts import NameCheck, OrganisationQuery

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO = TODAY - timedelta(days=100)
NOTE = "温鹿市监处〔2026〕1号"


def status_of(firm, on: date = TODAY) -> str:
    return version(firm.id, on).status


def test_suspended_for_a_time_and_active_again():
    clerk, firm = registrar(), register_firm()
    suspend(clerk, firm.id, LONG_AGO, TODAY + timedelta(days=30), NOTE)
    assert status_of(firm, LONG_AGO - timedelta(days=1)) == Status.ACTIVE
    assert status_of(firm) == Status.SUSPENDED
    resume(clerk, firm.id, TODAY)
    assert [row.status for row in history(firm.id)] == [Status.ACTIVE, Status.SUSPENDED, Status.ACTIVE]
    assert version(firm.id).suspended_until is None
    assert OutboxEntry.objects.filter(name="registers.changed").count() == 2
    actions = AuditEntry.objects.filter(action__startswith="legal_persons.").values_list("action", flat=True)
    assert sorted(actions) == ["legal_persons.resume", "legal_persons.suspend"]
    with pytest.raises(Conflict):
        resume(clerk, firm.id, TODAY)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (TODAY, TODAY, "until"),
        (TODAY, TODAY + timedelta(days=1097), "until"),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), "since"),
        (date(2020, 2, 29), date(2023, 3, 1), "until"),
    ],
)
def test_a_suspension_that_cannot_be(since, until, field):
    with pytest.raises(Invalid) as error:
        suspend(registrar(), register_firm().id, since, until, NOTE)
    assert set(error.value.fields) == {field}


def test_an_institution_is_not_suspended_and_only_its_own_office_acts():
    school = register_firm(name="温州市鹿城区试验小学", kind=Kind.INSTITUTION)
    until = TODAY + timedelta(days=30)
    with pytest.raises(Conflict) as error:
        suspend(registrar(STAFFING), school.id, TODAY, until, NOTE)
    assert error.value.code == "no-suspension"
    for actor in (registrar(MARKET), registrar(CIVIL), registrar(STAFFING, "330304"), actor_with(CITIZEN)):
        with pytest.raises(Refused):
            revoke(actor, school.id, TODAY, NOTE)
    with pytest.raises(NotFound):
        revoke(registrar(), uuid7(), TODAY, NOTE)


def test_a_suspension_ends_by_itself_once():
    clerk, over, running = registrar(), register_firm(), register_firm()
    suspend(clerk, over.id, LONG_AGO, TODAY - timedelta(days=3), NOTE)
    suspend(clerk, running.id, LONG_AGO, TODAY + timedelta(days=3), NOTE)
    assert resume_expired() == 1
    assert resume_expired() == 0
    assert (status_of(over), status_of(running)) == (Status.ACTIVE, Status.SUSPENDED)
    assert history(over.id)[0].valid_from == TODAY - timedelta(days=3)
    assert RESUME in [job for module in registry.modules for job in module.jobs]


def test_revoked_and_reinstated_by_decisions_that_are_named():
    clerk, firm = registrar(), register_firm()
    with pytest.raises(Invalid):
        revoke(clerk, firm.id, TODAY, "")
    revoke(clerk, firm.id, LONG_AGO, NOTE)
    assert version(firm.id).status_note == NOTE
    for refused in (
        lambda: suspend(clerk, firm.id, TODAY, TODAY + timedelta(days=9), NOTE),
        lambda: register_change(clerk, firm.id, TODAY, {"phone": "057788888888"}),
        lambda: revoke(clerk, firm.id, TODAY, NOTE),
    ):
        with pytest.raises(Conflict) as error:
            refused()
        assert error.value.code == "wrong-status"
    reinstate(clerk, firm.id, TODAY, "温行复〔2026〕2号")
    assert status_of(firm) == Status.ACTIVE


def test_behind_a_later_change_no_status_is_entered():
    clerk, firm = registrar(), register_firm()
    register_change(clerk, firm.id, TODAY, {"phone": "057788888888"})
    with pytest.raises(Invalid) as error:
        revoke(clerk, firm.id, LONG_AGO, NOTE)
    assert set(error.value.fields) == {"since"}


def closed(firm, clerk, days: int = 45, route: str = Route.GENERAL):
    announce_closing(clerk, firm.id, route, TODAY - timedelta(days=days))
    return deregister(clerk, firm.id, note=NOTE)


def test_everything_that_stands_against_closing_is_said_at_once():
    clerk, firm, held = (
        registrar(),
        register_firm(name="温州总部有限公司"),
        register_firm(name="温州子公司有限公司"),
    )
    make_branch(firm, name="温州总部有限公司瓯海分公司")
    hold(held, (firm, 100))
    case = make_running_case()
    case.organisation_id = firm.id
    case.save(update_fields=["organisation"])
    with pytest.raises(Conflict) as error:
        deregister(clerk, firm.id)
    said = error.value.detail.zh
    for part in ("温州总部有限公司瓯海分公司", "温州子公司有限公司", "尚未发布注销公告", case.number):
        assert part is not None and part in said
    assert error.value.code == "not-settled"
    assert status_of(firm) == Status.ACTIVE
    case.state, case.decided_at = CaseState.WITHDRAWN, timezone.now()
    case.save()
    assert len(standing_against(version(firm.id), TODAY)) == 3


def test_closed_after_the_notice_with_all_that_hangs_on_it():
    clerk, firm = registrar(), register_firm(name="温州老店有限公司")
    make_officer(firm, make_person(), Role.MANAGER)
    announce_closing(clerk, firm.id, Route.GENERAL, TODAY - timedelta(days=44))
    with pytest.raises(Conflict, match="runs until"):
        deregister(clerk, firm.id)
    ClosingNotice.objects.update(announced=TODAY - timedelta(days=45))
    deregister(clerk, firm.id, note=NOTE)
    assert status_of(firm) == Status.DEREGISTERED
    assert Shareholding.objects.get(organisation=firm.id, superseded_at=None).valid_to == TODAY
    assert Officer.objects.get(organisation=firm.id, superseded_at=None).valid_to == TODAY
    assert ClosingNotice.objects.get().state == NoticeState.CARRIED_OUT
    told = OutboxEntry.objects.get(name="registers.ended").payload
    assert told == {"register": "organisation", "record": str(firm.id), "valid_to": str(TODAY)}
    yesterday = profile(OrganisationQuery(id=firm.id, on=TODAY - timedelta(days=1)))
    assert (yesterday.status, len(yesterday.shareholders or ())) == (Status.ACTIVE, 1)
    assert name_check(NameCheck(name="温州老店有限公司", area="330302")).free, "its name may be borne again"
    with pytest.raises(Conflict):
        deregister(clerk, firm.id)
    with pytest.raises(Conflict):
        announce_closing(clerk, firm.id, Route.GENERAL, TODAY)


def test_the_simplified_procedure_takes_twenty_days_and_is_not_for_the_revoked():
    clerk, firm, bad = registrar(), register_firm(), register_firm()
    assert closed(firm, clerk, 20, Route.SIMPLIFIED).status == Status.DEREGISTERED
    revoke(clerk, bad.id, TODAY, NOTE)
    with pytest.raises(Conflict) as error:
        announce_closing(clerk, bad.id, Route.SIMPLIFIED, TODAY)
    assert error.value.code == "not-simplified"
    school = register_firm(name="温州市鹿城区试验小学", kind=Kind.INSTITUTION)
    with pytest.raises(Conflict):
        announce_closing(registrar(STAFFING), school.id, Route.SIMPLIFIED, TODAY)


def test_a_simplified_notice_is_void_once_the_licence_is_revoked():
    clerk, firm = registrar(), register_firm()
    announce_closing(clerk, firm.id, Route.SIMPLIFIED, LONG_AGO)
    revoke(clerk, firm.id, TODAY, NOTE)
    with pytest.raises(Conflict, match="general procedure"):
        deregister(clerk, firm.id)
    withdraw_closing(clerk, firm.id)
    closed(firm, clerk)
    assert status_of(firm) == Status.DEREGISTERED


def test_a_sole_trader_and_a_branch_close_without_notice():
    clerk = registrar()
    stall = register_firm(name="温州市鹿城区试验小店", kind=Kind.INDIVIDUAL, capital=Decimal(100))
    branch = make_branch(register_firm())
    for one in (stall, branch):
        assert deregister(clerk, one.id).status == Status.DEREGISTERED


def test_one_notice_at_a_time():
    clerk, firm = registrar(), register_firm()
    announce_closing(clerk, firm.id, Route.GENERAL, TODAY)
    with pytest.raises(Conflict) as error:
        announce_closing(clerk, firm.id, Route.SIMPLIFIED, TODAY)
    assert error.value.code == "announced"
    withdraw_closing(clerk, firm.id)
    with pytest.raises(Conflict):
        withdraw_closing(clerk, firm.id)
    with pytest.raises(Invalid):
        announce_closing(clerk, firm.id, "quick", TODAY)
    with pytest.raises(Invalid):
        announce_closing(clerk, firm.id, Route.GENERAL, date(2001, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_close_it_once():
    first, firm = registrar(), register_firm()
    second = registrar()
    announce_closing(first, firm.id, Route.GENERAL, LONG_AGO)
    outcomes = at_once(lambda: deregister(first, firm.id), lambda: deregister(second, firm.id))
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert sum(isinstance(one, OrganisationVersion) for one in outcomes) == 1
    assert OutboxEntry.objects.filter(name="registers.ended").count() == 1
