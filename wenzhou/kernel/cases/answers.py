"""A case's answers as people read them: sections of labelled values, personal ones masked or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.cases.declarations import CaseType, Field, FieldKind
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.registers.api import mask_name, mask_phone


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question; ``personal`` ones were masked when the case was read so."""

    code: str
    label: Text
    value: str
    personal: bool


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """Answers under one heading."""

    code: str
    title: Text
    answers: tuple[Answer, ...]


def sections_of(declared: CaseType, form: Mapping[str, Any], *, masked: bool) -> tuple[AnswerSection, ...]:
    """The answered questions in the order of the form."""
    return tuple(
        AnswerSection(
            section.code,
            section.title,
            tuple(
                Answer(
                    field.code,
                    field.title,
                    shown(field, form[field.code], masked=masked),
                    is_personal(field),
                )
                for field in section.fields
                if form.get(field.code) not in (None, "")
            ),
        )
        for section in declared.sections
    )


def personal_fields(declared: CaseType, form: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of the answers about a person, for the journal of data use."""
    return tuple(f.code for f in declared.fields if is_personal(f) and form.get(f.code) not in (None, ""))


def is_personal(field: Field) -> bool:
    """Whether the answer is about a person: it comes from a register, or tells how to reach her."""
    return field.fixed or field.mask is not None or field.kind in {FieldKind.PHONE, FieldKind.EMAIL}


def shown(field: Field, value: Any, *, masked: bool = False) -> str:
    """One answer in words."""
    if masked and is_personal(field):
        return str(_mask(field)(str(value)))
    if field.kind is FieldKind.YES_NO:
        return t("是", "Yes") if value in (True, "yes", "True") else t("否", "No")
    if field.kind is FieldKind.CHOICE:
        chosen = dict(field.choices).get(str(value))
        return str(chosen) if chosen is not None else str(value)
    if field.kind is FieldKind.DIVISION:
        return str(path_text(str(value))) or str(value)
    return str(value)


def _mask(field: Field) -> Callable[[str], str]:
    if field.mask is not None:
        return field.mask
    return {FieldKind.PHONE: mask_phone, FieldKind.EMAIL: _mask_email}.get(field.kind, mask_name)


def _mask_email(address: str) -> str:
    """``chen@example.cn`` → ``c***@example.cn``."""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}" if host else "***"
