"""Words for what cases write into the access journal: the titles of answers, the numbers of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.models import Case
from wenzhou.kernel.registers.declarations import CaseWords, JournalWords

DRAFT = Text("草稿", "Draft")


def _fields() -> Mapping[str, Text]:
    return {field.code: field.title for declared in registry.declared(CaseType) for field in declared.fields}


def _cases(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, CaseWords]:
    rows = Case.objects.filter(id__in=ids).values_list("id", "number", "account")
    return {
        case: CaseWords(
            number or str(DRAFT),
            reverse("cases:case", kwargs={"case_id": case}) if number and account == reader.account else "",
        )
        for case, number, account in rows
    }


JOURNAL_WORDS = JournalWords(code="cases.journal-words", fields=_fields, cases=_cases)
