"""Pages: each names its permission or says it is public; the guard is the same for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import ActorRequest
from wenzhou.kernel.base.errors import Invalid, Problem
from wenzhou.kernel.base.permissions import Permission, require
from wenzhou.kernel.base.text import Text

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A heading of the navigation."""

    code: str
    title: Text


SERVICES = NavGroup("services", Text("办事服务", "Services"))
MINE = NavGroup("mine", Text("我的", "Mine"))
WORK = NavGroup("work", Text("业务办理", "Casework"))
REGISTERS = NavGroup("registers", Text("基础数据", "Registers"))
OVERSIGHT = NavGroup("oversight", Text("监督", "Oversight"))
OPERATIONS = NavGroup("operations", Text("运行", "Operations"))
NAV_GROUPS = (SERVICES, MINE, WORK, REGISTERS, OVERSIGHT, OPERATIONS)


@dataclass(frozen=True, slots=True)
class Nav:
    """Where a page stands in the navigation; pages without one are reached from others."""

    group: NavGroup
    order: int = 100
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address of the site. Exactly one of ``permission`` and ``public`` is given.

    ``path`` is a Django route below the site's root; ``name`` is unique within the module and
    reversed as ``module:name``. The guard asks for the permission in any office or area: which
    rows may be seen is the selector's business, with the same permission. ``machine``: programs post here, which have no
    session and so no token against forgery; public ones alone.
    """

    name: str
    path: str
    view: View
    title: Text
    permission: Permission | None = None
    public: bool = False
    nav: Nav | None = None
    machine: bool = False

    def __post_init__(self) -> None:
        if self.public == (self.permission is not None):
            raise ValueError(f"page {self.name}: name a permission, or say public=True")
        if self.machine and not self.public:
            raise ValueError(f"page {self.name}: what acts for somebody asks for the token")
        if self.permission is not None and self.permission.purpose_bound:
            raise ValueError(f"page {self.name}: a purpose-bound permission guards data, not a page")

    def as_url(self, module: str) -> URLPattern:
        """The guarded URL pattern."""
        return path(self.path, guard(self, f"{module}:{self.name}"), name=self.name)


def guard(page: Page, full_name: str) -> View:
    """The view behind its permission: refusals and openings are written down."""

    def guarded(plain: HttpRequest, **arguments: object) -> HttpResponseBase:
        request = cast("ActorRequest", plain)
        if page.permission is not None:
            try:
                require(request.actor, page.permission)
            except Problem:
                audit.record(request.actor, "page.open", outcome="refused", page=full_name, path=request.path)
                raise
        response = page.view(request, **arguments)
        if page.permission is not None and response.status_code < 400:
            audit.record(request.actor, "page.open", page=full_name, path=request.path, method=request.method)
        return response

    guarded.__name__ = full_name
    return csrf_exempt(guarded) if page.machine else guarded


def actor_of(request: HttpRequest) -> ActorRequest:
    """The same request, typed as carrying its actor."""
    return cast("ActorRequest", request)


def query_day(request: HttpRequest, name: str = "on") -> date | None:
    """A day of the query (``?on=2026-01-31``), None when it is not given. Raises Invalid."""
    return _day(request.GET.get(name, ""), name)


def posted_day(request: HttpRequest, name: str) -> date | None:
    """A day of a form, None when it is not given. Raises Invalid."""
    return _day(request.POST.get(name, ""), name)


def _day(text: str, name: str) -> date | None:
    given = text.strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        wrong = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
        raise Invalid(wrong, fields={name: wrong}) from error
