"""Manifest of registers."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.pages import MINE, OVERSIGHT, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.registers import events, views
from wenzhou.kernel.registers.catalogue import ELEMENTS, ETHNICITY, SEX
from wenzhou.kernel.registers.permissions import (
    ERASE_RECORDS,
    OWN_DATA_USE,
    PUBLISH_SCHEMA,
    READ_JOURNAL,
    SEE_REGISTERS,
)

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
    permissions=(OWN_DATA_USE, READ_JOURNAL, ERASE_RECORDS, SEE_REGISTERS, PUBLISH_SCHEMA),
    emits=(
        events.RecordCreated,
        events.RecordChanged,
        events.RecordCorrected,
        events.RecordEnded,
        events.RecordErased,
        events.CorrectionProposed,
        events.CorrectionDecided,
    ),
    declares=(*ELEMENTS, SEX, ETHNICITY),
    pages=(
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
    ),
)
