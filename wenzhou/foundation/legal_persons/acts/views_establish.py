"""The page on which the competent office enters an organisation or a branch."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.foundation.legal_persons.acts import holder_rows
from wenzhou.foundation.legal_persons.acts.establishing import (
    counties_for,
    enter,
    inputs_for,
    kinds_for,
    rehearse,
    request_of,
)
from wenzhou.foundation.legal_persons.acts.inputs import Input, read_all
from wenzhou.foundation.legal_persons.acts.views import Sheet, capital_of
from wenzhou.foundation.legal_persons.closing import firm_url
from wenzhou.foundation.legal_persons.kinds import RULES, KindRule
from wenzhou.foundation.legal_persons.models import Kind, OrganisationVersion
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.form_fields import plain
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import children, path_text


def establish(request: HttpRequest) -> HttpResponse:
    """Choose the kind and the place; then fill in, see what would be entered, confirm."""
    actor = actor_of(request).actor
    parent = _parent(request)
    kinds = kinds_for(actor)
    kind = Kind.BRANCH if parent is not None else request.GET.get("kind", "")
    counties = [(one.code, str(one.name)) for one in counties_for(actor)]
    county = request.GET.get("county", "")
    county = county if county in dict(counties) else counties[0][0] if len(counties) == 1 else ""
    towns = [(one.code, str(one.name)) for one in children(county)] if county else []
    town = request.GET.get("town", "")
    town = town if town in dict(towns) else ""
    context: dict[str, object] = {
        "parent": parent,
        "back": firm_url(parent.organisation_id) if parent else "",
        "may": bool(kinds),
        "kind": kind,
        "choosers": [
            *(
                []
                if parent
                else [_chooser("kind", Text("类型", "Kind"), kind, [(k, str(v)) for k, v in kinds])]
            ),
            _chooser("county", Text("县（市、区）", "County"), county, counties),
            _chooser("town", Text("镇（街道）", "Town or street"), town, towns),
        ],
    }
    known = kind == Kind.BRANCH or kind in dict(kinds)
    if not (known and town):
        return render(request, "legal_persons/establish.html", context)
    return _filled(request, actor, kind, town, parent, context)


def _chooser(name: str, label: Text, value: str, choices: list[tuple[str, str]]) -> object:
    return plain(
        name, str(label), kind="select", value=value, choices=[("", t("请选择", "Choose")), *choices]
    )


def _parent(request: HttpRequest) -> OrganisationVersion | None:
    given = request.GET.get("parent", "")
    try:
        return version(UUID(given)) if given else None
    except ValueError:
        raise NotFound(Text("没有这个单位。", "There is no such organisation.")) from None


def _filled(
    request: HttpRequest,
    actor: Actor,
    kind: str,
    town: str,
    parent: OrganisationVersion | None,
    context: dict[str, object],
) -> HttpResponse:
    rule = RULES[kind]
    inputs = inputs_for(rule, town)
    sheet = Sheet()
    rows = holder_rows.present([], None) if rule.holders else None
    if request.method == "POST":
        sheet.given = request.POST
        if rule.holders:
            rows = holder_rows.given(request.POST, {}, capital_of(request.POST))
        entered = _sent(request, actor, rule, kind, inputs, rows, parent, sheet)
        if entered is not None:
            return redirect(firm_url(entered))
    key = request.POST.get("key", "")
    left_out = {"csrfmiddlewaretoken", "confirmed", "back", "count", "key"}
    context |= {
        "rule": rule,
        "place": path_text(town),
        "sheet": sheet,
        "inputs": [one.view(sheet.given, sheet.errors) for one in inputs],
        "rows": rows,
        "key": key if re.fullmatch(r"[0-9a-f-]{36}", key) else str(uuid7()),
        "kept": [(name, text) for name, text in request.POST.items() if name not in left_out],
    }
    return render(request, "legal_persons/establish.html", context, status=sheet.status)


def _sent(
    request: HttpRequest,
    actor: Actor,
    rule: KindRule,
    kind: str,
    inputs: tuple[Input, ...],
    rows: holder_rows.Rows | None,
    parent: OrganisationVersion | None,
    sheet: Sheet,
) -> UUID | None:
    """The id of what was entered when it is confirmed; else what would be, or what is wrong, is in the sheet."""
    if "back" in request.POST or "count" in request.POST:
        return None
    above = parent.organisation_id if parent else None
    try:
        values = read_all(inputs, request.POST)
        if rows is not None:
            values["shareholders"] = holder_rows.holders_of(rows)
        wanted = request_of(kind, request.POST.get("key", ""), values)
        if "confirmed" in request.POST:
            done = enter(actor, wanted, above)
            messages.success(
                request, t("已登记，代码 {code}", "Entered with the code {code}", code=done.code)
            )
            return done.id
        sheet.differences = rehearse(actor, wanted, above)
    except Invalid as problem:
        sheet.errors = dict(problem.fields) or {"": problem.detail}
    except Conflict as problem:
        sheet.problem = problem
        sheet.errors = dict(problem.fields)
    return None
