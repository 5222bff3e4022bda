"""Whether values can be registered: the same checks for a new organisation and for a change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from wenzhou.foundation.legal_persons.kinds import KindRule
from wenzhou.foundation.legal_persons.naming import NAME, name_key
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import division as division_of
from wenzhou.kernel.identity.api import person
from wenzhou.kernel.registers.contracts import Shareholder

_LINE = re.compile(r"[A-T][0-9]{2,4}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|400[0-9]{7}")
SCOPE = 2_000
"""Characters of a scope of business."""


def check_values(rule: KindRule, values: Mapping[str, Any]) -> dict[str, Text]:
    """What is wrong with the values, by field; those that are not among them are not looked at."""
    wrong = {}
    for name, check in _CHECKS.items():
        if name in values:
            text = check(rule, values[name])
            if text is not None:
                wrong[name] = text
    return wrong


def check_name(rule: KindRule | None, name: str) -> Text | None:
    """Whether an organisation of this kind may be called so."""
    if not NAME.fullmatch(name) or len(name_key(name)) < 4:
        return Text("4 至 60 个汉字、字母、数字或括号", "4 to 60 characters, letters, digits or brackets")
    if rule is None:
        return None
    if (rule.name_form and not rule.name_form.search(name)) or (rule.never and rule.never.search(name)):
        return rule.name_hint
    return None


def _division(_: KindRule, code: str) -> Text | None:
    if re.fullmatch(r"[0-9]{12}", code) and division_of(code) is not None:
        return None
    return Text("不是现行的 12 位行政区划代码", "Not a 12-digit division code in force")


def _address(_: KindRule, address: str) -> Text | None:
    if 4 <= len(address) <= 200:
        return None
    return Text("住所应为 4 至 200 个字", "The address has 4 to 200 characters")


def _line(_: KindRule, code: str) -> Text | None:
    if _LINE.fullmatch(code):
        return None
    return Text("GB/T 4754 代码应为一个字母加二至四位数字", "A letter and two to four digits (GB/T 4754)")


def _line_name(_: KindRule, name: str) -> Text | None:
    return None if 1 <= len(name) <= 80 else Text("请填写行业名称", "Name the line of business")


def _capital(rule: KindRule, capital: Decimal) -> Text | None:
    if not 0 <= capital < Decimal(10) ** 14:
        return Text("注册资本不能为负或过大", "Capital cannot be negative or as large as that")
    if capital < rule.least_capital:
        return Text(
            f"{rule.title.zh}的资金不得少于 {rule.least_capital:,} 元",
            f"At least {rule.least_capital:,} yuan are needed",
        )
    return None


def _representative(_: KindRule, found: Any) -> Text | None:
    return None if found and person(found) is not None else Text("没有登记此人", "No such person is known")


def _scope(_: KindRule, scope: str) -> Text | None:
    return None if len(scope) <= SCOPE else Text(f"不超过 {SCOPE} 字", f"At most {SCOPE} characters")


def _phone(_: KindRule, phone: str) -> Text | None:
    if not phone or _PHONE.fullmatch(phone):
        return None
    return Text(
        "请填写 11 位手机号码或带区号的固定电话", "A mobile number of 11 digits, or a landline with area code"
    )


def _sponsor(rule: KindRule, sponsor: str) -> Text | None:
    if not rule.sponsor or 4 <= len(sponsor) <= 120:
        return None
    return Text("请填写举办单位或业务主管单位的全称", "Name the organising or supervising unit in full")


_CHECKS: dict[str, Callable[[KindRule, Any], Text | None]] = {
    "name": check_name,
    "division": _division,
    "address": _address,
    "line_code": _line,
    "line_name": _line_name,
    "capital": _capital,
    "legal_representative_id": _representative,
    "scope": _scope,
    "phone": _phone,
    "sponsor": _sponsor,
}


def check_holders(rule: KindRule, capital: Decimal, holders: tuple[Shareholder, ...]) -> Text | None:
    """Whether these hold an organisation of this kind with this capital. Whether they are known is asked elsewhere."""
    if rule.holders is None:
        if holders:
            return Text(f"{rule.title.zh}没有股东", f"{rule.title.en}: no holders")
        return None
    least, most = rule.holders
    if not least <= len(holders) <= most:
        return Text(
            f"{rule.title.zh}应有 {least} 至 {most} 名股东（投资人），现为 {len(holders)} 名",
            f"{rule.title.en}: {least} to {most} holders, not {len(holders)}",
        )
    if any((h.person is None) == (h.organisation is None) or h.amount <= 0 for h in holders):
        return Text(
            "每位股东应为一人或一单位，出资大于零",
            "A holder is one person or one organisation, the amount above 0",
        )
    keys = [holder.person or holder.organisation for holder in holders]
    if len(set(keys)) != len(keys):
        return Text("同一股东出现两次，请合并出资", "A holder is named twice; add the amounts")
    total = sum((holder.amount for holder in holders), start=Decimal(0))
    if total != capital:
        return Text(
            f"出资合计 {total} 元，与注册资本 {capital} 元不符",
            f"The amounts add up to {total} yuan, the capital is {capital}",
        )
    return None
