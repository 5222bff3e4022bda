"""Manifest of registers."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import MINE, OVERSIGHT, REGISTERS, WORK, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.registers import docs, events, views, views_corrections, views_records
from wenzhou.kernel.registers.catalogue import ELEMENTS, ETHNICITY, SEX
from wenzhou.kernel.registers.endpoints import ENDPOINTS
from wenzhou.kernel.registers.extracts.pages import PAGES as EXTRACT_PAGES
from wenzhou.kernel.registers.permissions import (
    ASSIGN_QUALITY,
    CORRECTIONS,
    ERASE_RECORDS,
    EXPORT_RECORDS,
    IMPORT_RECORDS,
    ISSUE_EXTRACT,
    OVERSEE_QUALITY,
    OWN_DATA_USE,
    OWN_EXTRACT,
    PUBLISH_SCHEMA,
    READ_JOURNAL,
    RUN_QUALITY,
    SEE_REGISTERS,
    WORK_QUALITY,
)
from wenzhou.kernel.registers.quality import demo as quality_demo
from wenzhou.kernel.registers.quality.events import ProblemClosed, ProblemOpened
from wenzhou.kernel.registers.quality.pages import PAGES as QUALITY_PAGES
from wenzhou.kernel.registers.quality.runs import NIGHTLY, RUN
from wenzhou.kernel.registers.transfer import exports, imports
from wenzhou.kernel.registers.transfer.endpoints import ENDPOINTS as TRANSFER_ENDPOINTS
from wenzhou.kernel.registers.transfer.pages import PAGES as TRANSFER_PAGES

MODULE = Module(
    code="registers",
    title=Text("基础数据库引擎", "Registers"),
    summary=Text(
        "双时态记录、脱敏与按用途读取、数据使用记录。",
        "Bitemporal records, masked and purpose-bound reading, the journal of who read whose data.",
    ),
    group="kernel",
    rows=("K3",),
    clauses=("1.3",),
    depends_on=(IDENTITY,),
    permissions=(
        CORRECTIONS,
        OWN_DATA_USE,
        READ_JOURNAL,
        ERASE_RECORDS,
        SEE_REGISTERS,
        PUBLISH_SCHEMA,
        WORK_QUALITY,
        ASSIGN_QUALITY,
        OVERSEE_QUALITY,
        RUN_QUALITY,
        IMPORT_RECORDS,
        ISSUE_EXTRACT,
        OWN_EXTRACT,
        EXPORT_RECORDS,
    ),
    emits=(
        events.RecordCreated,
        events.RecordChanged,
        events.RecordCorrected,
        events.RecordEnded,
        events.RecordErased,
        events.CorrectionProposed,
        events.CorrectionDecided,
        ProblemOpened,
        ProblemClosed,
        events.RecordsLoaded,
        events.ExtractIssued,
    ),
    endpoints=(*ENDPOINTS, *TRANSFER_ENDPOINTS),
    jobs=(RUN, NIGHTLY, imports.WORK, exports.WORK, imports.TIDY),
    demo=Demo(load=quality_demo.load, order=910),
    declares=(*ELEMENTS, SEX, ETHNICITY, docs.PAGE),
    pages=(
        *QUALITY_PAGES,
        *EXTRACT_PAGES,
        *TRANSFER_PAGES,
        Page(
            name="data-use",
            path="my/data-use/",
            view=views.data_use,
            title=Text("谁用了我的数据", "Who used my data"),
            permission=OWN_DATA_USE,
            nav=Nav(MINE, 60, "eye"),
        ),
        Page(
            name="journal",
            path="registers/journal/",
            view=views.journal,
            title=Text("数据使用记录", "Journal of data use"),
            permission=READ_JOURNAL,
            nav=Nav(OVERSIGHT, 40, "eye"),
        ),
        Page(
            name="index",
            path="registers/",
            view=views_records.index,
            title=Text("登记簿目录", "Registers"),
            permission=SEE_REGISTERS,
            nav=Nav(REGISTERS, 5, "table"),
        ),
        Page(
            name="structure",
            path="registers/r/<slug:code>/structure/",
            view=views_records.structure,
            title=Text("登记簿数据结构", "Structure of a register"),
            permission=SEE_REGISTERS,
        ),
        Page(
            name="records",
            path="registers/r/<slug:code>/",
            view=views_records.records,
            title=Text("登记簿检索", "Search a register"),
            permission=SEE_REGISTERS,
        ),
        Page(
            name="record",
            path="registers/r/<slug:code>/<uuid:record>/",
            view=views_records.record,
            title=Text("登记记录", "A record"),
            permission=SEE_REGISTERS,
        ),
        Page(
            name="compare",
            path="registers/r/<slug:code>/<uuid:record>/compare/",
            view=views_records.compare,
            title=Text("比较两个时点", "Compare two instants"),
            permission=SEE_REGISTERS,
        ),
        Page(
            name="change",
            path="registers/r/<slug:code>/<uuid:record>/change/",
            view=views_records.change,
            title=Text("变更或更正", "Change or correct"),
            permission=CORRECTIONS,
        ),
        Page(
            name="corrections",
            path="registers/corrections/",
            view=views_corrections.queue,
            title=Text("待核对的更正建议", "Corrections to check"),
            permission=CORRECTIONS,
            nav=Nav(WORK, 60, "checklist"),
        ),
        Page(
            name="my-corrections",
            path="registers/corrections/mine/",
            view=views_corrections.mine,
            title=Text("我提出的更正建议", "My proposals"),
            permission=CORRECTIONS,
        ),
        Page(
            name="correction",
            path="registers/corrections/<uuid:correction_id>/",
            view=views_corrections.correction,
            title=Text("更正建议", "Proposed correction"),
            permission=CORRECTIONS,
        ),
        Page(
            name="erasures",
            path="registers/erasures/",
            view=views_corrections.erasures,
            title=Text("依法删除", "Erasure"),
            permission=ERASE_RECORDS,
            nav=Nav(OVERSIGHT, 50, "trash"),
        ),
        Page(
            name="confirm-erasure",
            path="registers/erasures/<uuid:request_id>/confirm/",
            view=views_corrections.confirm_erasure,
            title=Text("确认删除", "Confirm an erasure"),
            permission=ERASE_RECORDS,
        ),
    ),
)
