"""How an input looks: one shape for Django's form fields and for inputs without a form class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.text import t

# Kinds whose control is a group of boxes under one legend.
GROUPS = ("radio", "checkboxes")


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a radio or check-box group."""

    id: str
    label: str
    control: SafeString


@dataclass(frozen=True, slots=True)
class FieldView:
    """What ``base/parts/field.html`` needs: the label, the control and what is said about it."""

    kind: str
    id: str
    label: str
    control: SafeString | str = ""
    help: str = ""
    errors: tuple[str, ...] = ()
    required: bool = False
    source: str = ""
    options: tuple[Option, ...] = ()

    @property
    def group(self) -> bool:
        """Whether a fieldset with a legend is due rather than a label."""
        return self.kind in GROUPS

    @property
    def described_by(self) -> str:
        """The ids for ``aria-describedby``."""
        return described_by(self.id, help=self.help, errors=self.errors)


def described_by(id: str, *, help: str, errors: Sequence[str]) -> str:
    """The ids of the help text and the error of the input ``id``, those that exist."""
    return " ".join([f"{id}_help"] * bool(help) + [f"{id}_error"] * bool(errors))


def _attributes(id: str, css: str, *, help: str, errors: Sequence[str]) -> dict[str, str | bool]:
    attributes: dict[str, str | bool] = {"class": css}
    described = described_by(id, help=help, errors=errors)
    if described:
        attributes["aria-describedby"] = described
    if errors:
        attributes["class"] = f"{css} is-invalid"
        attributes["aria-invalid"] = "true"
    return attributes


def _kind(widget: forms.Widget) -> tuple[str, str]:
    """The kind of a widget and the class of its control. Order matters: RadioSelect is a Select's cousin."""
    kinds: tuple[tuple[type[forms.Widget], str, str], ...] = (
        (forms.HiddenInput, "hidden", ""),
        (forms.CheckboxSelectMultiple, "checkboxes", "form-check-input"),
        (forms.RadioSelect, "radio", "form-check-input"),
        (forms.CheckboxInput, "checkbox", "form-check-input"),
        (forms.Select, "select", "form-select"),
        (forms.Textarea, "textarea", "form-control"),
        (forms.FileInput, "file", "form-control"),
    )
    for base, kind, css in kinds:
        if isinstance(widget, base):
            return kind, css
    return "text", "form-control"


def bound_errors(field: BoundField) -> list[str]:
    """What is wrong with a field; Django's bare "required" becomes what to do about it."""
    kind, _ = _kind(field.field.widget)
    todo = (
        t("请选择一项。", "Choose one.")
        if kind in (*GROUPS, "select")
        else t("请填写此项。", "Fill this in.")
    )
    if kind == "checkbox":
        todo = t("请勾选此项。", "Tick this box.")
    default = forms.Field.default_error_messages["required"]
    return [todo if str(text) == str(default) else str(text) for text in field.errors]


def from_bound(field: BoundField, source: str = "") -> FieldView:
    """The view of a field of a Django form."""
    kind, css = _kind(field.field.widget)
    id = field.auto_id or field.html_name
    help = str(field.help_text or "")
    errors = tuple(bound_errors(field))
    options: tuple[Option, ...] = ()
    control: SafeString | str = ""
    if kind in GROUPS:
        field.field.widget.attrs["class"] = css
        options = tuple(
            Option(sub.id_for_label, str(sub.choice_label), sub.tag()) for sub in field.subwidgets
        )
    else:
        given = field.field.widget.attrs.get("class", "")
        attributes = _attributes(id, f"{css} {given}".strip(), help=help, errors=errors)
        control = field.as_widget(attrs=attributes)
    return FieldView(
        kind=kind, id=id, label=str(field.label), control=control, help=help, errors=errors,
        required=field.field.required, source=source, options=options,
    )  # fmt: skip


