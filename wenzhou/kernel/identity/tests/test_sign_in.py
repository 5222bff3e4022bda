"""Sign-in as a person meets it: password, code, authenticator, lock-out, words, other devices."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK, OPERATOR
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.identity import services
from wenzhou.kernel.identity.models import Account, PostHolding
from wenzhou.kernel.identity.testing import (
    PASSWORD,
    actor_of_account,
    actor_with,
    client_for,
    make_account,
    make_organisation,
)

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
CODE = "/account/login/code/confirm/"


@pytest.fixture
def clerk():
    return make_account(CLERK, office="x", password=PASSWORD)


@pytest.fixture
def browser():
    client = Client()
    client.cookies["wz_language"] = "zh-hans"
    return client


def password(client, login, secret=PASSWORD, **query):
    return client.post(LOGIN, {"login": login, "password": secret, **query})


def mailed_code():
    return re.findall(r"^\s*(\d{6})\s*$", str(mail.outbox[-1].body), re.M)[0]


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_password_then_code(browser, clerk):
    assert password(browser, clerk.username, next="/offices/")["Location"].startswith(CODE)
    assert signed_in(browser) is None
    assert mail.outbox[-1].to == [clerk.email]
    assert "登录验证码" in mail.outbox[-1].subject
    response = browser.post(CODE, {"code": mailed_code(), "next": "/offices/"})
    assert response["Location"] == "/offices/"
    assert signed_in(browser) == str(clerk.id)
    assert AuditEntry.objects.filter(action="identity.sign-in", outcome="done", actor=clerk.id).exists()
    assert EmailAddress.objects.get(user=clerk.id).verified


def test_by_e_mail_and_in_english(browser, clerk):
    browser.cookies["wz_language"] = "en"
    password(browser, clerk.email.upper())
    assert "Your sign-in code" in mail.outbox[-1].subject
    browser.post(CODE, {"code": f" {mailed_code()} "})
    assert signed_in(browser)


def test_three_wrong_codes_and_the_sign_in_is_over(browser, clerk):
    password(browser, clerk.username)
    right = mailed_code()
    wrong = "000000" if right != "000000" else "111111"
    page = browser.post(CODE, {"code": wrong})
    assert "验证码不正确" in page.content.decode()
    browser.post(CODE, {"code": wrong})
    assert browser.post(CODE, {"code": wrong})["Location"] == LOGIN
    assert browser.post(CODE, {"code": right})["Location"] == LOGIN
    assert signed_in(browser) is None


def test_a_new_code_makes_the_old_one_void(browser, clerk):
    password(browser, clerk.username)
    old = mailed_code()
    browser.post(CODE, {"action": "resend"})
    assert len(mail.outbox) == 2
    if mailed_code() != old:
        browser.post(CODE, {"code": old})
        assert signed_in(browser) is None
    browser.post(CODE, {"code": mailed_code()})
    assert signed_in(browser)


def test_five_wrong_passwords_lock_out_whoever_asks(clerk):
    for _ in range(5):
        page = password(Client(), clerk.username, "wrong")
        assert "登录名或密码不正确" in page.content.decode()
    page = password(Client(), clerk.username)  # another browser, the right password
    assert "等 5 分钟" in page.content.decode()
    assert not mail.outbox
    refusals = AuditEntry.objects.filter(action="identity.sign-in", outcome="refused")
    assert refusals.count() == 5
    cache.clear()
    assert password(Client(), clerk.username).status_code == 302


def test_codes_are_not_sent_without_end(clerk):
    for _ in range(8):
        assert password(Client(), clerk.username).status_code == 302
    response = password(Client(), clerk.username)
    assert response.status_code == 429
    assert len(mail.outbox) == 8


def test_unknown_and_wrong_look_alike(browser, clerk):
    def words(page):
        return re.findall(r"<li>.*?</li>", page.content.decode())

    assert words(password(browser, "nobody", "wrong")) == words(password(browser, clerk.username, "wrong"))


def test_locked_account_is_told_what_to_do(browser, clerk):
    services.lock(actor_with(OPERATOR), clerk.id, reason="x")
    response = browser.post(LOGIN, {"login": clerk.username, "password": PASSWORD}, follow=True)
    assert "账户已锁定" in response.content.decode()
    assert signed_in(browser) is None


def test_without_an_address_the_remedy_is_told(browser, clerk):
    Account.objects.filter(id=clerk.id).update(email="")
    response = password(browser, clerk.username)
    assert response.status_code == 403
    assert "窗口登记邮箱" in response.content.decode()


def test_made_accounts_cannot_sign_in_once_the_demonstration_is_over(browser, clerk, settings):
    settings.WZ_DEMO = False
    assert password(browser, clerk.username).status_code == 403
    assert not mail.outbox


def enrol(account):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(Account.objects.get(id=account.id), secret)
    EmailAddress.objects.update_or_create(
        user_id=account.id, email=account.email, defaults={"verified": True, "primary": True}
    )
    return secret


def test_the_authenticator_takes_the_place_of_the_mail(browser, clerk):
    secret = enrol(clerk)
    stored = Authenticator.objects.get(user=clerk.id).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
    assert password(browser, clerk.username)["Location"] == "/account/2fa/authenticate/"
    assert not mail.outbox
    page = browser.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "验证码不正确" in page.content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))
    browser.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(browser)


def test_demo_code_is_shown_to_the_waiting_browser_alone(browser, clerk):
    assert mailed_code_on(browser) is None
    password(browser, clerk.username)
    assert mailed_code_on(browser) == mailed_code()
    assert mailed_code_on(Client()) is None
    Account.objects.filter(id=clerk.id).update(made=False)
    assert browser.get("/account/demo-code/").status_code == 403


def test_demo_pages_are_gone_outside_demonstration(browser, clerk, settings):
    password(browser, clerk.username)
    settings.WZ_DEMO = False
    for path in ("/account/demo-code/", "/account/demo-accounts/"):
        response = browser.get(path)
        assert response.status_code == 404
        assert mailed_code() not in response.content.decode()


def mailed_code_on(client):
    found = re.search(r"data-demo-code>(\d{6})<", client.get("/account/demo-code/").content.decode())
    return found[1] if found else None


def test_registration_says_where(browser):
    page = browser.get("/account/signup/").content.decode()
    assert "政务服务中心" in page
    before = Account.objects.count()
    browser.post(
        "/account/signup/", {"username": "a", "email": "a@b.cn", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert Account.objects.count() == before


def test_a_code_alone_is_not_offered(browser):
    assert browser.get("/account/login/code/").status_code == 404


def test_one_device_is_signed_out(clerk):
    first, second = client_for(clerk), client_for(clerk)
    session, mine = (UserSession.objects.get(session_key=one.session.session_key) for one in (second, first))
    assert first.get("/account/sessions/").status_code == 200
    assert first.post(f"/account/devices/{session.pk}/end/").status_code == 302
    assert second.get("/account/email/").status_code == 302
    assert first.get("/account/email/").status_code == 200
    stranger = client_for(make_account())
    assert stranger.post(f"/account/devices/{mine.pk}/end/").status_code == 404


def test_acting_is_shown_on_every_page_while_on():
    firm = make_organisation(name="温州测试鞋业有限公司")
    agent = actor_with(AGENT, organisation=firm)
    client = client_for(agent)
    assert "正在代办：温州测试鞋业有限公司" in client.get("/account/").content.decode()
    client.post("/account/acting/", {"organisation": ""})
    assert "正在代办" not in client.get("/account/").content.decode()
    client.post("/account/acting/", {"organisation": str(firm.id), "next": "https://evil.example/"})
    assert "正在代办" in client.get("/account/").content.decode()
    assert client.post("/account/acting/", {"organisation": "x"}).status_code == 422
    assert client.post("/account/acting/", {"organisation": str(make_organisation().id)}).status_code == 403


def test_operator_pages():
    operator = actor_with(OPERATOR)
    client, account = client_for(operator), make_account(name="查某人")
    assert "查某人" in client.get("/accounts/?q=查某").content.decode()
    assert "查某人" not in client.get("/accounts/?q=另").content.decode()
    url = f"/accounts/{account.id}/"
    page = client.post(f"{url}posts/", {"role": "clerk", "office": "", "area": ""})
    assert page.status_code == 422
    assert "必须属于一个机关" in page.content.decode()
    client.post(f"{url}posts/", {"role": "auditor", "office": "", "area": ""})
    holding = PostHolding.objects.get(account=account.id)
    client.post(f"/accounts/posts/{holding.id}/end/")
    assert actor_of_account(account).posts == actor_of_account(make_account()).posts
    assert client.post(f"{url}lock/", {"reason": ""}).status_code == 422
    client.post(f"{url}lock/", {"reason": "离职"})
    assert not Account.objects.get(id=account.id).is_active
    client.post(f"{url}unlock/")
    assert Account.objects.get(id=account.id).is_active


PAGES = [
    LOGIN,
    "/account/signup/",
    "/account/inactive/",
    "/account/password/reset/",
    "/account/password/reset/done/",
]
OWN_PAGES = [
    "/account/logout/",
    "/account/email/",
    "/account/password/change/",
    "/account/reauthenticate/",
    "/account/sessions/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/reauthenticate/",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_ours_and_speaks_the_language(language, clerk):
    anonymous = client_for(None, language=language)
    for path in PAGES:
        check(anonymous.get(path, follow=True).content.decode(), path, language)
    password(anonymous, clerk.username)
    check(anonymous.get(CODE).content.decode(), CODE, language)
    enrol(clerk)
    mine = client_for(clerk, language=language)
    mine.post("/account/reauthenticate/", {"password": PASSWORD})
    for path in OWN_PAGES:
        response = mine.get(path, follow=True)
        assert response.status_code == 200, path
        check(response.content.decode(), path, language)


def check(html, path, language):
    assert "wz/app.css" in html, f"{path} is not in our design"
    assert not re.search(r"\sstyle=|\son\w+=\"", html), path
    for script in re.findall(r"<script[^>]*>", html):
        assert "src=" in script or "application/json" in script, (path, script)
    text = re.sub(r"<(script|code|title|form class=\"wz-language\").*?</.*?>|<[^>]+>", " ", html, flags=re.S)
    chinese = re.findall(r"[\u4e00-\u9fff]+", text)
    if language == "en":
        strange = [
            word for word in chinese if word not in {"中文", "数字温州"} and not word.startswith("经办人员")
        ]
        assert not strange, (path, strange)


def test_citizen_has_no_posts_on_the_account_page():
    assert "没有岗位" in client_for(actor_with(CITIZEN)).get("/account/").content.decode()
