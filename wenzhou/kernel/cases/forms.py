"""Answers to a case type's questions: lenient while drafting, strict when submitting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType, Field, FieldKind
from wenzhou.kernel.geo.api import division

PHONE = re.compile(r"(1[3-9]\d{9})|(0\d{2,3}-?\d{7,8})")
MAX_RAW = 2000


def draft_answers(case_type: CaseType, raw: Mapping[str, str]) -> dict[str, str]:
    """What of ``raw`` a draft keeps: known fields that the applicant may type, cut to a sane length."""
    known = {field.code for field in case_type.fields if not field.fixed}
    return {code: value[:MAX_RAW] for code, value in raw.items() if code in known}


def clean_answers(case_type: CaseType, form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as JSON values of their kinds. Raises Invalid that names every wrong field."""
    answers: dict[str, Any] = {}
    wrong: dict[str, Text] = {}
    for field in case_type.fields:
        raw = str(form.get(field.code, "")).strip()
        try:
            value = _clean(field, raw)
        except _Wrong as error:
            wrong[field.code] = error.text
            continue
        if value is not None:
            answers[field.code] = value
    for code, text in case_type.check(answers).items():
        wrong.setdefault(code, text)
    if wrong:
        raise Invalid(
            Text(
                f"有 {len(wrong)} 处填写需要修改，已在对应位置标出。",
                f"{len(wrong)} entries need a change; each is marked beside its field.",
            ),
            fields=wrong,
        )
    return answers


class _Wrong(Exception):
    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)


def _clean(field: Field, raw: str) -> Any:
    if not raw:
        if field.required:
            raise _Wrong(f"请填写{field.title.zh}", f"Enter: {field.title.en}")
        return None
    value = _PARSERS[field.kind](field, raw)
    if field.check is not None and (text := field.check(value)) is not None:
        raise _Wrong(text.zh, text.en)
    return value


def _text(field: Field, raw: str) -> str:
    if len(raw) > field.max_length:
        raise _Wrong(
            f"最多 {field.max_length} 个字，现有 {len(raw)} 个",
            f"At most {field.max_length} characters; now {len(raw)}",
        )
    if any(ord(character) < 32 and character not in "\r\n\t" for character in raw):
        raise _Wrong("含有不能识别的字符，请重新输入", "It has characters that cannot be read; type it again")
    return raw


def _number(field: Field, raw: str) -> str:
    try:
        number = Decimal(raw.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise _Wrong("请填写数字，如 120 或 85.5", "Enter a number such as 120 or 85.5") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise _Wrong("数字过大，请核对", "The number is too large; check it")
    if field.minimum is not None and number < field.minimum:
        raise _Wrong(f"不能小于 {field.minimum}", f"Not less than {field.minimum}")
    if field.maximum is not None and number > field.maximum:
        raise _Wrong(f"不能大于 {field.maximum}", f"Not more than {field.maximum}")
    return format(number.normalize(), "f")


def _date(field: Field, raw: str) -> str:
    try:
        return date.fromisoformat(raw).isoformat()
    except ValueError:
        raise _Wrong("请按 2026-01-31 的格式填写日期", "Enter the date like 2026-01-31") from None


def _choice(field: Field, raw: str) -> str:
    if raw not in {code for code, _ in field.choices}:
        raise _Wrong("请从列出的选项中选择", "Choose one of the listed options")
    return raw


def _yes_no(field: Field, raw: str) -> bool:
    if raw not in {"yes", "no", "True", "False"}:
        raise _Wrong("请选择是或否", "Choose yes or no")
    return raw in {"yes", "True"}


def _division(field: Field, raw: str) -> str:
    if division(raw) is None:
        raise _Wrong("请选择现行的行政区划", "Choose a division that exists today")
    return raw


def _phone(field: Field, raw: str) -> str:
    if not PHONE.fullmatch(raw):
        raise _Wrong(
            "请填写 11 位手机号，或带区号的座机号",
            "Enter an 11-digit mobile number, or a landline with area code",
        )
    return raw


def _email(field: Field, raw: str) -> str:
    try:
        validate_email(raw)
    except ValidationError:
        raise _Wrong(
            "电子邮箱格式不对，应如 name@example.cn", "An e-mail address looks like name@example.cn"
        ) from None
    return raw


_PARSERS: dict[FieldKind, Callable[[Field, str], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DIVISION: _division,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
}