def plain(
    name: str,
    label: str,
    *,
    kind: str = "text",
    value: object = "",
    choices: Sequence[tuple[object, object]] = (),
    help: str = "",
    errors: Sequence[object] = (),
    required: bool = False,
    source: str = "",
    attributes: Mapping[str, object] | None = None,
) -> FieldView:
    """The view of an input that has no form class.

    ``kind``: text, textarea, select, radio, checkboxes, checkbox, hidden, or an HTML input type
    (number, date, tel, email, …). ``choices`` are (value, label). ``attributes`` go to the control.
    """
    id = f"id_{name}"
    told = tuple(str(error) for error in errors)
    base: dict[str, object] = {"name": name, "id": id, **(attributes or {})}
    if required and kind != "checkboxes":
        base["required"] = True
    options: tuple[Option, ...] = ()
    control = SafeString("")
    if kind in GROUPS:
        options = _options(kind, name, id, value, choices, required=required)
    else:
        css = {"select": "form-select", "checkbox": "form-check-input", "hidden": ""}.get(
            kind, "form-control"
        )
        base.update(_attributes(id, css, help=help, errors=told))
        control = _control(kind, base, value, choices)
    return FieldView(
        kind=kind, id=id, label=label, control=control, help=help, errors=told, required=required,
        source=source, options=options,
    )  # fmt: skip


def _chosen(value: object) -> set[str]:
    return {str(one) for one in value} if isinstance(value, list | tuple | set | frozenset) else {str(value)}


def _options(
    kind: str,
    name: str,
    id: str,
    value: object,
    choices: Sequence[tuple[object, object]],
    *,
    required: bool,
) -> tuple[Option, ...]:
    chosen = _chosen(value)
    found = []
    for at, (key, label) in enumerate(choices):
        attributes = {
            "type": "radio" if kind == "radio" else "checkbox",
            "name": name,
            "id": f"{id}_{at}",
            "value": str(key),
            "class": "form-check-input",
            "checked": str(key) in chosen,
            "required": required and kind == "radio",
        }
        found.append(Option(f"{id}_{at}", str(label), format_html("<input{}>", flatatt(attributes))))
    return tuple(found)


def _control(
    kind: str, attributes: dict[str, object], value: object, choices: Sequence[tuple[object, object]]
) -> SafeString:
    if kind == "textarea":
        attributes.setdefault("rows", 4)
        return format_html("<textarea{}>\n{}</textarea>", flatatt(attributes), value)
    if kind == "select":
        chosen = _chosen(value)
        inner = SafeString("")
        for key, label in choices:
            mark = SafeString(" selected") if str(key) in chosen else ""
            inner += format_html('<option value="{}"{}>{}</option>', key, mark, label)
        return format_html("<select{}>{}</select>", flatatt(attributes), inner)
    if kind == "checkbox":
        return format_html('<input type="checkbox"{}>', flatatt({**attributes, "checked": bool(value)}))
    return format_html("<input{}>", flatatt({"type": kind, **attributes, "value": str(value)}))


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One line of the error summary; ``target`` is the id of the input, empty for the form as a whole."""

    target: str
    label: str
    text: str


def form_errors(form: forms.BaseForm) -> list[ErrorEntry]:
    """All errors of a form: those of the whole form first, then in the order of its fields."""
    found = [ErrorEntry("", "", str(error)) for error in form.non_field_errors()]
    for field in form:
        target = field.auto_id or field.html_name
        found += [ErrorEntry(target, str(field.label), text) for text in bound_errors(field)]
    return found


def mapped_errors(fields: Mapping[str, object]) -> list[ErrorEntry]:
    """The errors of a Problem's ``fields``; the inputs carry the ids that ``plain`` gives them."""
    return [ErrorEntry(f"id_{name}" if name else "", "", str(text)) for name, text in fields.items()]


def add_problem(form: forms.Form, problem: Problem) -> None:
    """Put what a service found wrong beside the fields; what is about none of them goes on top of the form."""
    for name, text in problem.fields.items():
        form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
