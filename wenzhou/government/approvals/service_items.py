"""Service items (政务服务事项) as the portal shows them: who, what papers, how long, what fee, on what basis."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.api import CaseType
from wenzhou.kernel.content.contracts import LifeEvent, ServiceCard


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step as the guide tells it: what is done, by which office's function, in how many working days."""

    title: Text
    function: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ServiceItem(Declaration):
    """What the public reads before applying (办事指南).

    ``fee`` in yuan; ``areas`` are the division codes in which it is offered on line; ``held`` are papers
    that are not asked for because the registers or an earlier step hold what they prove.
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
    life_event: LifeEvent
    held: tuple[Text, ...] = ()
    symbol: str = "file-text"
    order: int = 100

    @property
    def days(self) -> int:
        """The promised working days."""
        return self.case_type.promise_days

    def matches(self, words: str) -> bool:
        """Whether every word stands somewhere in what the guide says, in either language."""
        texts = (
            self.title, self.summary, self.audience, self.life_event.title,
            *self.results, *(paper.title for paper in self.case_type.papers),
        )  # fmt: skip
        whole = " ".join(f"{text.zh} {text.en}" for text in texts).casefold()
        return all(word in whole for word in words.casefold().split())

    def card(self) -> ServiceCard:
        """How the portal's home page shows it."""
        return ServiceCard(
            code=self.code,
            title=self.title,
            summary=self.summary,
            event=self.life_event,
            url=lambda: reverse("approvals:service", kwargs={"code": self.code}),
            icon=self.symbol,
            order=self.order,
        )
