"""Pages of the head of office (figures, map), of the auditor (one case), and of the calendar's keeper."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.templatetags.ui import RATING
from wenzhou.kernel.base.text import Text, is_english, t
from wenzhou.kernel.cases.selectors_calendar import year_view
from wenzhou.kernel.cases.selectors_figures import PERIODS, Figures, office_figures
from wenzhou.kernel.cases.selectors_map import AreaCounts, area_counts, figure_choices
from wenzhou.kernel.cases.selectors_task import audited_case, case_by_number
from wenzhou.kernel.cases.services.calendar import clear_day, set_days


def figures(request: HttpRequest) -> HttpResponse:
    """Counts, time used against time promised, ratings and weeks of the head's offices."""
    days = _period(request.GET.get("days", ""))
    found = office_figures(actor_of(request).actor, days=days)
    context = {
        "figures": found,
        "days": days,
        "periods": PERIODS,
        "time_chart": _time_chart(found),
        "week_chart": _week_chart(found),
        "rating_chart": _rating_chart(found),
        "rated": sum(found.ratings.values()),
    }
    return render(request, "cases/work/figures.html", context)


def _period(given: str) -> int:
    if not given:
        return 90
    if given.isdecimal() and int(given) in PERIODS:
        return int(given)
    wrong = Text("统计期为 30、90 或 365 天。", "The period is 30, 90 or 365 days.")
    raise Invalid(wrong, fields={"days": wrong})


def _time_chart(found: Figures) -> Chart:
    steps = [step for step in found.steps if step.decided]
    return Chart(
        kind="hbar",
        title=t("各环节用时与承诺时限（平均）", "Time used and time promised, by step (mean)"),
        categories=[str(step.name) for step in steps],
        series=[
            Series(t("用时", "Used"), [step.days_used for step in steps]),
            Series(t("承诺", "Promised"), [step.promised for step in steps]),
        ],
        unit=t("工作日", "working days"),
        axis=t("环节", "Step"),
    )


def _week_chart(found: Figures) -> Chart:
    return Chart(
        kind="line",
        title=t("每周收件与办结", "Received and decided, by week"),
        categories=[week.monday.strftime("%m-%d") for week in found.weeks],
        series=[
            Series(t("收件", "Received"), [week.opened for week in found.weeks]),
            Series(t("办结", "Decided"), [week.decided for week in found.weeks]),
        ],
        unit=t("件", "tasks"),
        axis=t("周（周一）", "Week of"),
    )


def _rating_chart(found: Figures) -> Chart:
    names = {stars: t(*words) for stars, words in RATING}
    return Chart(
        kind="hbar",
        title=t("好差评分布", "Ratings"),
        categories=[names[stars] for stars in found.ratings],
        series=[Series(t("评价", "Ratings"), list(found.ratings.values()))],
        unit=t("件", "cases"),
        axis=t("等级", "Level"),
    )


def city_map(request: HttpRequest) -> HttpResponse:
    """A figure by county on the map and as a table; of one county, by town."""
    counts = area_counts(actor_of(request).actor, request.GET.get("figure", ""), request.GET.get("area", ""))
    context = {
        "counts": counts,
        "choices": figure_choices(),
        "rows": sorted(counts.rows, key=lambda row: -row.count),
        "map_rows": [(row.place.name, row.count) for row in counts.rows if row.place],
        "map_url": reverse("api:read_area_figure", query={"figure": counts.figure.code}),
        "town_chart": _town_chart(counts),
        "english": is_english(),
    }
    return render(request, "cases/work/map.html", context)


def _town_chart(counts: AreaCounts) -> Chart | None:
    if counts.parent is None or not counts.total:
        return None
    rows = [row for row in sorted(counts.rows, key=lambda row: -row.count) if row.place][:15]
    return Chart(
        kind="hbar",
        title=f"{counts.parent.name} · {counts.figure.title}",
        categories=[str(row.place.name) for row in rows if row.place],
        series=[Series(str(counts.figure.title), [row.count for row in rows])],
        unit=str(counts.figure.unit),
        axis=t("街道（镇、乡）", "Town"),
    )


def find_case(request: HttpRequest) -> HttpResponse:
    """Find a case by its receipt number."""
    number = request.GET.get("number", "").strip()
    error = ""
    if number:
        try:
            return redirect("cases:case-file", case_by_number(actor_of(request).actor, number))
        except NotFound as problem:
            error = str(problem.detail)
    return render(
        request,
        "cases/work/find.html",
        {"number": number, "error": error, "errors": {"number": error} if error else None},
        status=404 if error else 200,
    )


def case_file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case read by an auditor, masked."""
    file = audited_case(actor_of(request).actor, case_id)
    return render(request, "cases/work/case.html", {"file": file})


def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar of a year; POST sets days."""
    if request.method == "POST":
        return _set_days(request)
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and len(given) == 4 else timezone.localdate().year
    return _calendar_page(request, year)


def _calendar_page(
    request: HttpRequest, year: int, *, errors: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "year": year_view(actor_of(request).actor, year),
        "errors": errors or {},
        "given": request.POST if errors else {},
        "weekdays": [t(*names) for names in _WEEKDAYS],
        "kinds": [("no", t("休息", "Day off")), ("yes", t("上班", "Working day"))],
    }
    return render(request, "cases/work/calendar.html", context, status=status)


_WEEKDAYS = (
    ("一", "Mo"),
    ("二", "Tu"),
    ("三", "We"),
    ("四", "Th"),
    ("五", "Fr"),
    ("六", "Sa"),
    ("日", "Su"),
)


def _set_days(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request).actor
    errors: dict[str, Any] = {}
    first = _day(request.POST.get("first", ""), "first", errors)
    last = _day(request.POST.get("last", ""), "last", errors) if request.POST.get("last") else first
    working = request.POST.get("working", "")
    if working not in {"yes", "no"}:
        errors["working"] = Text("请选择休息或上班", "Choose day off or working day")
    if first and last and not errors:
        try:
            changed = set_days(
                actor, first, last, working=working == "yes", note=request.POST.get("note", "")
            )
            messages.success(request, t("已设置 {n} 天。", "{n} day(s) set.", n=changed))
            return redirect(reverse("cases:calendar", query={"year": first.year}))
        except Invalid as problem:
            errors = dict(problem.fields)
    shown = first.year if first and "first" not in errors else timezone.localdate().year
    return _calendar_page(request, shown, errors=errors, status=422)


def clear(request: HttpRequest) -> HttpResponse:
    """Take a set day back (POST)."""
    if request.method != "POST":
        return redirect("cases:calendar")
    errors: dict[str, Any] = {}
    day = _day(request.POST.get("day", ""), "day", errors)
    if day is None:
        wrong = Text("没有这一天。", "There is no such day.")
        raise Invalid(wrong, fields=errors)
    if clear_day(actor_of(request).actor, day):
        messages.success(request, t("{day} 已恢复原样。", "{day} is as published again.", day=day))
    return redirect(reverse("cases:calendar", query={"year": day.year}))


def _day(given: str, name: str, errors: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        errors[name] = Text("请按 2026-01-31 的格式填写日期", "Enter the date like 2026-01-31")
        return None
