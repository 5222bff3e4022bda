"""Each kind is kept by its own office; a correction passes the checks of its kind; data officers propose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from wenzhou.foundation.legal_persons.kinds import CIVIL, MARKET, STAFFING
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.foundation.legal_persons.register import ORGANISATIONS_REGISTER as FIRMS
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.foundation.legal_persons.testing import register_firm, registrar
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.identity.api import OrganisationRef, organisation
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.registers.api import change_record, correct_record
from wenzhou.kernel.registers.testing import QualityProblem, find_all

pytestmark = pytest.mark.django_db


def register_school() -> OrganisationRef:
    return register_firm(kind="institution", name="温州市鹿城区试验小学", sponsor="温州市鹿城区教育局")


def test_the_office_of_the_kind_writes_and_the_others_propose_to_it():
    school, firm = register_school(), register_firm()
    new = {"address": "温州市鹿城区新址路 1 号"}
    day = date(2026, 1, 1)
    assert change_record(registrar(STAFFING), FIRMS, school.code, day, new).version is not None
    assert change_record(registrar(MARKET), FIRMS, firm.code, day, new).version is not None
    for other in (registrar(MARKET), registrar(CIVIL), actor_with(DATA_OFFICER, office="data")):
        done = change_record(other, FIRMS, school.code, day, {"line_name": "小学"}, reason="证书")
        assert done.version is None
        assert [one.owner for one in done.corrections] == [STAFFING]
    with pytest.raises(Invalid):
        correct_record(registrar(MARKET), FIRMS, school.code, (day, None), new)


def test_a_correction_passes_the_checks_of_the_kind():
    firm, other = register_firm(name="温州海风鞋业有限公司"), register_firm(name="温州山风鞋业有限公司")
    clerk, since = registrar(), (date(2015, 1, 1), None)
    for values, field in (
        ({"name": "温州海风鞋业"}, "name"),
        ({"capital": Decimal(7)}, "capital"),
        ({"line_code": "H6210", "division": "330302999999"}, "division"),
    ):
        with pytest.raises(Invalid) as wrong:
            correct_record(clerk, FIRMS, firm.code, since, values)
        assert field in wrong.value.fields
    with pytest.raises(Conflict):
        correct_record(clerk, FIRMS, firm.code, since, {"name": other.name})
    correct_record(clerk, FIRMS, firm.code, since, {"name": "温州海浪鞋业有限公司"})
    known = organisation(firm.id)
    assert known is not None
    assert version(firm.id).name == known.name == "温州海浪鞋业有限公司"
    with pytest.raises((Refused, Invalid)):
        correct_record(registrar(CIVIL), FIRMS, firm.code, since, {"name": "温州海岛鞋业有限公司"})


def test_problems_go_to_the_office_of_the_kind():
    school, firm = register_school(), register_firm()
    OrganisationVersion.objects.update(line_code="?", status=Status.ACTIVE)
    find_all("organisation")
    found = dict(QualityProblem.objects.filter(field="line_code").values_list("record", "function"))
    assert (found[school.id], found[firm.id]) == (STAFFING, MARKET)
