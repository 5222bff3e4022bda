"""Telling people: in the caller's transaction, once, in both languages; pages of one's own notices."""

from uuid import uuid4

import pytest
from django.db import transaction

from wenzhou.kernel.base.actors import OPERATOR
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_most_queries, run_due
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, client_for, make_account
from wenzhou.kernel.messages import api, services
from wenzhou.kernel.messages.models import Notice, Outgoing, OutgoingState
from wenzhou.kernel.messages.testing import mailed, make_notice, make_outgoing, told

ACCEPTED = api.NoticeTemplate(
    code="test.accepted",
    title=Text("申请 {number} 已受理", "Application {number} accepted"),
    body=Text("{office}将于 {due} 前办结。", "{office} decides by {due}."),
)
QUIET = api.NoticeTemplate(
    code="test.quiet", title=Text("提示", "Hint"), body=Text("提示", "Hint"), email=False
)
CONTEXT: dict[str, Text | str | int] = {
    "number": "W-1",
    "office": Text("市监局", "Market office"),
    "due": "2026-11-30",
}


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    mine = Module(
        code="test", title=Text("x", "x"), summary=Text("x", "x"), group="kernel", rows=(),
        declares=(ACCEPTED, QUIET),
    )  # fmt: skip
    monkeypatch.setattr(registry, "modules", (*registry.modules, mine))


@pytest.mark.django_db
class TestTell:
    def test_a_notice_and_a_mail_in_both_languages(self, settings):
        settings.WZ_PUBLIC_URL = "https://wz.example"
        account = make_account()
        case = uuid4()
        key = api.tell(account.id, ACCEPTED, CONTEXT, link="/cases/1/", case=case)
        notice = Notice.objects.get(id=key)
        assert notice.title == Text("申请 W-1 已受理", "Application W-1 accepted")
        assert notice.body == Text("市监局将于 2026-11-30 前办结。", "Market office decides by 2026-11-30.")
        assert (notice.link, notice.case, notice.read_at) == ("/cases/1/", case, None)
        assert told(account.id) == ["test.accepted"]
        mail = Outgoing.objects.get(notice=notice)
        assert (mail.to, mail.state) == (account.email, OutgoingState.WAITING)
        assert mail.subject == "数字温州：申请 W-1 已受理 / Application W-1 accepted"
        assert mail.body.index("市监局将于") < mail.body.index("Market office decides")
        assert "https://wz.example/cases/1/" in mail.body
        assert api.unread_count(account.id) == 1

    def test_without_address_or_wish_only_the_portal_tells(self):
        account = make_account()
        api.tell(account.id, QUIET)
        assert mailed(account.email) == []
        assert told(account.id) == ["test.quiet"]

    def test_what_cannot_be_told(self):
        account = make_account()
        with pytest.raises(KeyError):
            api.tell(account.id, ACCEPTED, {"number": "1"})
        with pytest.raises(NotFound):
            api.tell(uuid4(), ACCEPTED, CONTEXT)
        for link in ("https://evil.example/", "//evil.example/", "javascript:1"):
            with pytest.raises(ValueError, match="not a path"):
                api.tell(account.id, QUIET, link=link)
        undeclared = api.NoticeTemplate(code="test.undeclared", title=Text("x", "x"), body=Text("x", "x"))
        with pytest.raises(RuntimeError, match="declares"):
            api.tell(account.id, undeclared)
        assert Notice.objects.count() == 0

    def test_a_context_is_never_a_format_by_itself(self):
        account = make_account()
        api.tell(account.id, ACCEPTED, {**CONTEXT, "number": "{due.__class__}"})
        assert Notice.objects.get().title_zh == "申请 {due.__class__} 已受理"

    def test_a_rolled_back_change_tells_nobody(self):
        account = make_account()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            api.tell(account.id, ACCEPTED, CONTEXT)
            raise ZeroDivisionError
        assert told(account.id) == []
        assert mailed(account.email) == []
        assert run_due() == 0


