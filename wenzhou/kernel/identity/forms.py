"""Forms of identity's own pages."""

from __future__ import annotations

from typing import Any

from django import forms

from wenzhou.kernel.base.text import t
from wenzhou.kernel.identity.contracts import OrganisationRef
from wenzhou.kernel.identity.models import Office
from wenzhou.kernel.identity.selectors import ASSIGNABLE_ROLES


class RealNameForm(forms.Form):
    """Name and identity number as on the card."""

    name = forms.CharField(max_length=60)
    number = forms.CharField(max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = t("姓名", "Name")
        self.fields["name"].help_text = t("与身份证一致。", "As on the identity card.")
        self.fields["number"].label = t("公民身份号码", "Citizen identity number")
        self.fields["number"].help_text = t("18 位，末位可能是 X。", "18 characters; the last may be X.")
        self.fields["number"].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})


class ActivateForm(forms.Form):
    """The slip from the counter, and what the person chooses."""

    username = forms.CharField(max_length=150)
    code = forms.CharField(max_length=40)
    email = forms.CharField(max_length=254, widget=forms.EmailInput)
    password = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput)
    again = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "username": (t("登录名", "Sign-in name"), t("见凭条", "On the slip"), "username"),
            "code": (
                t("激活码", "Activation code"),
                t("见凭条，十二位", "On the slip, twelve characters"),
                "off",
            ),
            "email": (
                t("邮箱", "E-mail address"),
                t("每次登录的验证码发到这里", "The code of every sign-in goes there"),
                "email",
            ),
            "password": (
                t("设置密码", "New password"),
                t("至少八位", "Eight characters at least"),
                "new-password",
            ),
            "again": (t("再输一次密码", "The password again"), "", "new-password"),
        }
        for name, (label, help_text, complete) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
            self.fields[name].widget.attrs.update({"autocomplete": complete, "spellcheck": "false"})

    def clean_again(self) -> str:
        """Both typings are the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(t("两次输入的密码不同。", "The two are not the same."))
        return again


class OfferForm(forms.Form):
    """Who shall act for which firm, until when."""

    organisation = forms.ChoiceField()
    username = forms.CharField(max_length=150)
    name = forms.CharField(max_length=60)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, firms: tuple[OrganisationRef, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        firm = self.fields["organisation"]
        assert isinstance(firm, forms.ChoiceField)  # noqa: S101 - declared above
        firm.choices = [(str(one.id), one.name) for one in firms]
        firm.label = t("单位", "Firm")
        self.fields["username"].label = t("经办人的登录名", "The agent's sign-in name")
        self.fields["name"].label = t("经办人的姓名", "The agent's name")
        self.fields["name"].help_text = t("登录名和姓名须同时相符。", "Both must fit the same account.")
        self.fields["until"].label = t("到期日", "Ends on")
        self.fields["until"].help_text = t(
            "当日起失效；不填为长期。", "No longer valid on that day; empty: no end."
        )


class PostForm(forms.Form):
    """A post to be given."""

    role = forms.ChoiceField()
    office = forms.ChoiceField(required=False)
    area = forms.CharField(max_length=12, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, office = self.fields["role"], self.fields["office"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101
        assert isinstance(office, forms.ChoiceField)  # noqa: S101
        role.label = t("角色", "Role")
        role.choices = [(code, str(title)) for code, title in ASSIGNABLE_ROLES.items()]
        office.label = t("机关", "Office")
        rows = Office.objects.order_by("area", "code")
        office.choices = [("", t("不属于机关", "None")), *((row.code, str(row.name)) for row in rows)]
        self.fields["area"].label = t("管辖地区代码", "Area (division code)")
        self.fields["area"].help_text = t(
            "不填则与机关相同；如 330302 鹿城区。", "Empty: the office's own. For example 330302 for Lucheng."
        )


class LockForm(forms.Form):
    """Why an account is locked."""

    reason = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = t("锁定原因", "Why it is locked")
        self.fields["reason"].help_text = t("记入审计。", "It goes to the audit.")
