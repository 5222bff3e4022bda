"""What stands on the home page, gathered from the tree and from what modules declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wenzhou.government.portal import selectors
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.content.contracts import Figure, LifeEvent, ServiceCard

if TYPE_CHECKING:
    from wenzhou.government.portal.models import InformationPage, NewsIndexPage, NewsPage

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """The services for one life event."""

    event: LifeEvent
    cards: tuple[ServiceCard, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A figure as counted now."""

    figure: Figure
    value: int

    @property
    def grouped(self) -> str:
        """The number with its thousands parted."""
        return f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the home page shows beside its own words."""

    shelves: tuple[Shelf, ...]
    notices: list[NewsPage]
    notices_index: NewsIndexPage | None
    news: list[NewsPage]
    news_index: NewsIndexPage | None
    guides: list[InformationPage]
    more: list[InformationPage]
    figures: tuple[Count, ...]


def shelves() -> tuple[Shelf, ...]:
    """Declared services by life event, in the order of LifeEvent; events without a service are left out."""
    cards = sorted(registry.declared(ServiceCard), key=lambda card: card.order)
    grouped = ((event, tuple(card for card in cards if card.event is event)) for event in LifeEvent)
    return tuple(Shelf(event, found) for event, found in grouped if found)


def figures() -> tuple[Count, ...]:
    """Declared figures that are known now."""
    counted = (
        (figure, figure.count()) for figure in sorted(registry.declared(Figure), key=lambda one: one.order)
    )
    return tuple(Count(figure, value) for figure, value in counted if value is not None)


def board() -> Board:
    """The board as of now."""
    lasting = selectors.first_information()
    return Board(
        shelves=shelves(),
        notices=selectors.latest("notice", SHOWN),
        notices_index=selectors.index_of("notice"),
        news=selectors.latest("news", SHOWN),
        news_index=selectors.index_of("news"),
        guides=[page for page in lasting if page.show_in_menus][:SHOWN],
        more=[page for page in lasting if not page.show_in_menus],
        figures=figures(),
    )
