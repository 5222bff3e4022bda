"""Made lists of offices for the demonstration, with the truth beside them, and a first run over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.linkage.declarations import MadeLine, MadeLists
from wenzhou.kernel.linkage.models import ListedPerson, MadeTruth, OfficeList, Run, RunKind
from wenzhou.kernel.linkage.services.lists import open_list, take_in
from wenzhou.kernel.linkage.services.runs import ask
from wenzhou.kernel.linkage.sources import LIST_PREFIX

_ACTOR = Actor.system("linkage.demo")


def load(persons: int, say: Callable[[str], None]) -> None:
    """The declared made lists, each set in one transaction with its first run, which the worker carries out."""
    for made in registry.declared(MadeLists):
        if OfficeList.objects.filter(code__in=made.lists).exists():
            continue
        lines = list(made.lines(persons))
        if not any(line.line for line in lines):
            continue
        with transaction.atomic():
            number = _take_in(made, lines)
            if not Run.objects.filter(lists="+".join(sorted(made.link))).exists():
                ask(_ACTOR, made.link, RunKind.FULL)
        say(f"部门名单 {number} 行，记录链接已排队 / {number} lines of office lists; their linkage is queued")


def _take_in(made: MadeLists, lines: list[MadeLine]) -> int:
    number = 0
    for code, (title, office) in made.lists.items():
        open_list(_ACTOR, code, title, office, made=True)
        own: list[Mapping[str, str]] = [
            line.line for line in lines if line.source == LIST_PREFIX + code and line.line is not None
        ]
        number += take_in(_ACTOR, code, own)
    keys: dict[tuple[str, str], UUID] = {
        (LIST_PREFIX + code, reference): key
        for code, reference, key in ListedPerson.objects.filter(list__in=made.lists).values_list(
            "list", "reference", "id"
        )
    }
    MadeTruth.objects.bulk_create(
        [
            MadeTruth(
                source=line.source,
                key=keys[line.source, line.line["reference"]] if line.line is not None else line.about,
                about=line.about,
                errors=list(line.errors),
            )
            for line in lines
        ],
        batch_size=2_000,
    )
    return number
