"""allauth's forms with our words: label, help and what to do about an error."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm

from wenzhou.kernel.base.text import t


class LoginForm(forms.LoginForm):
    """Sign-in name or e-mail, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = t("登录名或邮箱", "Sign-in name or e-mail")
        login.widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        password.label = t("密码", "Password")
        password.help_text = ""  # the way to a new password stands below the form
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)


class ConfirmLoginCodeForm(forms.ConfirmLoginCodeForm):
    """The six digits from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


def _code_in_our_words(form: Any) -> None:
    code = form.fields["code"]
    code.label = t("验证码", "Code")
    code.widget.attrs.pop("placeholder", None)
    code.widget.attrs.update({"inputmode": "numeric", "maxlength": "12"})


class ConfirmEmailForm(forms.ConfirmEmailVerificationCodeForm):
    """The six digits that prove an address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


class ConfirmResetForm(forms.ConfirmPasswordResetCodeForm):
    """The six digits that let a new password be chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


class AuthenticateForm(factor_forms.AuthenticateForm):
    """A code of the authenticator, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


class ReauthenticateForm(factor_forms.ReauthenticateForm):
    """The same, before the security settings are changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


class ActivateAuthenticatorForm(ActivateTOTPForm):
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_in_our_words(self)


class AddPasskeyForm(AddWebAuthnForm):
    """A name for the key, and whether it signs in without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = t("名称", "Name")
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = t("用它直接登录，不再输入密码", "Sign in with it alone, without a password")
        alone.help_text = t(
            "设备会要求指纹、面容或设备密码。", "The device will ask for fingerprint, face or its PIN."
        )
