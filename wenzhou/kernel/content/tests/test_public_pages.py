"""Kept pages: what may be kept, when it is thrown away, and what must never get in."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils.csp import LazyNonce
from django.utils.translation import get_language_from_request

from wenzhou.kernel.base.actors import EDITOR
from wenzhou.kernel.content import public_pages
from wenzhou.kernel.content.api import LOOK, STORE, CityPage, ContentRevision, content_changed, mark_public
from wenzhou.kernel.content.public_pages import PageStore, PublicPagesMiddleware, RevisionLook
from wenzhou.kernel.identity.testing import client_for, make_account

pytestmark = pytest.mark.django_db


class Clock:
    """Seconds that stand still until told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """A still clock for a fresh store and a fresh look."""
    clock = Clock()
    monkeypatch.setattr(public_pages, "STORE", PageStore(3, clock))
    monkeypatch.setattr(public_pages, "LOOK", RevisionLook(clock))
    return clock


@pytest.fixture
def site(clock):
    """The middleware around a view that counts its renderings and answers as told."""
    state: dict[str, Any] = {"count": 0}
    state["make"] = lambda request: HttpResponse(f"page {state['count']}")

    def view(request):
        state["count"] += 1
        response = state["make"](request)
        mark_public(response, 60)
        return response

    state["ask"] = PublicPagesMiddleware(view)
    return state


def get(path="/", **headers):
    request = RequestFactory().get(path, headers=headers)
    vars(request)["_csp_nonce"] = LazyNonce()
    return request


def test_second_reader_gets_the_kept_page(site):
    first, second = site["ask"](get()), site["ask"](get())
    assert first.content == second.content == b"page 1"
    assert second.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in second.headers["Vary"]


def test_no_bytes_for_a_reader_who_has_them(site):
    etag = site["ask"](get()).headers["ETag"]
    again = site["ask"](get(**{"If-None-Match": etag}))
    assert (again.status_code, again.content) == (304, b"")
    assert site["ask"](get(**{"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: RequestFactory().post("/"),
        lambda: RequestFactory().head("/"),
        lambda: get("/?q=1"),
        lambda: get(Authorization="Bearer x"),
        lambda: get(host="evil.example"),
    ],
)
def test_other_requests_pass_by(site, request_of):
    site["ask"](request_of())
    site["ask"](request_of())
    assert site["count"] == 2


def test_reader_with_a_session_neither_gets_nor_leaves_a_kept_page(site):
    site["ask"](get())
    request = get()
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "abc"
    assert site["ask"](request).content == b"page 2"
    assert site["ask"](get()).content == b"page 1"


def _with_cookie(request):
    response = HttpResponse("x")
    response.set_cookie("a", "b")
    return response


@pytest.mark.parametrize(
    "make",
    [
        _with_cookie,
        lambda request: HttpResponse(f"nonce {request._csp_nonce}"),
        lambda request: HttpResponse("missing", status=404),
        lambda request: HttpResponseRedirect("/elsewhere/"),
    ],
    ids=["cookie", "nonce", "404", "redirect"],
)
def test_answers_of_one_reader_alone_are_not_kept(site, make):
    site["make"] = make
    site["ask"](get())
    site["ask"](get())
    assert site["count"] == 2


def test_unmarked_answers_are_not_kept(clock):
    ask = PublicPagesMiddleware(lambda request: HttpResponse("x"))
    ask(get())
    key = public_pages.key_of(get())
    assert key is not None
    assert public_pages.STORE.get(key, 0) is None


def test_languages_hosts_paths_and_pages_are_kept_apart(site):
    site["make"] = lambda request: HttpResponse(get_language_from_request(request))
    assert site["ask"](get()).content == b"zh-hans"
    request = get()
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert site["ask"](request).content == b"en"
    assert site["ask"](get(**{"Accept-Language": "en"})).content == b"en"
    site["ask"](get("/?page=2"))
    site["ask"](get("/other/"))
    assert site["count"] == 4


def test_page_dies_of_age(site, clock):
    site["ask"](get())
    clock.now += 60.5
    assert site["ask"](get()).content == b"page 2"


def test_page_dies_of_a_change_within_a_second(site, clock):
    site["ask"](get())
    content_changed()
    clock.now += 0.5
    assert site["ask"](get()).content == b"page 1"
    clock.now += 0.6
    assert site["ask"](get()).content == b"page 2"


def test_revision_is_looked_up_once_a_second(site, clock, django_assert_num_queries):
    site["ask"](get())
    with django_assert_num_queries(1):
        for _ in range(10):
            clock.now += 0.15
            site["ask"](get())


def test_store_is_bounded(site):
    for number in range(5):
        site["ask"](get(f"/{number}/"))
    site["ask"](get("/4/"))
    assert site["count"] == 5
    site["ask"](get("/0/"))
    assert site["count"] == 6


def test_kept_pages_outlive_the_database(site, clock, monkeypatch):
    site["ask"](get())

    def away(*args, **kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(ContentRevision.objects, "values_list", away)
    clock.now += 5
    assert site["ask"](get()).content == b"page 1"


def _number() -> int:
    return ContentRevision.objects.get().number


def test_every_way_of_changing_content_counts():
    root = CityPage.objects.get(depth=1)
    before = _number()
    CityPage.objects.filter(pk=root.pk).update(title="Root")
    assert _number() == before + 1
    CityPage.objects.filter(pk=root.pk).update(draft_title="draft", has_unpublished_changes=True)
    assert _number() == before + 1, "a draft is not public"
    content_changed()
    assert _number() == before + 2


@pytest.fixture
def _clean():
    STORE.clear()
    LOOK.forget()
    yield
    STORE.clear()
    LOOK.forget()


@pytest.mark.usefixtures("_clean")
def test_signed_in_name_never_leaks():
    account = make_account(EDITOR, name="林小编")
    signed_in = client_for(account)
    for _ in range(2):
        assert "林小编" in signed_in.get("/").content.decode()
        page = client_for(None).get("/")
        assert "林小编" not in page.content.decode()
        assert settings.SESSION_COOKIE_NAME not in page.cookies
        assert settings.CSRF_COOKIE_NAME not in page.cookies
    assert "林小编" in signed_in.get("/").content.decode()


@pytest.mark.usefixtures("_clean")
def test_home_of_the_anonymous_is_kept_and_costs_no_query(django_assert_num_queries):
    for language in ("zh-hans", "en"):
        client_for(None, language=language).get("/")
    with django_assert_num_queries(0):
        chinese = client_for(None).get("/")
        english = client_for(None, language="en").get("/")
    assert chinese.content != english.content
    for response in (chinese, english):
        assert b"csrfmiddlewaretoken" not in response.content
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("_clean")
def test_language_link_does_not_spoil_the_kept_page():
    client = Client()
    assert client.get("/?lang=en").cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    other = Client().get("/?lang=en")
    assert other.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en", (
        "set for each reader, not kept with the page"
    )
    assert "lang" not in client.get("/?lang=en").cookies
