"""Officers, branches and holders: who runs it, what hangs on it, who holds it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons.models import (
    Appointment,
    Branch,
    Kind,
    Officer,
    OrganisationVersion,
    Role,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.selectors import branches, holders, officers, parent_of
from wenzhou.foundation.legal_persons.services import (
    announce_closing,
    appoint,
    deregister,
    dismiss,
    enter,
    enter_branch,
    set_holders,
)
from wenzhou.foundation.legal_persons.testing import hold, make_branch, register_firm, registrar
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_most_queries, at_once
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import make_person
from wenzhou.kernel.registers.contracts import EstablishOrganisation, Shareholder

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EARLIER = TODAY - timedelta(days=100)


def told() -> list[list[str]]:
    rows = OutboxEntry.objects.filter(name="registers.changed").order_by("id")
    return [row.payload["fields"] for row in rows]


class TestOfficers:
    def test_appointed_and_dismissed(self):
        clerk, firm, person = registrar(), register_firm(), make_person(name="陈明")
        appoint(clerk, firm.id, person.id, Role.DIRECTOR, EARLIER)
        appoint(clerk, firm.id, person.id, Role.MANAGER, EARLIER, Appointment.HIRED)
        appoint(clerk, firm.id, person.id, Role.MANAGER, EARLIER, Appointment.HIRED)
        with at_most_queries(1):
            found = officers(firm.id, TODAY)
        assert [(row.person.name, row.role) for row in found] == [
            ("陈明", Role.DIRECTOR),
            ("陈明", Role.MANAGER),
        ]
        dismiss(clerk, firm.id, person.id, Role.MANAGER, TODAY)
        dismiss(clerk, firm.id, person.id, Role.MANAGER, TODAY)
        assert [row.role for row in officers(firm.id, TODAY)] == [Role.DIRECTOR]
        assert len(officers(firm.id, EARLIER)) == 2
        assert told()[-1] == ["officers"]
        assert AuditEntry.objects.filter(action="legal_persons.dismiss").count() == 1, (
            "the second did nothing"
        )

    def test_who_leads_does_not_supervise(self):
        clerk, firm, person = registrar(), register_firm(), make_person()
        appoint(clerk, firm.id, person.id, Role.DIRECTOR, EARLIER)
        with pytest.raises(Conflict) as error:
            appoint(clerk, firm.id, person.id, Role.SUPERVISOR, TODAY)
        assert error.value.code == "leads-and-supervises"
        dismiss(clerk, firm.id, person.id, Role.DIRECTOR, TODAY)
        appoint(clerk, firm.id, person.id, Role.SUPERVISOR, TODAY)
        with pytest.raises(Conflict):
            appoint(clerk, firm.id, person.id, Role.FINANCE, EARLIER)

    def test_one_chair_at_a_time(self):
        clerk, firm, first, second = registrar(), register_firm(), make_person(), make_person()
        appoint(clerk, firm.id, first.id, Role.CHAIR, EARLIER)
        with pytest.raises(Conflict) as error:
            appoint(clerk, firm.id, second.id, Role.CHAIR, TODAY)
        assert error.value.code == "held"
        dismiss(clerk, firm.id, first.id, Role.CHAIR, TODAY)
        appoint(clerk, firm.id, second.id, Role.CHAIR, TODAY)
        assert Officer.objects.filter(superseded_at=None).count() == 2

    @pytest.mark.parametrize(
        ("role", "since", "born", "how", "field"),
        [
            (Role.MANAGING_PARTNER, TODAY, "19900101", "elected", "role"),
            (Role.DIRECTOR, TODAY, "20201231", "elected", "person"),
            (Role.DIRECTOR, TODAY + timedelta(days=1), "19900101", "elected", "since"),
            (Role.DIRECTOR, TODAY, "19900101", "born", "how"),
        ],
    )
    def test_what_cannot_be(self, role, since, born, how, field):
        with pytest.raises(Invalid) as error:
            appoint(registrar(), register_firm().id, make_person(born=born).id, role, since, how)
        assert set(error.value.fields) == {field}

    def test_unknown_people_offices_and_other_clerks(self):
        clerk, firm = registrar(), register_firm()
        with pytest.raises(Invalid):
            appoint(clerk, firm.id, uuid7(), Role.DIRECTOR, TODAY)
        with pytest.raises(NotFound):
            dismiss(clerk, firm.id, make_person().id, Role.DIRECTOR, TODAY)
        with pytest.raises(Refused):
            appoint(registrar(area="330304"), firm.id, make_person().id, Role.DIRECTOR, TODAY)

    @pytest.mark.django_db(transaction=True)
    def test_two_clerks_appoint_one_chair(self):
        clerk, firm, first, second = registrar(), register_firm(), make_person(), make_person()
        outcomes = at_once(
            lambda: appoint(clerk, firm.id, first.id, Role.CHAIR, TODAY),
            lambda: appoint(clerk, firm.id, second.id, Role.CHAIR, TODAY),
        )
        assert sum(isinstance(one, Conflict) for one in outcomes) == 1


def branch_request(name: str, **changes: Any) -> EstablishOrganisation:
    values: dict[str, Any] = {
        "name": name,
        "kind": Kind.BRANCH,
        "line_code": "H6210",
        "line_name": "正餐服务",
        "capital": Decimal(0),
        "address": "温州市瓯海区试验路1号",
        "division": "330304001002",
        "legal_representative": make_person().id,
        "key": "b1",
    }
    return EstablishOrganisation(**values | changes)


class TestBranches:
    def test_the_office_of_its_place_enters_it(self):
        load_city()
        parent = register_firm(name="温州五马餐饮有限公司")
        clerk = registrar(area="330304")
        request = branch_request("温州五马餐饮有限公司瓯海分公司")
        done = enter_branch(clerk, parent.id, request)
        assert enter_branch(clerk, parent.id, request) == done
        assert done.code.startswith("91330304")
        assert [row.name for row in branches(parent.id, TODAY)] == ["温州五马餐饮有限公司瓯海分公司"]
        found = parent_of(done.id, TODAY)
        assert found is not None and found.id == parent.id
        assert told() == [["branches"]]
        with pytest.raises(Refused):
            enter_branch(registrar(), parent.id, branch_request("温州五马餐饮有限公司龙湾分公司", key="b2"))

    def test_a_cooperatives_branch_has_its_parents_digit(self):
        load_city()
        parent = register_firm(name="温州市鹿城区五马茶叶专业合作社", kind=Kind.COOPERATIVE)
        request = branch_request("温州市鹿城区五马茶叶专业合作社瓯海分社")
        assert enter_branch(registrar(area="330304"), parent.id, request).code.startswith("93330304")

    @pytest.mark.parametrize("name", ["温州六马餐饮有限公司瓯海分公司", "温州五马餐饮有限公司瓯海"])
    def test_its_name_says_whose_branch_it_is(self, name):
        load_city()
        parent = register_firm(name="温州五马餐饮有限公司")
        with pytest.raises(Invalid) as error:
            enter_branch(registrar(area="330304"), parent.id, branch_request(name))
        assert set(error.value.fields) == {"name"}

    def test_no_branch_of_a_branch_nor_of_a_sole_trader_nor_of_the_closed(self):
        load_city()
        parent = register_firm(name="温州五马餐饮有限公司")
        branch = make_branch(parent, name="温州五马餐饮有限公司鹿城分公司")
        stall = register_firm(name="温州市鹿城区小店", kind=Kind.INDIVIDUAL)
        clerk = registrar(area="330304")
        for wrong in (branch, stall):
            with pytest.raises(Invalid) as error:
                enter_branch(clerk, wrong.id, branch_request(f"{wrong.name}瓯海分公司"))
            assert set(error.value.fields) == {"parent"}
        OrganisationVersion.objects.filter(organisation=parent.id).update(status=Status.REVOKED)
        with pytest.raises(Conflict):
            enter_branch(clerk, parent.id, branch_request("温州五马餐饮有限公司瓯海分公司"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Branch.objects.create(branch_id=parent.id, parent_id=parent.id, valid_from=TODAY, source="test")

    @pytest.mark.django_db(transaction=True)
    def test_a_firm_is_not_closed_while_a_branch_is_entered(self):
        load_city()
        parent = register_firm(name="温州五马餐饮店", kind=Kind.SOLE)
        clerk, other = registrar(), registrar(area="330304")
        announce_closing(clerk, parent.id, "general", EARLIER)
        outcomes = at_once(
            lambda: deregister(clerk, parent.id),
            lambda: enter_branch(other, parent.id, branch_request("温州五马餐饮店瓯海分店")),
        )
        assert sum(isinstance(one, Conflict) for one in outcomes) == 1
        closed = OrganisationVersion.objects.filter(
            organisation=parent.id, status=Status.DEREGISTERED
        ).exists()
        assert closed != Branch.objects.filter(parent=parent.id).exists()


def share(holder, amount: int) -> Shareholder:
    if hasattr(holder, "code"):
        return Shareholder(organisation=holder.id, amount=Decimal(amount))
    return Shareholder(person=holder.id, amount=Decimal(amount))


class TestHolders:
    def test_transfer_and_increase_are_kept_with_their_days(self):
        clerk, firm, parent = (
            registrar(),
            register_firm(capital=Decimal(100)),
            register_firm(name="温州母公司有限公司"),
        )
        old, new = make_person(name="陈一"), make_person(name="林二")
        hold(firm, (old, 100))
        set_holders(clerk, firm.id, EARLIER, (share(old, 60), share(parent, 40)))
        set_holders(clerk, firm.id, TODAY, (share(new, 150), share(parent, 50)), Decimal(200))
        set_holders(clerk, firm.id, TODAY, (share(new, 150), share(parent, 50)), Decimal(200))
        assert [(h.name, h.per_cent) for h in holders(firm.id, TODAY)] == [
            ("林二", 75.0),
            ("温州母公司有限公司", 25.0),
        ]
        assert [h.per_cent for h in holders(firm.id, EARLIER)] == [60.0, 40.0]
        assert [h.per_cent for h in holders(firm.id, EARLIER - timedelta(days=1))] == [100.0]
        assert OrganisationVersion.objects.get(
            organisation=firm.id, superseded_at=None, valid_to=None
        ).capital == Decimal(200)
        assert told() == [["shareholders"], ["capital", "shareholders"]], "the third did nothing"

    def test_amounts_add_up_and_nobody_holds_itself(self):
        clerk, firm, person = registrar(), register_firm(capital=Decimal(100)), make_person()
        branch = make_branch(firm)
        for wrong in (
            (share(person, 99),),
            (share(person, 50), share(person, 50)),
            (share(firm, 100),),
            (),
            (Shareholder(amount=Decimal(100), person=uuid7()),),
        ):
            with pytest.raises(Invalid) as error:
                set_holders(clerk, firm.id, TODAY, wrong)
            assert set(error.value.fields) == {"shareholders"}
        with pytest.raises(Conflict) as conflict:
            set_holders(clerk, firm.id, TODAY, (share(branch, 100),))
        assert conflict.value.code == "cannot-hold"
        with pytest.raises(IntegrityError), transaction.atomic():
            Shareholding.objects.create(
                organisation_id=firm.id,
                holder=firm.id,
                holding_organisation_id=firm.id,
                amount=1,
                valid_from=TODAY,
                source="test",
            )

    def test_not_behind_later_changes_not_by_others_not_by_the_closed(self):
        clerk, firm, person = registrar(), register_firm(capital=Decimal(100)), make_person()
        gone = register_firm()
        set_holders(clerk, firm.id, TODAY, (share(person, 100),))
        with pytest.raises(Invalid) as error:
            set_holders(clerk, firm.id, EARLIER, (share(make_person(), 100),))
        assert set(error.value.fields) == {"on"}
        with pytest.raises(Refused):
            set_holders(registrar(area="330304"), firm.id, TODAY, (share(person, 100),))
        OrganisationVersion.objects.filter(organisation=gone.id).update(status=Status.DEREGISTERED)
        with pytest.raises(Conflict):
            set_holders(clerk, firm.id, TODAY, (share(gone, 100),))

    def test_a_founding_holder_is_in_force(self):
        load_city()
        holder, person = register_firm(), make_person()
        OrganisationVersion.objects.filter(organisation=holder.id).update(status=Status.REVOKED)
        with pytest.raises(Conflict):
            enter(
                registrar(area="330304"),
                branch_request(
                    "温州新设餐饮有限公司",
                    kind=Kind.LIMITED,
                    capital=Decimal(100),
                    shareholders=(share(holder, 60), share(person, 40)),
                ),
            )

    @pytest.mark.django_db(transaction=True)
    def test_two_firms_that_come_to_hold_each_other_do_not_wait_for_each_other(self):
        clerk, person = registrar(), make_person()
        one, other = register_firm(capital=Decimal(100)), register_firm(capital=Decimal(100))
        outcomes = at_once(
            lambda: set_holders(clerk, one.id, TODAY, (share(person, 60), share(other, 40))),
            lambda: set_holders(clerk, other.id, TODAY, (share(person, 60), share(one, 40))),
        )
        assert all(isinstance(found, tuple) for found in outcomes)
        for firm in (one, other):
            assert sum(h.per_cent for h in holders(firm.id, TODAY)) == 100


def test_holders_of_a_day_long_gone_are_none():
    assert holders(register_firm().id, date(2001, 1, 1)) == []
