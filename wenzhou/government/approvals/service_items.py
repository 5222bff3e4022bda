"""Service items (政务服务事项) as the portal shows them: who, what papers, how long, what fee, on what basis."""

from __future__ import annotations

from dataclasses import dataclass

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step as the guide tells it: what is done, by which office's function, in how many working days."""

    title: Text
    function: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ServiceItem(Declaration):
    """What the public reads before applying (办事指南).

    ``fee`` in yuan; ``areas`` are the division codes in which it is offered on line.
    """

    code: str
    title: Text
    summary: Text
    audience: Text
    conditions: tuple[Text, ...]
    legal_basis: tuple[Text, ...]
    fee: int
    fee_note: Text
    steps: tuple[Step, ...]
    results: tuple[Text, ...]
    areas: tuple[str, ...]
    case_type: CaseType
    life_event: Text
