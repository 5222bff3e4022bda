"""What every template sees: the actor, the navigation it may use, the languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from wenzhou.kernel.base.actors import ANONYMOUS, Actor
from wenzhou.kernel.base.pages import NAV_GROUPS, NavGroup, Page
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import is_english


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the navigation."""

    title: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class NavSection:
    """A heading with its links; only what this actor may open."""

    code: str
    title: str
    items: tuple[NavItem, ...]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the site."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "actor": actor,
        "nav": _navigation(actor, request.path),
        "english": is_english(),
        "demo_city": settings.WZ_DEMO,
    }


def _navigation(actor: Actor, path: str) -> tuple[NavSection, ...]:
    sections = []
    for group in NAV_GROUPS:
        items = tuple(_item(module, page, path) for module, page in _pages_of(group, actor))
        if items:
            sections.append(NavSection(group.code, str(group.title), items))
    # /work/figures/ lies below /work/ too: only the nearest is where the reader is.
    nearest = max((len(i.url) for s in sections for i in s.items if i.active), default=0)
    return tuple(
        replace(s, items=tuple(replace(i, active=i.active and len(i.url) == nearest) for i in s.items))
        for s in sections
    )


def _pages_of(group: NavGroup, actor: Actor) -> list[tuple[str, Page]]:
    found = [
        (module.code, page)
        for module in registry.modules
        for page in module.pages
        if page.nav is not None and page.nav.group == group
        if page.public or (page.permission is not None and may(actor, page.permission))
    ]
    return sorted(found, key=lambda pair: pair[1].nav.order if pair[1].nav else 0)


def _item(module: str, page: Page, path: str) -> NavItem:
    try:
        url = reverse(f"{module}:{page.name}")
    except NoReverseMatch as error:
        raise ValueError(
            f"{module}:{page.name} takes arguments and cannot stand in the navigation"
        ) from error
    icon = page.nav.icon if page.nav else ""
    return NavItem(str(page.title), url, icon, path == url or (url != "/" and path.startswith(url)))
