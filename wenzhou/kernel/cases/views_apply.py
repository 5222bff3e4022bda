"""Applying: begin a draft, fill it in, add papers, check it, submit it, get the receipt.

Every step works with plain POSTs; htmx and autosave only save the waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.cases import form_views
from wenzhou.kernel.cases.declarations import CaseType, FieldKind, Paper
from wenzhou.kernel.cases.models import Case, CaseState, PaperState
from wenzhou.kernel.cases.receipts import receipt_of
from wenzhou.kernel.cases.selectors_applicant import (
    PaperView,
    draft_papers,
    faults_of,
    own_case,
    own_draft,
    promised_papers,
)
from wenzhou.kernel.cases.services.common import case_type
from wenzhou.kernel.cases.services.drafts import Saved, open_draft, put_paper, remove_paper, save_draft
from wenzhou.kernel.cases.services.papers import give_paper
from wenzhou.kernel.cases.services.submit import entity_tag, submit
from wenzhou.kernel.documents.api import FileRef

ACCEPT = ".pdf,.jpg,.jpeg,.png,.ofd"


# Begin


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, type_code: str) -> HttpResponse:
    """What beginning means (which registers are read); POST begins, or goes on with the draft there is."""
    actor = actor_of(request).actor
    declared = case_type(type_code)
    if request.method == "POST":
        draft = open_draft(actor, type_code)
        return redirect("cases:form", case_id=draft.case)
    context = {
        "declared": declared,
        "draft": own_draft(actor, type_code),
        "areas": form_views.areas_of(declared),
    }
    return render(request, "cases/apply/start.html", context)


# The form


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole form. POST saves what was typed, then does what the pressed button says."""
    case = own_case(actor_of(request).actor, case_id)
    if case.state != CaseState.DRAFT:
        return redirect("cases:case", case_id=case.id)
    declared = case_type(case.case_type)
    if request.method == "POST":
        return _posted(request, case, declared)
    errors = faults_of(case, declared) if "check" in request.GET else {}
    return _page(request, case, declared, errors)


def _posted(request: HttpRequest, case: Case, declared: CaseType) -> HttpResponse:
    actor = actor_of(request).actor
    try:
        _save(request, case, declared)
    except Conflict as conflict:
        if conflict.code != "draft-changed":
            raise
        typed = form_views.raw_answers(declared, request.POST.dict())
        return _page(request, case, declared, {}, typed=typed, conflict=conflict)
    if code := request.POST.get("remove", ""):
        remove_paper(actor, case.id, code)
        return redirect(f"{reverse('cases:form', kwargs={'case_id': case.id})}#id_paper-{code}")
    errors = _take_files(request, case, declared)
    case.refresh_from_db()
    if request.POST.get("go") == "next":
        errors = faults_of(case, declared) | errors
    if errors:
        return _page(request, case, declared, errors)
    if request.POST.get("go") == "next":
        return redirect("cases:review", case_id=case.id)
    place = request.POST.get("go", "")
    anchor = place if place in {f"s-{section.code}" for section in declared.sections} else "id_saved"
    return redirect(f"{reverse('cases:form', kwargs={'case_id': case.id})}?saved=1#{anchor}")


def _save(request: HttpRequest, case: Case, declared: CaseType) -> Saved:
    """Save the posted answers and promises over the revision that the page was made from."""
    revision = request.POST.get("overwrite") or request.POST.get("revision", "")
    return save_draft(
        actor_of(request).actor,
        case.id,
        form_views.raw_answers(declared, request.POST.dict()),
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
        promised=request.POST.getlist("promise") if "papers" in request.POST else None,
    )


def _take_files(request: HttpRequest, case: Case, declared: CaseType) -> dict[str, Text]:
    """Keep the files that came with the form; what is wrong with those that could not be kept."""
    errors: dict[str, Text] = {}
    for paper in declared.papers:
        upload = request.FILES.get(f"paper-{paper.code}")
        if upload is None:
            continue
        try:
            put_paper(actor_of(request).actor, case.id, paper.code, upload)
        except Invalid as error:
            errors[f"paper-{paper.code}"] = error.fields.get("file", error.detail)
    return errors


