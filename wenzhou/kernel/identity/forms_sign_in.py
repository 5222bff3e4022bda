"""allauth's forms with our words: label, help and what to do about an error."""

from __future__ import annotations

from typing import Any

from allauth.account import forms

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
        code = self.fields["code"]
        code.label = t("验证码", "Code")
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs.update({"inputmode": "numeric", "maxlength": "12"})
