"""Inputs of the acts: how each is shown, and what its text means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.form_fields import FieldView, plain
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import person_by_number

type Choices = Sequence[tuple[str, Text]]

_NEEDED = Text("必须填写", "This is needed")
_DAY = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
_AMOUNT = Text("请填写数额，单位元，如 500000 或 500000.00", "An amount in yuan, such as 500000 or 500000.00")
_NOBODY = Text("人口库和人员目录中没有这个号码，请核对", "Nobody is known by this number; check it")
_LISTED = Text("请从列出的选项中选择", "Choose one of the listed")
CHOOSE = Text("请选择", "Choose")


def amount(text: str) -> Decimal:
    """An amount of yuan with at most two decimals; thousands may be set apart by commas. Raises Invalid-worthy ValueError."""
    try:
        found = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not found.is_finite() or found != found.quantize(Decimal("0.01")):
        raise ValueError(text)
    return found


def person_id(number: str) -> UUID:
    """The person of an identity number. Raises ValueError."""
    found = person_by_number(number.strip())
    if found is None:
        raise ValueError(number)
    return found.id


_READERS: Mapping[str, tuple[Callable[[str], Any], Text]] = {
    "date": (date.fromisoformat, _DAY),
    "amount": (amount, _AMOUNT),
    "person": (person_id, _NOBODY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input. ``kind``: text, textarea, date, amount, person (by identity number) or select.

    ``start`` is what stands in it at first; ``today`` starts with the present day.
    """

    name: str
    label: Text
    kind: str = "text"
    help: Text | None = None
    required: bool = True
    choices: Choices = ()
    start: str = ""
    today: bool = False

    def view(self, given: Mapping[str, str] | None, errors: Mapping[str, Text]) -> FieldView:
        """How it is shown, with what was given (None: at first) and what is wrong with it."""
        first = timezone.localdate().isoformat() if self.today else self.start
        kinds = {"amount": "text", "person": "text"}
        choices = [(value, str(label)) for value, label in self.choices]
        return plain(
            self.name,
            str(self.label),
            kind=kinds.get(self.kind, self.kind),
            value=first if given is None else given.get(self.name, ""),
            choices=[("", str(CHOOSE)), *choices] if self.kind == "select" else (),
            help=str(self.help or ""),
            errors=(errors[self.name],) if self.name in errors else (),
            required=self.required,
            attributes={"autocomplete": "off"} | ({"inputmode": "decimal"} if self.kind == "amount" else {}),
        )

    def read(self, text: str) -> Any:
        """The value of a text that is not empty. Raises ValueError."""
        if self.kind == "select" and text not in {value for value, _ in self.choices}:
            raise ValueError(text)
        reader = _READERS.get(self.kind)
        return reader[0](text) if reader else text

    @property
    def remedy(self) -> Text:
        """What to say of a text that cannot be read."""
        reader = _READERS.get(self.kind)
        return reader[1] if reader else _LISTED


def read_all(inputs: Sequence[Input], given: Mapping[str, str]) -> dict[str, Any]:
    """The values of what was given; those left empty are left out. Raises Invalid, which names every input."""
    values: dict[str, Any] = {}
    wrong: dict[str, Text] = {}
    for one in inputs:
        text = given.get(one.name, "").strip()
        if not text:
            if one.required:
                wrong[one.name] = _NEEDED
            continue
        try:
            values[one.name] = one.read(text)
        except ValueError:
            wrong[one.name] = one.remedy
    if wrong:
        raise Invalid(Text("有的内容需要改正。", "Some entries have to be put right."), fields=wrong)
    return values
