"""Words for the codes that stand in the journal: resources, consumers, fields."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import FUNCTION_TITLES
from wenzhou.kernel.registers.declarations import CaseWords, JournalWords, Register

FIELDS = {
    "number": Text("公民身份号码", "Identity number"),
    "name": Text("姓名或名称", "Name"),
    "sex": Text("性别", "Sex"),
    "born": Text("出生日期", "Date of birth"),
    "ethnicity": Text("民族", "Ethnicity"),
    "address": Text("地址", "Address"),
    "division": Text("行政区划", "Division"),
    "phone": Text("联系电话", "Telephone"),
    "code": Text("统一社会信用代码", "Unified social credit code"),
    "legal_representative": Text("法定代表人标识", "Legal representative, id"),
    "legal_representative_name": Text("法定代表人", "Legal representative"),
    "shareholders": Text("股东及出资", "Holders and amounts"),
    "capital": Text("注册资本", "Registered capital"),
    "kind": Text("类型", "Kind"),
    "status": Text("登记状态", "Status"),
    "established": Text("成立日期", "Established"),
    "line_code": Text("行业代码", "Line of business, code"),
    "line_name": Text("行业", "Line of business"),
    "household": Text("同户人员", "Household"),
    "history": Text("历史记录", "History"),
    "extract": Text("出具查询单", "Printed as an extract"),
    "export": Text("批量导出成文件", "Exported to a file"),
}


def field_titles() -> dict[str, Text]:
    """The fields in words: the registers' own, and those that modules declare."""
    declared = {
        code: title for words in registry.declared(JournalWords) for code, title in words.fields().items()
    }
    named = {field.name: field.title for one in registry.declared(Register) for field in one.fields}
    return named | declared | FIELDS


def case_words(reader: Actor, ids: Collection[UUID]) -> dict[UUID, CaseWords]:
    """The cases that some module knows, in words for this reader; one statement a module."""
    if not ids:
        return {}
    return {
        case: words
        for own in registry.declared(JournalWords)
        for case, words in own.cases(reader, ids).items()
    }


def resource_title(code: str) -> Text:
    """The title that some manifest declares for a resource of this code, else the code."""
    for register in registry.declared(Register):
        if register.resource == code:
            return register.title
    for declared in registry.declared(Declaration):
        title = getattr(declared, "title", None)
        if declared.code == code and isinstance(title, Text):
            return title
    return _OWN.get(code, Text(code, code))


_OWN = {
    "person-record": Text("人口库记录", "Record in the population database"),
    "person-search": Text("人口库检索结果", "Search of the population database"),
    "organisation-record": Text("法人库记录", "Record in the legal persons database"),
}


def function_title(code: str) -> Text:
    """What the offices of a function are called; its code when nobody knows it."""
    return FUNCTION_TITLES.get(code, Text(code, code))


def consumer_title(code: str) -> Text:
    """The title of the module that read; its code when it is gone."""
    try:
        return registry.module(code).title
    except KeyError:
        return Text(code, code)