@pytest.mark.django_db(transaction=True)
def test_telling_outside_a_transaction_is_a_mistake_of_the_caller():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        api.tell(make_account().id, ACCEPTED, CONTEXT)


@pytest.mark.django_db
class TestPages:
    def test_one_reads_ones_own_and_nobody_elses(self):
        me, other = actor_with(), actor_with()
        mine, theirs = make_notice(me), make_notice(other)
        client = client_for(me)
        page = client.get("/messages/mine/")
        assert page.status_code == 200
        assert str(mine) in page.content.decode()
        assert str(theirs) not in page.content.decode()
        assert 'class="wz-count">1' in page.content.decode()
        assert client.get(f"/messages/mine/{mine}/").status_code == 200
        first = Notice.objects.get(id=mine).read_at
        assert first is not None
        assert client.get(f"/messages/mine/{mine}/").status_code == 200
        assert Notice.objects.get(id=mine).read_at == first
        assert client.get(f"/messages/mine/{theirs}/").status_code == 404
        assert Notice.objects.get(id=theirs).read_at is None

    def test_all_as_read_needs_a_post(self):
        me = actor_with()
        make_notice(me)
        client = client_for(me)
        client.get("/messages/mine/read/")
        assert api.unread_count(me.account) == 1
        assert client.post("/messages/mine/read/").status_code == 302
        assert api.unread_count(me.account) == 0

    def test_the_list_is_paged_and_empty_lists_say_what_comes(self):
        me = actor_with()
        client = client_for(me, language="en")
        assert "No notices yet" in client.get("/messages/mine/").content.decode()
        keys = [make_notice(me) for _ in range(45)]
        seen, token = [], ""
        for _ in range(3):
            rows = services_page(me, token)
            seen += [row.id for row in rows.rows]
            token = rows.next
        assert seen == sorted(keys, reverse=True)
        assert token == ""
        body = client.get("/messages/mine/").content.decode()
        assert "Your application was accepted" in body
        assert 'rel="next"' in body
        assert client.get("/messages/mine/?page=forged").status_code == 422

    def test_the_list_costs_the_same_whatever_its_length(self):
        me = actor_with()
        client = client_for(me)
        for _ in range(25):
            make_notice(me)
        client.get("/messages/mine/")
        with at_most_queries(12):
            client.get("/messages/mine/")

    def test_strangers_are_led_to_sign_in(self):
        assert client_for(None).get("/messages/mine/").status_code == 302

    def test_markup_in_a_notice_is_text(self):
        me = actor_with()
        key = make_notice(me, zh="<script>alert(1)</script>")
        body = client_for(me).get(f"/messages/mine/{key}/").content.decode()
        assert "<script>alert(1)" not in body
        assert "&lt;script&gt;alert(1)" in body

    def test_the_outbox_is_for_operators(self):
        key = make_outgoing("a@example.test")
        assert client_for(actor_with()).get("/messages/outbox/").status_code == 403
        operator = client_for(actor_with(OPERATOR))
        run_due()
        page = operator.get("/messages/outbox/").content.decode()
        assert "a@example.test" in page
        assert "演示" in page
        assert "a@example.test" not in operator.get("/messages/outbox/?state=failed").content.decode()
        one = operator.get(f"/messages/outbox/{key}/").content.decode()
        assert "正文 Body" in one
        assert "没有真正发出" in one
        assert operator.get(f"/messages/outbox/{uuid4()}/").status_code == 404


def services_page(actor, token):
    from wenzhou.kernel.messages.selectors import notices_of

    return notices_of(actor, page=token)


@pytest.mark.django_db
def test_mark_all_read_counts_only_ones_own():
    me, other = actor_with(), actor_with()
    make_notice(me)
    make_notice(other)
    assert services.mark_all_read(me) == 1
    assert services.mark_all_read(me) == 0
    assert api.unread_count(other.account) == 1
