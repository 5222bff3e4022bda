"""HTTP APIs of an office's work: the worklist for other software, and the figures of the map."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import Schema

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.openapi import GEOJSON_ANSWERS
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.permissions import OVERSEE, WORK
from wenzhou.kernel.cases.selectors_map import map_of
from wenzhou.kernel.cases.selectors_office import Wanted, WorkRow, worklist


class TaskOut(Schema):
    """One task; ``days_left`` in working days, negative is overdue; ``clock_stopped``: it waits for a paper."""

    id: UUID
    number: str
    title: str
    case_type: str
    step: str
    step_en: str
    office: str
    area: str
    state: str
    deadline: date
    days_left: int
    clock_stopped: bool
    claimed_by: str
    mine: bool
    made: bool

    @classmethod
    def of(cls, row: WorkRow) -> TaskOut:
        """From a row of the worklist."""
        return cls(
            id=row.id,
            number=row.number,
            title=row.title,
            case_type=row.case_type.zh,
            step=row.step.zh,
            step_en=row.step.en,
            office=row.office.zh,
            area=row.area.zh,
            state=row.state.value,
            deadline=row.light.due,
            days_left=row.light.left,
            clock_stopped=row.light.stopped,
            claimed_by=row.holder,
            mine=row.mine,
            made=row.made,
        )


class WorklistOut(Schema):
    """A page of tasks; ``next`` and ``previous`` go into ``page``, empty at the ends. Counts stop at 100."""

    tasks: list[TaskOut]
    next: str
    previous: str
    counts: dict[str, int]


def get_worklist(
    request: HttpRequest,
    tab: str = "",
    number: str = "",
    firm: str = "",
    step: str = "",
    late: bool = False,
    page: str = "",
) -> WorklistOut:
    """The worklist of the caller's offices and areas, fifty tasks a page."""
    wanted = Wanted.of(tab=tab, number=number, firm=firm, step=step, late=late)
    found = worklist(actor_of(request).actor, wanted, token=page)
    return WorklistOut(
        tasks=[TaskOut.of(row) for row in found.rows],
        next=found.next,
        previous=found.previous,
        counts={tab.value: count for tab, count in found.counts.items()},
    )


def read_area_figure(request: HttpRequest, figure: str = "") -> JsonResponse:
    """The county outlines with a figure of the caller's offices, or of the city."""
    response = JsonResponse(map_of(actor_of(request).actor, figure), content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


WORKLIST = Endpoint(
    method="GET",
    path="/worklist",
    view=get_worklist,
    summary=Text("读取本部门待办", "Read the office's worklist"),
    response=WorklistOut,
    permission=WORK,
)
MAP = Endpoint(
    method="GET",
    path="/map",
    view=read_area_figure,
    answers=GEOJSON_ANSWERS,
    summary=Text("读取分区指标（GeoJSON）", "Read a figure by area (GeoJSON)"),
    permission=OVERSEE,
)
