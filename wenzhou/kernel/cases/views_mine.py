"""My cases: the list, one case, and what its applicant may do there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.cases import form_views
from wenzhou.kernel.cases.models import CaseState
from wenzhou.kernel.cases.selectors_applicant import case_view, firm_cases, my_cases, own_case
from wenzhou.kernel.cases.services.closing import rate as rate_case
from wenzhou.kernel.cases.services.closing import withdraw as withdraw_case
from wenzhou.kernel.cases.services.drafts import discard_draft
from wenzhou.kernel.cases.services.licences import paper_of
from wenzhou.kernel.cases.views_apply import ACCEPT


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My drafts and my cases, newest first."""
    actor, page = actor_of(request).actor, request.GET.get("page", "")
    drafts, rows, shown = my_cases(actor, page)
    firm = [] if page else firm_cases(actor)
    context = {"drafts": drafts, "slice": rows, "cases": shown, "firm_cases": firm}
    return render(request, "cases/apply/mine.html", context)


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case of mine; a draft is shown as its form."""
    return _page(request, case_id)


def _page(
    request: HttpRequest, case_id: UUID, *, rating: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request).actor
    if own_case(actor, case_id).state == CaseState.DRAFT:
        return redirect("cases:form", case_id=case_id)
    view = case_view(actor, case_id)
    rating = rating or {"stars": None, "comment": "", "errors": {}}
    context = {
        "view": view,
        "case": view.row,
        "sections": form_views.read_sections(view.declared, view.row.form),
        "accept": ACCEPT,
        "given": "given" in request.GET,
        "papers": [
            {
                "view": paper,
                "name": f"paper-{paper.paper.code}",
                "url": reverse("cases:paper", kwargs={"case_id": case_id, "code": paper.paper.code}),
            }
            for paper in view.papers
        ],
        "rating_form": rating,
        "timeline": [
            {
                "when": timezone.localtime(act.at).strftime("%Y-%m-%d %H:%M"),
                "title": act.text,
                "who": act.office.name if act.office is not None else "",
                "icon": ACT_ICONS.get(act.kind, "circle-dot"),
            }
            for act in view.acts
        ],
    }
    return render(request, "cases/apply/case.html", context, status=status)


ACT_ICONS = {
    "submitted": "send",
    "paper-asked": "file-plus",
    "paper-given": "file-check",
    "promised": "calendar-due",
    "decided": "rubber-stamp",
    "reassigned": "users",
    "granted": "certificate",
    "refused": "circle-x",
    "withdrawn": "arrow-back-up",
}


@require_GET
def licence_paper(request: HttpRequest, case_id: UUID, licence_id: UUID) -> HttpResponse:
    """The PDF of a licence, made on the spot when it is not there yet."""
    file = paper_of(actor_of(request).actor, case_id, licence_id)
    return redirect("documents:file", file_id=file)


@require_POST
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back."""
    actor = actor_of(request).actor
    own_case(actor, case_id)
    withdraw_case(actor, case_id)
    messages.success(request, t("申请已撤回。", "The application is withdrawn."))
    return redirect("cases:case", case_id=case_id)


@require_POST
def rate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Rate the service; what was typed is kept when no star was chosen."""
    actor = actor_of(request).actor
    own_case(actor, case_id)
    stars, comment = request.POST.get("stars", ""), request.POST.get("comment", "")
    chosen = int(stars) if stars in {"1", "2", "3", "4", "5"} else 0
    try:
        rate_case(actor, case_id, chosen, comment)
    except Invalid as error:
        errors = dict(error.fields)
        if chosen and len(comment.strip()) > 500:
            errors = {"comment": Text("意见不超过 500 字", "At most 500 characters")}
        return _page(
            request,
            case_id,
            rating={"stars": chosen or None, "comment": comment, "errors": errors},
            status=422,
        )
    messages.success(request, t("感谢评价。", "Thank you for rating the service."))
    return redirect(f"{reverse('cases:case', kwargs={'case_id': case_id})}#rating")


@require_POST
def discard(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    actor = actor_of(request).actor
    own_case(actor, case_id)
    discard_draft(actor, case_id)
    messages.success(request, t("草稿已删除。", "The draft is thrown away."))
    return redirect("cases:mine")
