"""``docs/registers.md``: the registers and the catalogue of data elements, for reading without a running city."""

from __future__ import annotations

from collections.abc import Iterator

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.system_docs import COMMAND, DocsPage
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import DataElement, Sensitivity
from wenzhou.kernel.registers.declaration import Field, Register, registers
from wenzhou.kernel.registers.quality.judging import rules_of
from wenzhou.kernel.registers.words import function_title

HEAD = f"""\
# Registers 登记簿一览

Made from the declarations by `{COMMAND}`; do not edit. A test compares it with them.
由各登记簿的声明生成，请勿手工修改。

Grades 敏感级别 (GB/T 43697): 1 open to everybody · 2 for officials · 3 masked without a purpose · 4 hidden without a purpose.
"""


def registers_page() -> str:
    """A table of registers, a section for each with its fields, purposes and rules, then the data elements."""
    lines = [HEAD, "| code | 登记簿 | register | key | fields | rules |", "|---|---|---|---|---|---|"]
    for one in registers():
        cells = (
            one.code,
            one.title.zh,
            one.title.en,
            f"`{one.key}`",
            len(one.fields),
            len(rules_of(one.code)),
        )
        lines.append(_row(*cells))
    for one in registers():
        lines += ["", *_section(one)]
    lines += ["", *_catalogue()]
    return "\n".join(lines) + "\n"


def _section(register: Register) -> Iterator[str]:
    yield f"## {register.code} {register.title.zh} {register.title.en}"
    yield ""
    yield f"{_both(register.summary)} API: `/api/registers/{register.code}/`."
    yield ""
    yield "| field | 数据项 | data element | kind | grade | answers 负责 | by 依据 |"
    yield "|---|---|---|---|---|---|---|"
    for field in register.fields:
        yield _field(field)
    yield ""
    yield "**Purposes of reading 查看用途**"
    yield ""
    yield from (f"- `{one.code}` {_both(one.title)}" for one in register.purposes)
    yield ""
    yield "**Rules of quality 数据质量规则**"
    yield ""
    for rule in rules_of(register.code):
        yield f"- `{rule.code}` {_both(rule.title)} ({rule.severity.name.lower()})"


def _field(field: Field) -> str:
    marks = [
        word
        for held, word in ((field.required, "required 必填"), (not field.writable, "never changed 不变"))
        if held
    ]
    title = f"{_both(field.title)}" + (f" ({', '.join(marks)})" if marks else "")
    owner = function_title(field.owner)
    return _row(
        f"`{field.name}`",
        title,
        f"`{field.element.code}`",
        _kind(field.element),
        int(field.element.sensitivity),
        _both(owner) if isinstance(owner, Text) else str(owner),
        _both(field.basis),
    )


def _catalogue() -> Iterator[str]:
    yield "## Data elements 数据元目录"
    yield ""
    yield "| element | 数据元 | name | kind | standard 标准 | grade | what to enter 填写要求 |"
    yield "|---|---|---|---|---|---|---|"
    for _, one in sorted(_elements().items()):
        yield _row(
            f"`{one.code}`",
            one.title.zh,
            one.title.en,
            _kind(one),
            one.source,
            Sensitivity(one.sensitivity).name.lower(),
            _both(one.remedy),
        )


def _elements() -> dict[str, DataElement]:
    used = [field.element for register in registers() for field in register.fields]
    return {one.code: one for one in (*registry.declared(DataElement), *used)}


def _kind(element: DataElement) -> str:
    parts = [element.kind.value]
    if element.length:
        parts.append(f"≤ {element.length}")
    if element.unit:
        parts.append(element.unit)
    if element.codes is not None:
        parts.append(f"{element.codes.source}")
    return ", ".join(parts)


def _both(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


PAGE = DocsPage(code="registers-page", file="docs/registers.md", text=registers_page)
