"""Manifest of linkage."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage import demo
from wenzhou.kernel.linkage.events import (
    EntitiesMerged,
    EntityCreated,
    EntityExtended,
    EntityUnmerged,
    RunApplied,
)
from wenzhou.kernel.linkage.pages import PAGES
from wenzhou.kernel.linkage.permissions import READ_RECORDS, REVIEW, RUN, SEE_DECISIONS, SEE_LINKS, UNMERGE
from wenzhou.kernel.linkage.services.runs import CARRY_OUT, NIGHTLY, TIDY
from wenzhou.kernel.registers.module import MODULE as REGISTERS

MODULE = Module(
    code="linkage",
    title=Text("记录链接", "Record linkage"),
    summary=Text(
        "在多个部门的名单中找出同一个人：模型、运行、人工复核、合并与拆分。",
        "Finds one person in several offices' lists: model, runs, clerical review, merge and un-merge.",
    ),
    group="kernel",
    rows=("K3",),
    clauses=("1.3",),
    depends_on=(REGISTERS,),
    permissions=(RUN, REVIEW, SEE_LINKS, READ_RECORDS, UNMERGE, SEE_DECISIONS),
    pages=PAGES,
    demo=Demo(load=demo.load, order=920),
    jobs=(CARRY_OUT, NIGHTLY, TIDY),
    emits=(RunApplied, EntityCreated, EntityExtended, EntitiesMerged, EntityUnmerged),
)
