"""Manifest of cases."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.pages import SERVICES, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import pages_work, views_licence
from wenzhou.kernel.cases.clock import WORKING_DAYS
from wenzhou.kernel.cases.events import (
    CaseDecided,
    CaseRated,
    CaseSubmitted,
    LicenceIssued,
    PaperAsked,
    PaperGiven,
    TaskDecided,
    TaskReassigned,
)
from wenzhou.kernel.cases.files import ISSUED, PAPER
from wenzhou.kernel.cases.journal_words import JOURNAL_WORDS
from wenzhou.kernel.cases.notices import TEMPLATES
from wenzhou.kernel.cases.obstacles import RUNNING_CASES
from wenzhou.kernel.cases.pages_apply import PAGES as APPLY_PAGES
from wenzhou.kernel.cases.permissions import APPLY, ASSIGN, KEEP_CALENDAR, OVERSEE, READ_CASES, WORK
from wenzhou.kernel.cases.services.counting import COUNT_DAYS
from wenzhou.kernel.cases.services.licences import MAKE_PAPER
from wenzhou.kernel.documents.module import MODULE as DOCUMENTS
from wenzhou.kernel.geo.module import MODULE as GEO
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.messages.module import MODULE as MESSAGES
from wenzhou.kernel.registers.module import MODULE as REGISTERS

MODULE = Module(
    code="cases",
    title=Text("办件", "Cases"),
    summary=Text(
        "从申请到发证：跨部门流程、法定时限、补正与容缺、证照和评价。",
        "From application to licence: processes across offices, statutory clocks, missing papers, licences and ratings.",
    ),
    group="kernel",
    rows=("K5",),
    clauses=("2.9",),
    depends_on=(BASE, IDENTITY, GEO, REGISTERS, DOCUMENTS, MESSAGES),
    permissions=(APPLY, WORK, ASSIGN, OVERSEE, READ_CASES, KEEP_CALENDAR),
    emits=(
        CaseSubmitted,
        PaperAsked,
        PaperGiven,
        TaskReassigned,
        TaskDecided,
        CaseDecided,
        LicenceIssued,
        CaseRated,
    ),
    handles=(MAKE_PAPER,),
    jobs=(COUNT_DAYS,),
    pages=(
        Page(
            name="verify-number",
            path="licences/",
            view=views_licence.verify_by_number,
            title=Text("证照和查询单核验", "Check a licence or an extract"),
            public=True,
            nav=Nav(SERVICES, 60, "certificate"),
        ),
        Page(
            name="verify",
            path="licences/<str:token>/",
            view=views_licence.verify_by_token,
            title=Text("证照核验结果", "A licence checked"),
            public=True,
        ),
        *pages_work.PAGES,
        *APPLY_PAGES,
    ),
    endpoints=pages_work.ENDPOINTS,
    declares=(PAPER, ISSUED, JOURNAL_WORDS, WORKING_DAYS, RUNNING_CASES, *TEMPLATES),
)
