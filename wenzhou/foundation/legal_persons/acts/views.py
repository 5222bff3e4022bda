"""Pages of the acts: the form, the confirmation of what would change, and back to the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.foundation.legal_persons.acts import holder_rows
from wenzhou.foundation.legal_persons.acts.catalogue import Act, act_of
from wenzhou.foundation.legal_persons.acts.inputs import Input, amount, read_all
from wenzhou.foundation.legal_persons.acts.picture import Difference, rehearse
from wenzhou.foundation.legal_persons.closing import firm_url, standing_against
from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Shareholding
from wenzhou.foundation.legal_persons.reading import look
from wenzhou.foundation.legal_persons.services.common import may_register, version
from wenzhou.foundation.legal_persons.words import STATUSES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.contracts import OrganisationQuery
from wenzhou.kernel.registers.declarations import Obstacle


@dataclass(slots=True)
class Sheet:
    """One showing of the form: what was given, what is wrong, what would change."""

    given: Mapping[str, str] | None = None
    errors: dict[str, Text] = field(default_factory=dict)
    problem: Problem | None = None
    differences: list[Difference] | None = None
    against: list[Obstacle] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Of the answer."""
        if self.problem is not None:
            return int(self.problem.status)
        return 422 if self.errors else 200


def act(request: HttpRequest, organisation_id: UUID, act: str) -> HttpResponse:
    """One act on an organisation: fill in, see what would change, confirm."""
    actor = actor_of(request).actor
    chosen = act_of(act)
    look(actor, OrganisationQuery(id=organisation_id))
    row = version(organisation_id)
    may_register(actor, RULES[row.kind].function, row.division)
    inputs = chosen.inputs(row)
    sheet = Sheet()
    if not chosen.offered(row):
        sheet.problem = _not_now(chosen, row)
    elif chosen.code == "deregister":
        sheet.against = standing_against(row, timezone.localdate())
    if request.method == "POST" and sheet.problem is None:
        sheet.given = request.POST
        if _sent(request, actor, chosen, row, inputs, sheet):
            messages.success(request, t("已登记：{act}", "Entered: {act}", act=str(chosen.title)))
            return redirect(firm_url(organisation_id))
    rows = _rows(row, sheet.given) if chosen.holders else None
    return render(
        request,
        "legal_persons/act.html",
        {
            "act": chosen,
            "row": row,
            "back": firm_url(organisation_id),
            "status": STATUSES[row.status],
            "sheet": sheet,
            "inputs": [one.view(sheet.given, sheet.errors) for one in inputs],
            "rows": rows,
            "kept": _kept(request),
        },
        status=sheet.status,
    )


def _sent(
    request: HttpRequest,
    actor: Actor,
    chosen: Act,
    row: OrganisationVersion,
    inputs: tuple[Input, ...],
    sheet: Sheet,
) -> bool:
    """What was sent, done when it is confirmed; else what it would change, or what is wrong, is in the sheet."""
    if "back" in request.POST or "count" in request.POST:
        return False
    try:
        values = read_all(inputs, request.POST)
        if chosen.holders:
            values["shareholders"] = holder_rows.holders_of(_rows(row, request.POST))
        if "confirmed" in request.POST:
            chosen.run(actor, row, values)
            return True
        sheet.differences = rehearse(
            row.organisation_id, chosen.when(values), lambda: chosen.run(actor, row, values)
        )
    except Invalid as problem:
        sheet.errors = dict(problem.fields) or {"": problem.detail}
    except (Conflict, NotFound) as problem:
        sheet.problem = problem
    return False


def _not_now(chosen: Act, row: OrganisationVersion) -> Conflict:
    state = STATUSES[row.status]
    return Conflict(
        Text(
            f"该单位（{RULES[row.kind].title.zh}，{state.zh}）现在不能办理“{chosen.title.zh}”。",
            f"“{chosen.title.en}” is not open to this organisation now ({RULES[row.kind].title.en}, {state.en}).",
        ),
        code="not-now",
    )


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What goes along with the confirmation."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "back", "count"}
    return [
        (name, text) for name, text in request.POST.items() if name not in left_out and isinstance(text, str)
    ]


def _rows(row: OrganisationVersion, post: Mapping[str, str] | None) -> holder_rows.Rows:
    held = list(
        as_of(Shareholding.objects.filter(organisation=row.organisation_id), timezone.localdate())
        .select_related("person", "holding_organisation")
        .order_by("-amount", "id")
    )
    now = holder_rows.present(held, row.capital)
    if post is None:
        return now
    names = {one.key: one.name for one in now.rows if one.key}
    return holder_rows.given(post, names, capital_of(post))


def capital_of(post: Mapping[str, str]) -> Decimal | None:
    """The capital as it was typed; None when it cannot be read."""
    try:
        return amount(post.get("capital", ""))
    except ValueError:
        return None
