"""The door of cases for other modules: what a system declares to have its applications handled."""

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
from wenzhou.kernel.cases.process.diagram import draw as draw_process

__all__ = [
    "CaseFacts",
    "CaseType",
    "Field",
    "FieldKind",
    "IssuedLicence",
    "LicenceLine",
    "LicenceType",
    "Paper",
    "Section",
    "draw_process",
]
