"""Sending over a real SMTP server: once, again after trouble, never when it makes no sense; and the demonstration."""

import email
import email.policy
import socket
import threading

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from wenzhou.kernel.base.actors import OPERATOR
from wenzhou.kernel.base.errors import Conflict, Refused
from wenzhou.kernel.base.mail_url import mailers
from wenzhou.kernel.base.testing import run_due
from wenzhou.kernel.identity.testing import actor_with, client_for, make_account
from wenzhou.kernel.messages import sending, services
from wenzhou.kernel.messages.models import Channel, Outgoing, OutgoingState
from wenzhou.kernel.messages.testing import make_outgoing


class Box:
    """An SMTP server's handler: keeps what comes; `answers` are given first, one a message."""

    def __init__(self):
        self.mails = []
        self.answers = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return f"250 2.0.0 queued as Q{len(self.mails)}"


@pytest.fixture
def box(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Box()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{port}?timeout=5")
    settings.WZ_SMTP_URL = "set"
    settings.DEFAULT_FROM_EMAIL = "数字温州 <no-reply@wz.example>"
    yield handler
    controller.stop()


def row_of(key) -> Outgoing:
    return Outgoing.objects.get(id=key)


@pytest.mark.django_db
class TestSmtp:
    def test_a_mail_arrives_whole_with_its_receipt_kept(self, box):
        key = make_outgoing("wang@example.test")
        assert run_due() == 1
        (mail,) = box.mails
        assert mail["Subject"] == "测试 Test"
        assert mail["To"] == "wang@example.test"
        assert mail["From"].addresses[0].addr_spec == "no-reply@wz.example"
        assert mail["Message-ID"] == row_of(key).message_id == f"<{key}@wz.example>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content().strip() == "正文 Body"
        row = row_of(key)
        assert (row.state, row.attempts, row.receipt) == (OutgoingState.SENT, 1, "250 2.0.0 queued as Q1")
        assert row.sent_at is not None
        assert row.body == "正文 Body"

    def test_a_second_job_for_the_same_message_sends_nothing(self, box):
        key = make_outgoing()
        for _ in range(3):
            sending.send(str(key))
        assert len(box.mails) == 1

    def test_after_trouble_it_is_sent_again_under_the_same_id(self, box):
        box.answers = ["451 4.3.0 try later", "421 4.3.2 shutting down"]
        key = make_outgoing()
        assert run_due() == 3  # put off twice, then through
        row = row_of(key)
        assert (row.state, row.attempts, row.error) == (OutgoingState.SENT, 3, "")
        assert [mail["Message-ID"] for mail in box.mails] == [row.message_id]

    def test_waits_grow(self, box):
        box.answers = ["451 later"] * 3
        key = make_outgoing()
        waits = []
        for _ in range(3):
            sending.send(str(key))
            row = row_of(key)
            waits.append(round((row.due - row.at).total_seconds()))
        assert row.error.startswith("SMTPDataError")
        assert waits == sorted(waits)
        assert waits[0] in range(14, 18)
        assert waits[2] in range(59, 65)
        assert (
            ProcrastinateJob.objects.filter(task_name="notices.send", scheduled_at__isnull=False).count() == 3
        )

    def test_in_the_end_it_is_given_up_and_an_operator_sends_it_again(self, box):
        box.answers = ["451 later"] * 50
        key = make_outgoing()
        assert run_due() == sending.MAX_ATTEMPTS
        assert row_of(key).state == OutgoingState.FAILED
        box.answers = []
        operator = actor_with(OPERATOR)
        page = client_for(operator)
        assert "451" in page.get(f"/messages/outbox/{key}/").content.decode()
        assert page.post(f"/messages/outbox/{key}/").status_code == 302
        run_due()
        assert row_of(key).state == OutgoingState.SENT
        with pytest.raises(Conflict):
            services.send_again(operator, key)
        with pytest.raises(Refused):
            services.send_again(actor_with(), key)

    @pytest.mark.parametrize("to", ["unknown@example.test", "no address", "a@b\r\nBcc: all@example.test"])
    def test_what_no_server_will_ever_take_is_not_tried_again(self, box, to):
        key = make_outgoing(to)
        assert run_due() == 1
        row = row_of(key)
        assert (row.state, row.attempts) == (OutgoingState.FAILED, 1)
        assert row.error
        assert box.mails == []

    def test_a_server_that_is_away_is_tried_again(self, settings):
        settings.MAILERS = mailers("smtp://127.0.0.1:1?timeout=1")
        key = make_outgoing()
        sending.send(str(key))
        row = row_of(key)
        assert (row.state, row.attempts) == (OutgoingState.WAITING, 1)
        assert "refused" in row.error.lower()

    def test_a_subject_with_line_breaks_is_one_line(self, box):
        services.queue(Channel.EMAIL, "a@example.test", "一\r\nBcc: x@example.test", "正文")
        run_due()
        assert box.mails[0]["Subject"] == "一 Bcc: x@example.test"
        assert box.mails[0]["Bcc"] is None

    def test_codes_lose_their_text_once_sent(self, box):
        EmailMultiAlternatives("登录验证码", "您的验证码：XY12", None, ["li@example.test"]).send()
        row = Outgoing.objects.get(to="li@example.test")
        assert row.sensitive
        run_due()
        assert "XY12" in box.mails[0].get_content()
        row.refresh_from_db()
        assert (row.state, row.body) == (OutgoingState.SENT, "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_message_send_it_once(box):
    key = make_outgoing()
    gate = threading.Barrier(4)
    failures = []

    def work():
        try:
            gate.wait()
            sending.send(str(key))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(box.mails) == 1
    assert row_of(key).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_server_and_our_commit_it_is_sent_again_under_the_same_id(box, monkeypatch):
    key = make_outgoing()

    def killed(self, **_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Outgoing, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            sending.send(str(key))
    assert row_of(key).state == OutgoingState.WAITING
    Outgoing.objects.update(due="2020-01-01T00:00:00Z")
    ProcrastinateJob.objects.filter(task_name="notices.send").update(status="succeeded")
    sending.sweep()
    assert run_due() == 1
    assert [mail["Message-ID"] for mail in box.mails] == [row_of(key).message_id] * 2


@pytest.mark.django_db
class TestWithoutServer:
    @pytest.fixture(autouse=True)
    def nothing_set(self, settings):
        settings.MAILERS = mailers("")
        settings.WZ_SMTP_URL = ""

    def test_the_demonstration_captures(self, settings):
        settings.WZ_DEMO = True
        key = make_outgoing()
        text = services.queue(Channel.SMS, "13800000000", "", "短信")
        run_due()
        assert {row_of(key).state, row_of(text).state} == {OutgoingState.CAPTURED}

    def test_a_real_city_is_told_what_is_missing(self, settings):
        settings.WZ_DEMO = False
        key, text = make_outgoing(), services.queue(Channel.SMS, "13800000000", "", "短信")
        run_due()
        assert (row_of(key).state, row_of(key).error) == (OutgoingState.FAILED, "WZ_SMTP_URL is not set")
        assert "SMS gateway" in row_of(text).error

    @pytest.mark.parametrize("demo", [True, False])
    def test_the_outbox_shows_what_was_told_but_no_code(self, settings, demo):
        settings.WZ_DEMO = demo
        EmailMultiAlternatives("登录验证码", "您的验证码：XY12", None, [make_account().email]).send()
        code, notice = Outgoing.objects.get(sensitive=True).id, make_outgoing()
        page = client_for(actor_with(OPERATOR))
        for waiting in (True, False):  # before the job has run, and after
            text = page.get(f"/messages/outbox/{code}/").content.decode()
            assert "登录验证码" in text
            assert "XY12" not in text
            assert "正文 Body" in page.get(f"/messages/outbox/{notice}/").content.decode()
            if waiting:
                run_due()
        assert (row_of(code).body == "") is demo  # a failed one is kept, to be sent again

    def test_there_is_no_page_of_codes(self):
        assert client_for(None).get("/messages/demo-codes/").status_code == 404


@pytest.mark.django_db
def test_signing_in_with_a_code_goes_through_the_queue(settings):
    settings.MAILERS = mailers("")
    settings.WZ_DEMO = True
    account = make_account(password="Lucheng-Test-7391")
    client = client_for(None)
    answer = client.post("/account/login/", {"login": account.username, "password": "Lucheng-Test-7391"})
    assert answer.status_code == 302
    run_due()
    (mail,) = Outgoing.objects.filter(to=account.email)
    assert mail.state == OutgoingState.CAPTURED
    assert mail.sensitive
    assert mail.account_id == account.id


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://mail:25", {"host": "mail", "port": 25, "use_tls": False, "use_ssl": False, "username": ""}),
        (
            "smtp+tls://u%40x:p%3Aw@mail:587",
            {"use_tls": True, "username": "u@x", "password": "p:w", "timeout": 20},
        ),
        ("smtps://mail?timeout=3", {"use_ssl": True, "port": None, "timeout": 3}),
    ],
)
def test_the_url_of_a_mail_server(url, options):
    made = mailers(url)["smtp"]["OPTIONS"]
    assert {name: made[name] for name in options} == options


@pytest.mark.parametrize("url", ["mail:25", "http://mail", "smtp://", "smtp://mail:port"])
def test_a_url_that_is_none_is_refused_at_start(url):
    with pytest.raises(ValueError, match=r".+"):
        mailers(url)
