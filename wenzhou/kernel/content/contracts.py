"""What other modules declare to stand on the public face of the city: services and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text


class LifeEvent(Enum):
    """Why a person or a firm comes to the government (人生事件、企业生命周期)."""

    START_BUSINESS = Text("开办企业", "Start a business")
    RUN_BUSINESS = Text("经营与纳税", "Run a business")
    BUILD = Text("工程建设", "Build")
    FAMILY = Text("婚育与户籍", "Family and household")
    SCHOOL = Text("入学教育", "School")
    WORK = Text("就业与社保", "Work and insurance")
    HOME = Text("安居置业", "Home")
    HEALTH = Text("就医健康", "Health")
    RETIRE = Text("退休养老", "Retirement")
    TRAVEL = Text("交通出行", "Getting about")

    @property
    def title(self) -> Text:
        """Its name in both languages."""
        return self.value

    @property
    def for_business(self) -> bool:
        """Whether it is an event in the life of a firm."""
        return self in (LifeEvent.START_BUSINESS, LifeEvent.RUN_BUSINESS, LifeEvent.BUILD)


@dataclass(frozen=True, kw_only=True)
class ServiceCard(Declaration):
    """A service (政务服务事项) as the portal shows it. ``url`` is asked for at each rendering: its public page."""

    code: str
    title: Text
    summary: Text
    event: LifeEvent
    url: Callable[[], str]
    icon: str = "file-text"
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Figure(Declaration):
    """A figure of the city (城市数据): a number counted now, with its unit; None while it is not known.

    ``count`` may read the database; it is asked at most once a minute in each process.
    """

    code: str
    title: Text
    unit: Text
    count: Callable[[], int | None]
    order: int = 100