def _page(
    request: HttpRequest,
    case: Case,
    declared: CaseType,
    errors: Mapping[str, Text],
    *,
    typed: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    answers = {**case.form, **(typed or {})}
    context = {
        "case": case,
        "declared": declared,
        "sections": form_views.sections(declared, answers, errors),
        "papers": [
            _paper_context(case, paper, errors.get(f"paper-{paper.paper.code}"))
            for paper in draft_papers(case, declared)
        ],
        "papers_wrong": sum(code.startswith("paper-") for code in errors),
        "errors": form_views.error_list(declared, errors, answers),
        "conflict": conflict,
        "accept": ACCEPT,
        "unread": form_views.unread(declared, answers),
        "saved_now": "saved" in request.GET,
    }
    status = 409 if conflict else 422 if errors and request.method == "POST" else 200
    return render(request, "cases/apply/form.html", context, status=status)


def _paper_context(case: Case, paper: PaperView, error: Text | None) -> dict[str, object]:
    code = paper.paper.code
    place = {"case_id": case.id, "code": code}
    return {
        "view": paper,
        "name": f"paper-{code}",
        "id": f"id_paper-{code}",
        "url": reverse("cases:paper", kwargs=place),
        "files": [_row(case, code, paper.file)] if paper.file is not None else [],
        "promised": paper.state == PaperState.PROMISED,
        "error": error,
    }


def _row(case: Case, code: str, file: FileRef) -> dict[str, object]:
    """What ``base/parts/upload_row.html`` shows; without JavaScript its button sends the form."""
    removable = case.state == CaseState.DRAFT
    place = {"case_id": case.id, "code": code}
    return {
        "name": file.name,
        "size": file.size,
        "url": file.url,
        "remove_url": reverse("cases:remove-paper", kwargs=place) if removable else "",
        "remove_name": "remove" if removable else "",
        "remove_value": code,
    }


@require_POST
def save(request: HttpRequest, case_id: UUID) -> JsonResponse:
    """Autosave: the revision to send with the next save. Raises Conflict (409) after another device's save."""
    case = own_case(actor_of(request).actor, case_id)
    saved = _save(request, case, case_type(case.case_type))
    now = timezone.localtime()
    return JsonResponse({"revision": saved.revision, "saved": now.strftime("%H:%M")})


@require_GET
def divisions(request: HttpRequest) -> HttpResponse:
    """The selects below the one just chosen: the towns of a county, or the villages of a town."""
    declared = case_type(request.GET.get("type", ""))
    code = request.GET.get("field", "")
    field = next((f for f in declared.fields if f.code == code and f.kind is FieldKind.DIVISION), None)
    if field is None:
        raise NotFound(Text("没有这个填写项。", "There is no such question."))
    town = request.GET.get(f"{code}.town")
    county = request.GET.get(f"{code}.county", "")
    picked = form_views.picker(declared, field, county if town is None else town)
    template = "towns" if town is None else "villages"
    return render(request, f"cases/apply/{template}.html", {"picker": picked, "code": code})


# Papers


@require_POST
def paper(request: HttpRequest, case_id: UUID, code: str) -> HttpResponse:
    """Take the file of one paper: into a draft, or for an office that asked or was promised it."""
    actor = actor_of(request).actor
    case = own_case(actor, case_id)
    _known(case, code)
    upload = request.FILES.get(f"paper-{code}")
    if upload is None:
        raise Invalid(
            Text("请选择一个文件。", "Choose a file."),
            fields={f"paper-{code}": Text("请选择一个文件", "Choose a file")},
        )
    by_htmx = bool(request.headers.get("HX-Request"))
    draft = case.state == CaseState.DRAFT
    page = reverse("cases:form" if draft else "cases:case", kwargs={"case_id": case.id})
    place = f"#id_paper-{code}" if draft else f"#paper-{code}"
    try:
        put_paper(actor, case_id, code, upload) if draft else give_paper(actor, case_id, code, upload)
    except Invalid as error:
        if by_htmx:
            raise
        messages.error(request, str(error.fields.get("file", error.detail)))
        return redirect(page + place)
    if not by_htmx:
        return redirect(page + ("" if draft else "?given=1") + place)
    return (
        _kept_row(request, case, code) if draft else HttpResponse(headers={"HX-Redirect": f"{page}?given=1"})
    )


def _kept_row(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    views = draft_papers(case, case_type(case.case_type))
    kept = next(view.file for view in views if view.paper.code == code)
    if kept is None:  # another device has removed it in this moment
        return HttpResponse("")
    return render(request, "base/parts/upload_row.html", {"file": _row(case, code, kept)})


@require_POST
def drop_paper(request: HttpRequest, case_id: UUID, code: str) -> HttpResponse:
    """Take a paper out of the draft."""
    actor = actor_of(request).actor
    case = own_case(actor, case_id)
    _known(case, code)
    remove_paper(actor, case_id, code)
    if request.headers.get("HX-Request"):
        return HttpResponse("")
    return redirect(f"{reverse('cases:form', kwargs={'case_id': case.id})}#id_paper-{code}")


def _known(case: Case, code: str) -> Paper:
    try:
        return case_type(case.case_type).paper(code)
    except KeyError:
        raise NotFound(Text("此事项不需要这种材料。", "This service needs no such paper.")) from None


# Check and submit


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All answers for a last look; POST submits what was looked over. What is wrong leads back to the form."""
    actor = actor_of(request).actor
    case = own_case(actor, case_id)
    if case.state != CaseState.DRAFT:
        return redirect("cases:receipt", case_id=case.id)
    declared = case_type(case.case_type)
    conflict = None
    if request.method == "POST":
        try:
            submit(actor, case.id, promised=promised_papers(case), reviewed=request.POST.get("reviewed", ""))
        except Invalid:
            return redirect(f"{reverse('cases:form', kwargs={'case_id': case.id})}?check=1")
        except Conflict as problem:
            conflict = problem
            case.refresh_from_db()
        else:
            return redirect("cases:receipt", case_id=case.id)
    # The tag is taken before the rest is read: what changes between the two is refused, never sent unseen.
    tag = entity_tag(case)
    errors = faults_of(case, declared)
    context = {
        "case": case,
        "declared": declared,
        "tag": tag,
        "conflict": conflict,
        "sections": form_views.read_sections(declared, case.form),
        "papers": draft_papers(case, declared),
        "errors": form_views.error_list(declared, errors, case.form),
    }
    return render(request, "cases/apply/review.html", context, status=409 if conflict else 200)


@require_GET
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The number, the promised date and what comes next."""
    case = own_case(actor_of(request).actor, case_id)
    if case.state == CaseState.DRAFT:
        return redirect("cases:review", case_id=case.id)
    declared = case_type(case.case_type)
    promised = [p for p in draft_papers(case, declared) if p.state == PaperState.PROMISED]
    context = {"case": case, "declared": declared, "promised": promised}
    return render(request, "cases/apply/receipt.html", context)


@require_GET
def receipt_file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt as PDF."""
    case = own_case(actor_of(request).actor, case_id)
    content = receipt_of(case, case_type(case.case_type))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{t('受理通知书', 'Receipt')}-{case.number}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
    return response
