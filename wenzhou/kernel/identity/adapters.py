"""How allauth meets our accounts."""

from __future__ import annotations

import base64
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress, Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import lazy

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem, Refused
from wenzhou.kernel.base.problems import problem_response
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.identity import limits
from wenzhou.kernel.identity.models import Account
from wenzhou.kernel.identity.selectors import actor_for

_lazy_t = lazy(t, str)

CODE_MAILS = 8
"""Sign-in codes sent to one account in a quarter of an hour: three guesses each at a million codes."""


class AccountAdapter(DefaultAccountAdapter):
    """Our words, our second factor, and the audit of sign-in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _lazy_t(
            "账户已被锁定，请联系运维员。", "The account is locked; ask an operator."
        ),
        "duplicate_email": _lazy_t("您的账户已经使用这个邮箱。", "Your account uses this address already."),
        "email_taken": _lazy_t(
            "这个邮箱已被其他账户使用，请换一个。", "Another account uses this address; take another one."
        ),
        "email_password_mismatch": _lazy_t(
            "邮箱或密码不正确。请检查大小写；忘记密码可在下方重设。",
            "The e-mail or the password is not right. Check capitals; you can set a new password below.",
        ),
        "username_password_mismatch": _lazy_t(
            "登录名或密码不正确。请检查大小写；忘记密码可在下方重设。",
            "The sign-in name or the password is not right. Check capitals; you can set a new password below.",
        ),
        "too_many_login_attempts": _lazy_t(
            "错误次数过多，为保护账户已暂停登录。请等 5 分钟再试，或重设密码。",
            "Too many wrong tries, so sign-in is paused. Wait five minutes, or set a new password.",
        ),
        "incorrect_code": _lazy_t(
            "验证码不正确。请输入最近一封邮件或验证器中的验证码，不要输入以前的。",
            "The code is not right. Use the one from the latest mail or the authenticator, not an earlier one.",
        ),
        "incorrect_password": _lazy_t(
            "密码不正确，请重新输入。", "The password is not right; type it again."
        ),
        "enter_current_password": _lazy_t(
            "当前密码不正确，请重新输入。", "The current password is not right."
        ),
        "invalid_login": _lazy_t("无法登录，请检查登录名。", "Sign-in failed; check the sign-in name."),
        "rate_limited": _lazy_t("操作过于频繁，请稍候再试。", "Too many requests; wait a little and retry."),
        "same_as_current": _lazy_t(
            "新值与现在的相同，请换一个。", "This is the present value; give another."
        ),
        "unverified_primary_email": _lazy_t("请先验证邮箱。", "Verify your e-mail address first."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made at the counter, where the person shows her identity card."""
        return False

    def is_login_by_code_required(self, login: Login) -> bool:
        """A code by mail after the password, unless an authenticator or a key will be asked for."""
        if login.user is not None and _has_factor(login.user):
            return False
        return bool(super().is_login_by_code_required(login))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase | None:
        """After the password: whether a code may be sent, and whether there is where to send it."""
        response: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        if user.made and not settings.WZ_DEMO:
            raise ImmediateHttpResponse(problem_response(request, _demo_is_over()))
        if response is not None or not self.is_login_by_code_required(Login(user=user)):
            return response
        try:
            limits.count("sign-in-code", user.pk, most=CODE_MAILS, seconds=900)
            sync_user_email_address(user)
            if not EmailAddress.objects.get_primary_email(user):
                raise Refused(
                    Text(
                        "您的账户没有邮箱，无法发送验证码。请携带身份证到政务服务中心窗口登记邮箱。",
                        "Your account has no e-mail address to send a code to. "
                        "Have one registered at the service centre; bring your identity card.",
                    )
                )
        except Problem as problem:
            raise ImmediateHttpResponse(problem_response(request, problem)) from problem
        return None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a passkey sign-in wanted to go: allauth keeps ``next`` for passwords only."""
        wanted = request.POST.get("next", "")
        if wanted and self.is_safe_url(wanted):
            return wanted
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase | None:
        """Signed in: written down."""
        audit.record(_actor(request, user), "identity.sign-in", user)
        response: HttpResponseBase | None = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is written down with the account it was meant for, never with what was typed."""
        named = credentials.get("username") or credentials.get("email") or ""
        account = Account.objects.filter(username__iexact=named).first()
        account = account or Account.objects.filter(email__iexact=named).exclude(email="").first()
        if account is not None:
            actor = Actor(name="anonymous", request_id=getattr(request, "request_id", ""))
            audit.record(actor, "identity.sign-in", account, outcome="refused")


def _demo_is_over() -> Problem:
    return Refused(
        Text(
            "演示模式已关闭，演示账户不能登录。请使用您自己的账户。",
            "Demonstration mode is off: made accounts cannot sign in. Use your own account.",
        )
    )


def _has_factor(user: Any) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def _actor(request: HttpRequest, user: Any) -> Actor:
    return actor_for(cast("Account", user), request_id=getattr(request, "request_id", ""))


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted in the database, the site has our name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """By AES-128-CBC with HMAC-SHA256 (Fernet) under a key drawn from the city's secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The inverse."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return t("数字温州", "Digital Wenzhou")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name for a new key."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return t("通行密钥 {n}", "Passkey {n}", n=number)


def _fernet() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wenzhou.identity.factors")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
