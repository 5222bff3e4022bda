"""What must hold of organisations beyond the form of each field. That names are unique in a county the database holds itself."""

from __future__ import annotations

from datetime import date

from django.db.models import BooleanField, DecimalField, F, Func, OuterRef, Q, Subquery, Sum

from wenzhou.foundation.legal_persons.models import Shareholding, Status
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import village_codes
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.declarations import (
    Condition,
    Draft,
    InRegister,
    Reference,
    Severity,
)

OF_AGE = 18
_REPRESENTATIVE = "legal_representative_id"


def _grown_up(day: date) -> date:
    """Who was born after this day is not of age."""
    return date(day.year - OF_AGE, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def _alive() -> Q:
    return ~Q(status=Status.DEREGISTERED)


def _lives(draft: Draft) -> bool:
    return bool(draft["status"] != Status.DEREGISTERED)


def _put_in(day: date) -> Subquery:
    """What the holders of a firm have put in together."""
    amounts = as_of(Shareholding.objects.filter(organisation=OuterRef("organisation")), day)
    total = amounts.order_by().values("organisation").annotate(total=Sum("amount")).values("total")
    return Subquery(total, output_field=DecimalField(max_digits=18, decimal_places=2))


class NotEqual(Func):
    """``<>``, which is unknown and not true for a firm without holders."""

    template = "(%(expressions)s)"
    arg_joiner = " <> "
    output_field = BooleanField()
    conditional = True


def _other_sum(draft: Draft) -> bool:
    held = as_of(Shareholding.objects.filter(organisation=draft.anchor), draft.day)
    total = held.aggregate(total=Sum("amount"))["total"]
    return total is not None and draft["capital"] is not None and total != draft["capital"]


ESTABLISHED = Condition(
    code="organisation.established-day",
    register="organisation",
    field="established",
    title=Text("成立日期晚于当天", "The day of founding lies in the future"),
    remedy=Text("请对照营业执照核实", "Compare with the licence"),
    severity=Severity.ERROR,
    broken=lambda day: Q(established__gt=day),
    breaks_it=lambda draft: draft["established"] is not None and draft["established"] > draft.day,
)
IN_DIVISION = Reference(
    code="organisation.division-in-force",
    register="organisation",
    field="division",
    title=Text("行政区划代码当日不在用", "The division is not in force on that day"),
    remedy=Text(
        "请按区划变更改为现行的村（居）委会代码", "Enter the code of the village or community in force now"
    ),
    known=village_codes,
    among=_alive,
    concerns=_lives,
)
REPRESENTATIVE = InRegister(
    code="organisation.representative-registered",
    register="organisation",
    field="legal_representative",
    owner="market-supervision",
    title=Text(
        "法定代表人不在人口登记中（已去世或未登记）",
        "The legal representative is not in the population register (dead, or never entered)",
    ),
    remedy=Text("请通知企业办理法定代表人变更登记", "Ask the firm to register another representative"),
    column=_REPRESENTATIVE,
    other="person",
    among=_alive,
    concerns=_lives,
)
OF_AGE_REPRESENTATIVE = InRegister(
    code="organisation.representative-age",
    register="organisation",
    field="legal_representative",
    owner="market-supervision",
    title=Text(f"法定代表人未满 {OF_AGE} 周岁", f"The legal representative is not yet {OF_AGE}"),
    remedy=Text("请核实其身份，办理法定代表人变更登记", "Check who it is; register another representative"),
    column=_REPRESENTATIVE,
    other="person",
    among=_alive,
    concerns=_lives,
    having=lambda day: Q(born__gt=_grown_up(day)),
    wanted=False,
)
HOLDERS = Condition(
    code="organisation.capital-holders",
    register="organisation",
    field="capital",
    title=Text("注册资本与股东出资合计不一致", "The capital is not the sum of what the holders put in"),
    remedy=Text("请对照公司章程核实注册资本和各股东出资", "Compare capital and amounts with the articles"),
    local=False,
    among=_alive,
    concerns=_lives,
    broken=lambda day: Q(NotEqual(F("capital"), _put_in(day))),
    breaks_it=_other_sum,
)
RULES = (ESTABLISHED, IN_DIVISION, REPRESENTATIVE, OF_AGE_REPRESENTATIVE, HOLDERS)
