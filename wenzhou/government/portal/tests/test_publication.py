"""Writing, submitting, approving: an editor cannot publish alone, a head can, and readers see it within a second."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from wenzhou.government.portal import testing
from wenzhou.government.portal.models import InformationPage
from wenzhou.kernel.base.actors import CITIZEN, EDITOR, HEAD
from wenzhou.kernel.content.api import LOOK
from wenzhou.kernel.content.testing import forget_kept_pages
from wenzhou.kernel.identity.testing import client_for, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    forget_kept_pages()
    yield
    forget_kept_pages()


def form(title, **more):
    """What the editor's form sends for an information page."""
    return nested_form_data(
        {
            "title": title,
            "title_en": "Bus lines",
            "slug": "bus-lines",
            "summary": "",
            "summary_en": "",
            "area_code": "",
            "office": "",
            "audience": "everyone",
            "body": streamfield(
                [("text", {"zh": rich_text("<p>公交线路</p>"), "en": rich_text("<p>Bus lines</p>")})]
            ),
            "comments": inline_formset([]),
            **more,
        }
    )


def wrote(title="公交线路", **more):
    """An editor's client and the page that she has just written through the editor."""
    client = client_for(make_account(EDITOR, office="portal-office"))
    address = f"/cms/pages/add/portal/informationpage/{testing.home().pk}/"
    assert client.get(address).status_code == 200
    response = client.post(address, form(title, **more))
    assert response.status_code == 302, response.context["form"].errors
    return client, InformationPage.objects.get(slug="bus-lines")


def shown(path: str) -> int:
    return client_for(None).get(path).status_code


def test_editor_alone_cannot_publish():
    client, page = wrote(**{"action-publish": "1"})
    assert not page.live
    assert (
        client.post(f"/cms/pages/{page.pk}/edit/", form("公交线路", **{"action-publish": "1"})).status_code
        == 302
    )
    page.refresh_from_db()
    assert not page.live
    assert shown("/bus-lines/") == 404


def test_submitted_page_is_published_by_a_heads_approval():
    client, page = wrote(**{"action-submit": "1"})
    state = WorkflowState.objects.get(object_id=str(page.pk))
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    approve = f"/cms/pages/workflow/action/{page.pk}/approve/{state.current_task_state.pk}/"
    client.post(approve, {"comment": ""})
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS, "the editor cannot approve her own page"
    assert shown("/bus-lines/") == 404

    head = client_for(make_account(HEAD, office="portal-office"))
    assert head.post(approve, {"comment": "同意"}).status_code == 302
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_APPROVED
    assert shown("/bus-lines/") == 200
    head.post(approve, {"comment": "again"})
    page.refresh_from_db()
    assert page.live


def test_heads_refusal_sends_the_page_back():
    _, page = wrote(**{"action-submit": "1"})
    state = WorkflowState.objects.get(object_id=str(page.pk))
    head = client_for(make_account(HEAD, office="portal-office"))
    reject = f"/cms/pages/workflow/action/{page.pk}/reject/{state.current_task_state.pk}/"
    assert head.post(reject, {"comment": "请补充时刻表"}).status_code == 302
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert shown("/bus-lines/") == 404


def test_citizen_cannot_write():
    client = client_for(make_account(CITIZEN))
    response = client.post(f"/cms/pages/add/portal/informationpage/{testing.home().pk}/", form("公交线路"))
    assert response.status_code == 403
    assert not InformationPage.objects.filter(slug="bus-lines").exists()


def test_page_without_its_english_is_not_published():
    page = testing.make_information(live=False)
    page.title_en = ""
    with pytest.raises(ValidationError) as caught:
        page.save_revision(clean=True)
    assert "title_en" in caught.value.message_dict


def test_publication_and_withdrawal_are_seen_within_a_second():
    page = testing.make_information(title="旧标题")
    assert "旧标题" in client_for(None).get(page.url).content.decode()
    page.title = "新标题"
    page.save_revision().publish()
    time.sleep(1.05)
    assert "新标题" in client_for(None).get(page.url).content.decode()
    page.unpublish()
    time.sleep(1.05)
    assert shown(page.url) == 404


def test_restricted_page_is_not_kept_for_others():
    from wagtail.models import PageViewRestriction

    page = testing.make_information(title="内部")
    assert shown(page.url) == 200
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    LOOK.forget()
    response = client_for(None).get(page.url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")
    assert client_for(make_account(CITIZEN)).get(page.url).status_code == 200
    assert client_for(None).get(page.url).status_code == 302


def test_preview_shows_the_draft_in_a_frame_under_the_public_policy():
    client, page = wrote()
    preview = f"/cms/pages/{page.pk}/edit/preview/"
    assert client.post(preview, form("预览中的标题")).json()["is_valid"]
    response = client.get(preview + "?in_preview_panel=true")
    assert "预览中的标题" in response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in policy
    assert shown("/bus-lines/") == 404
