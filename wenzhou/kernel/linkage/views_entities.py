"""Pages of entities: the records that are one person, with their history; un-merge; the acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.linkage import entities
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import RecordLink
from wenzhou.kernel.linkage.permissions import READ_RECORDS, UNMERGE
from wenzhou.kernel.linkage.selectors import title_of
from wenzhou.kernel.linkage.services.links import take_out, unmerge
from wenzhou.kernel.linkage.showing import PURPOSES


def entity(request: HttpRequest, entity_id: UUID) -> HttpResponse:
    """One entity. POST states a purpose and shows its records whole, or takes them apart."""
    actor = actor_of(request).actor
    errors: dict[str, Text] = {}
    purpose = PURPOSES.get(request.POST.get("purpose", ""))
    if request.method == "POST" and "act" in request.POST:
        entities.entity(actor, entity_id)  # only what she may see
        try:
            return _act(request, actor, entity_id)
        except Invalid as wrong:
            errors = dict(wrong.fields)
        except Conflict as lost:
            messages.warning(request, str(lost.detail))
            return redirect("linkage:entity", entity_id)
    elif request.method == "POST" and purpose is None:
        errors = {"purpose": Text("请选择查看用途", "Choose what you need it for")}
    found = entities.entity(actor, entity_id, purpose=purpose)
    context: dict[str, Any] = {
        "found": found,
        "heads": [compared.title for compared in PERSONS.compared],
        "timeline": [_entry(step) for step in found.steps],
        "may_unmerge": bool(found.members) and may(actor, UNMERGE),
        "may_read": may(actor, READ_RECORDS, purpose=next(iter(PURPOSES.values()))),
        "purposes": [(one.code, str(one.title)) for one in PURPOSES.values()],
        "choices": [("", t("最近一次合并整体撤销", "The last change as a whole"))]
        + [
            (f"{one.key.source} {one.key.key}", f"{one.title} · {one.values[0] or '—'} {one.values[1]}")
            for one in found.members
        ],
        "given": {"reason": request.POST.get("reason", ""), "record": request.POST.get("record", "")},
        "errors": errors,
    }
    return render(request, "linkage/entity.html", context, status=422 if errors else 200)


def _entry(step: Any) -> dict[str, Any]:
    act = step.act
    note = t(
        "增加 {opened} 条，移出 {closed} 条。{reason}",
        "{opened} in, {closed} out. {reason}",
        opened=step.opened,
        closed=step.closed,
        reason=act.reason,
    )
    return {"when": act.at, "title": str(step.title), "who": act.by_name, "note": note, "icon": "history"}


def _act(request: HttpRequest, actor: Actor, entity_id: UUID) -> HttpResponse:
    if request.POST["act"] != "unmerge":
        raise Refused(Text("没有这个操作。", "There is no such act."))
    reason, record = request.POST.get("reason", ""), request.POST.get("record", "")
    if record:
        take_out(actor, _member(record, entity_id), reason=reason)
        said = t("已移出这条记录。", "The record is taken out.")
    else:
        unmerge(actor, entity_id, reason=reason)
        said = t("已撤销最近一次合并。", "The last change is undone.")
    messages.success(request, said)
    return redirect("linkage:entity", entity_id)


def _member(given: str, entity_id: UUID) -> RecordKey:
    """A record of this entity. Raises Invalid for anything else."""
    source, _, key = given.rpartition(" ")
    try:
        record = RecordKey(source, UUID(key))
    except ValueError:
        record = None
    links = RecordLink.objects.filter(superseded_at=None, entity=entity_id)
    if record is None or not links.filter(source=record.source, key=record.key).exists():
        wrong = Text("请从列出的记录中选择", "Choose one of the records listed")
        raise Invalid(wrong, fields={"record": wrong})
    return record


def acts(request: HttpRequest) -> HttpResponse:
    """Changes of links, newest first, each with the entities it touched; POST finds the records of a person by number."""
    actor = actor_of(request).actor
    if request.method == "POST":
        found = entities.of_person(actor, request.POST.get("number", ""))
        if found is not None:
            return redirect("linkage:entity", found)
        messages.warning(request, t("没有链接到这个号码的记录。", "No record is linked to this number."))
        return redirect("linkage:acts")
    page = entities.acts(actor, token=request.GET.get("page", ""))
    touched = entities.touched([row.id for row in page.rows if row.run_id is None])
    return render(
        request,
        "linkage/acts.html",
        {"page": page, "rows": [(row, title_of(row), touched.get(row.id, ())) for row in page.rows]},
    )
