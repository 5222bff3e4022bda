"""Pages on which an office registers life events: which there are, the form, what will change, done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.foundation.population.acts import ACTS, Act, acts_of
from wenzhou.foundation.population.reading import noted
from wenzhou.foundation.population.services import Done
from wenzhou.foundation.population.services.once import rehearse
from wenzhou.kernel.base import form_fields
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t


def events(request: HttpRequest) -> HttpResponse:
    """The acts for which the reader's office answers."""
    return render(request, "population/events.html", {"acts": acts_of(actor_of(request).actor)})


def event(request: HttpRequest, kind: str) -> HttpResponse:
    """One act: its form; then what would change; then done, and on to the record."""
    if kind not in ACTS:
        raise NotFound(Text("没有此项业务。", "There is no such act."))
    act = ACTS[kind]
    if request.method != "POST":
        return _form(request, act, request.GET.dict())
    if "back" in request.POST:
        return _form(request, act, request.POST.dict())
    actor = actor_of(request).actor
    key = request.POST.get("key", "").strip() or str(uuid7())
    try:
        asked = act.parse(request.POST.dict())
        if "confirmed" in request.POST:
            return _done(request, act, act.run(actor, asked, key=key))
        rehearsed = rehearse(lambda trial: act.run(actor, asked, key=trial))
    except (Invalid, Conflict) as problem:
        return _form(request, act, request.POST.dict(), problem)
    noted(actor, rehearsed.people)
    return render(
        request,
        "population/event_confirm.html",
        {
            "act": act,
            "changes": rehearsed.changes,
            "asked": [
                (one.label, _words(one.choices, request.POST.get(name, "")))
                for name, (one, _) in act.inputs().items()
                if request.POST.get(name, "").strip()
            ],
            "values": {name: request.POST.get(name, "") for name in act.inputs()},
            "key": key,
        },
    )


def _form(
    request: HttpRequest, act: Act, given: dict[str, Any], problem: Invalid | Conflict | None = None
) -> HttpResponse:
    wrong = {name: str(text) for name, text in problem.fields.items()} if problem else {}
    inputs = act.inputs()
    views = [
        form_fields.plain(
            name,
            str(one.label),
            kind=one.kind,
            value=given.get(name, ""),
            choices=_choices(one.choices, required=required),
            help=str(one.help) if one.help else "",
            errors=(wrong[name],) if name in wrong else (),
            required=required,
        )
        for name, (one, required) in inputs.items()
    ]
    # What is about no field of this form stands on top of it.
    summary = wrong if problem and set(wrong) & set(inputs) else {"": str(problem.detail)} if problem else {}
    context = {"act": act, "views": views, "wrong": summary, "key": given.get("key") or str(uuid7())}
    return render(request, "population/event.html", context, status=problem.status if problem else 200)


def _choices(choices: Any, *, required: bool) -> list[tuple[str, str]]:
    if choices is None:
        return []
    first = [("", t("请选择", "Choose"))] if required else []
    return [*first, *((code, str(title)) for code, title in choices.items())]


def _words(choices: Any, value: str) -> str:
    return str(choices.get(value, value)) if choices else value


def _done(request: HttpRequest, act: Act, done: Done) -> HttpResponse:
    text = t("已登记：{act}。", "Registered: {act}.", act=str(act.title))
    if done.repeated:
        text = t("此前已登记，没有重复办理。", "It was registered before; nothing was done twice.")
    messages.success(request, text)
    if done.person is not None:
        return redirect("population:person", done.person)
    if done.household is not None:
        return redirect("population:household", done.household)
    return redirect("population:events")
