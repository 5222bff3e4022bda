"""The door of cases for other modules: what a system declares, the acts on a case, the drawing of its process."""

from __future__ import annotations

from wenzhou.kernel.cases.declarations import (
    CaseFacts,
    CaseType,
    Field,
    FieldKind,
    IssuedLicence,
    LicenceLine,
    LicenceType,
    Paper,
    Section,
)
from wenzhou.kernel.cases.made import MadeAsk, MadeCase, MadeStep, load_made_cases, made_cases_done
from wenzhou.kernel.cases.process.diagram import draw as draw_process
from wenzhou.kernel.cases.services.closing import rate, withdraw
from wenzhou.kernel.cases.services.drafts import (
    discard_draft,
    open_draft,
    put_paper,
    remove_paper,
    save_draft,
)
from wenzhou.kernel.cases.services.papers import accept_on_promise, ask_paper, give_paper
from wenzhou.kernel.cases.services.reassign import reassign
from wenzhou.kernel.cases.services.submit import submit
from wenzhou.kernel.cases.services.tasks import claim, decide, release

__all__ = [
    "CaseFacts",
    "CaseType",
    "Field",
    "FieldKind",
    "IssuedLicence",
    "LicenceLine",
    "LicenceType",
    "MadeAsk",
    "MadeCase",
    "MadeStep",
    "Paper",
    "Section",
    "accept_on_promise",
    "ask_paper",
    "claim",
    "decide",
    "discard_draft",
    "draw_process",
    "give_paper",
    "load_made_cases",
    "made_cases_done",
    "open_draft",
    "put_paper",
    "rate",
    "reassign",
    "release",
    "remove_paper",
    "save_draft",
    "submit",
    "withdraw",
]
