"""The catalogue of data elements (数据元目录): what a column means, wherever it stands (GB/T 18391, ISO/IEC 11179).

An element is written once, with its standard; registers point to it. A check is a test of one text; what needs other
fields or other registers is a quality rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from typing import Any

from django.utils import timezone

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.standards import gb11643, gb32100
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.codes import ETHNICITIES, SEXES
from wenzhou.kernel.registers.masking import mask_address, mask_name, mask_number, mask_phone

type Value = str | date | int | Decimal | bool | None


class Kind(StrEnum):
    """Representation (数据类型): how a value is written in a file and in JSON."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CODE = "code"


class Sensitivity(IntEnum):
    """Grade of protection (敏感级别), after GB/T 43697-2024: what a reader without a purpose sees."""

    OPEN = 1  # everybody
    INTERNAL = 2  # officials
    PERSONAL = 3  # masked without a purpose
    SENSITIVE = 4  # hidden without a purpose


@dataclass(frozen=True, kw_only=True)
class CodeList(Declaration):
    """A code list (代码表): values and their words, with its standard."""

    code: str
    title: Text
    source: str
    items: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True)
class DataElement(Declaration):
    """One data element. ``code`` is its identifier in the catalogue, ``source`` the standard that defines it.

    ``remedy`` says what to enter; ``check`` tests a text that has the right kind; ``mask`` is used for PERSONAL ones.
    ``database_check`` names a function (text, date of today) of the database that gives the same answer as ``check``.
    ``reader`` makes the value of what a column holds where that is something else: WKB → WKT.
    """

    code: str
    title: Text
    source: str
    remedy: Text
    kind: Kind = Kind.TEXT
    unit: str = ""
    length: int = 0
    pattern: str = ""
    codes: CodeList | None = None
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    mask: Callable[[str], str] | None = None
    check: Callable[[str], bool] | None = None
    database_check: str = ""
    reader: Callable[[Any], Value] | None = None

    def said(self, held: Any) -> Value:
        """The value of what a column holds."""
        if held is None or self.reader is None:
            value: Value = held
            return value
        return self.reader(held)

    def parse(self, text: str) -> Value:
        """The value of a text; None for an empty one. Raises ValueError."""
        text = text.strip()
        if not text:
            return None
        value = _READERS[self.kind](text)
        self.validate(value)
        return value

    def validate(self, value: Value) -> None:
        """Raises ValueError for a value that the element does not allow."""
        text = self.written(value)
        if self.length and len(text) > self.length:
            raise ValueError(text)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        if self.codes is not None and text not in self.codes.items:
            raise ValueError(text)
        if self.check is not None and not self.check(text):
            raise ValueError(text)

    def written(self, value: Value) -> str:
        """The value as it stands in a file: dates by ISO 8601, decimals plain, booleans 1 and 0, None empty."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, date):
            return value.isoformat()
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def shown(self, value: Value, *, whole: bool) -> Value:
        """What a reader sees; not ``whole``: without a purpose."""
        if whole or value in (None, "") or self.sensitivity < Sensitivity.PERSONAL:
            return value
        if self.sensitivity == Sensitivity.PERSONAL and self.mask is not None:
            return self.mask(self.written(value))
        return None

    def in_words(self, value: Value) -> str:
        """For people: a code by its words."""
        text = self.written(value)
        if self.codes is not None and text in self.codes.items:
            return str(self.codes.items[text])
        return f"{text} {self.unit}" if text and self.unit else text

    def json_schema(self) -> dict[str, object]:
        """The element as JSON Schema 2020-12."""
        found = dict(_SCHEMAS[self.kind])
        if self.length and self.kind in {Kind.TEXT, Kind.CODE}:
            found["maxLength"] = self.length
        if self.pattern:
            found["pattern"] = f"^(?:{self.pattern})$"
        if self.codes is not None:
            found["enum"] = sorted(self.codes.items)
        return found | {"title": self.title.zh, "description": f"{self.title.en} ({self.source})"}


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text.lower()]


_BOOLEANS = {"1": True, "true": True, "是": True, "0": False, "false": False, "否": False}


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.DATE: date.fromisoformat,
    Kind.INTEGER: int,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
}
_SCHEMAS: dict[Kind, dict[str, object]] = {
    Kind.TEXT: {"type": "string"},
    Kind.CODE: {"type": "string"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "string", "format": "decimal"},
    Kind.BOOLEAN: {"type": "boolean"},
}


def _is(parse: Callable[..., object], text: str) -> bool:
    try:
        parse(text, on=timezone.localdate())
    except StandardError:
        return False
    return True


SEX = CodeList(code="GB/T 2261.1", title=Text("性别代码", "Sex"), source="GB/T 2261.1-2003", items=SEXES)
ETHNICITY = CodeList(
    code="GB/T 3304", title=Text("民族代码", "Ethnicity"), source="GB/T 3304-1991", items=ETHNICITIES
)

PERSON_NUMBER = DataElement(
    code="person-number",
    title=Text("公民身份号码", "Citizen identity number"),
    source="GB 11643-1999",
    remedy=Text("请填写 18 位公民身份号码", "The 18 characters of the identity number"),
    length=18,
    pattern=r"[0-9]{17}[0-9X]",
    sensitivity=Sensitivity.PERSONAL,
    mask=mask_number,
    check=lambda text: _is(gb11643.parse, text),
    database_check="wz_gb11643",
)
PERSON_NAME = DataElement(
    code="person-name",
    title=Text("姓名", "Name"),
    source="GA/T 543",
    remedy=Text("请填写 2 至 30 个汉字（可含“·”）或拉丁字母", "2 to 30 Chinese characters, or Latin letters"),
    length=60,
    pattern=r"[㐀-鿿\U00020000-\U0003ffff·]{2,30}|[A-Za-z][A-Za-z .'-]{1,59}",
    sensitivity=Sensitivity.PERSONAL,
    mask=mask_name,
)
PERSON_SEX = DataElement(
    code="sex",
    title=Text("性别", "Sex"),
    source="GB/T 2261.1-2003",
    remedy=Text("请选择 1（男）或 2（女）", "Choose 1 (male) or 2 (female)"),
    kind=Kind.CODE,
    codes=SEX,
)
BIRTH_DATE = DataElement(
    code="birth-date",
    title=Text("出生日期", "Date of birth"),
    source="GB/T 7408.1-2023",
    remedy=Text("日期格式应为 2026-01-31", "A day is written 2026-01-31"),
    kind=Kind.DATE,
    sensitivity=Sensitivity.SENSITIVE,
)
ETHNIC_GROUP = DataElement(
    code="ethnicity",
    title=Text("民族", "Ethnicity"),
    source="GB/T 3304-1991",
    remedy=Text("请填写 GB/T 3304 的两位代码", "The two-digit code of GB/T 3304"),
    kind=Kind.CODE,
    codes=ETHNICITY,
    sensitivity=Sensitivity.SENSITIVE,
)
TELEPHONE = DataElement(
    code="telephone",
    title=Text("联系电话", "Telephone"),
    source="电信网编号计划 (工业和信息化部)",
    remedy=Text(
        "请填写 11 位手机号码或带区号的固定电话", "A mobile number of 11 digits, or a landline with area code"
    ),
    length=20,
    pattern=r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}",
    sensitivity=Sensitivity.PERSONAL,
    mask=mask_phone,
)
HOME_ADDRESS = DataElement(
    code="home-address",
    title=Text("住址", "Home address"),
    source="GA/T 543",
    remedy=Text("4 至 200 个字", "4 to 200 characters"),
    length=200,
    sensitivity=Sensitivity.PERSONAL,
    mask=mask_address,
)
DIVISION = DataElement(
    code="division",
    title=Text("行政区划代码", "Division code"),
    source="GB/T 2260, GB/T 10114",
    remedy=Text("12 位村（居）委会级代码", "The 12-digit code of a village or community"),
    kind=Kind.TEXT,
    length=12,
    pattern=r"[0-9]{12}",
)
CREDIT_CODE = DataElement(
    code="credit-code",
    title=Text("统一社会信用代码", "Unified social credit code"),
    source="GB 32100-2015",
    remedy=Text("请填写 18 位统一社会信用代码", "The 18 characters of the credit code"),
    length=18,
    pattern=f"[{gb32100.ALPHABET}]{{2}}[0-9]{{6}}[{gb32100.ALPHABET}]{{10}}",
    sensitivity=Sensitivity.OPEN,
    check=lambda text: _is(gb32100.parse, text),
    database_check="wz_gb32100",
)
ORGANISATION_NAME = DataElement(
    code="organisation-name",
    title=Text("单位名称", "Name of the organisation"),
    source="企业名称登记管理规定",
    remedy=Text("4 至 60 个汉字、字母、数字或括号", "4 to 60 characters, letters, digits or brackets"),
    length=120,
    sensitivity=Sensitivity.OPEN,
)
LINE_OF_BUSINESS = DataElement(
    code="line-of-business",
    title=Text("行业代码", "Line of business"),
    source="GB/T 4754-2017",
    remedy=Text("一个字母加二至四位数字", "A letter and two to four digits"),
    length=5,
    pattern=r"[A-T][0-9]{2,4}",
    sensitivity=Sensitivity.OPEN,
)
CAPITAL = DataElement(
    code="registered-capital",
    title=Text("注册资本", "Registered capital"),
    source="公司法 第四十七条",
    remedy=Text("大于或等于 0 的数额，单位元", "An amount of 0 or more, in yuan"),
    kind=Kind.DECIMAL,
    unit="元",
    sensitivity=Sensitivity.OPEN,
    check=lambda text: Decimal(text) >= 0,
)
DAY = DataElement(
    code="day",
    title=Text("日期", "Day"),
    source="GB/T 7408.1-2023",
    remedy=Text("日期格式应为 2026-01-31", "A day is written 2026-01-31"),
    kind=Kind.DATE,
    sensitivity=Sensitivity.OPEN,
)

ELEMENTS = (
    PERSON_NUMBER,
    PERSON_NAME,
    PERSON_SEX,
    BIRTH_DATE,
    ETHNIC_GROUP,
    TELEPHONE,
    HOME_ADDRESS,
    DIVISION,
    CREDIT_CODE,
    ORGANISATION_NAME,
    LINE_OF_BUSINESS,
    CAPITAL,
    DAY,
)
"""The city's own; modules declare theirs in their manifests."""
