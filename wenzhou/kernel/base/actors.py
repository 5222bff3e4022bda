"""Who acts: the subject of every permission check and every line of the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest

from wenzhou.kernel.base.statements import Premise


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of work (角色) that a post carries; permissions name the roles that hold them."""

    code: str
    zh: str
    en: str


CITIZEN = Role("citizen", "市民", "Citizen")
AGENT = Role("agent", "企业经办人", "Firm's agent")
CLERK = Role("clerk", "经办人员", "Clerk")
HEAD = Role("head", "部门负责人", "Head of office")
EDITOR = Role("editor", "门户编辑", "Portal editor")
AUDITOR = Role("auditor", "审计员", "Auditor")
DATA_OFFICER = Role("data-officer", "数据专员", "Data officer")
OPERATOR = Role("operator", "运维员", "Operator")
SYSTEM = Role("system", "系统任务", "System task")
MACHINE = Role("machine", "接入系统", "Connected system")

ROLES = (CITIZEN, AGENT, CLERK, HEAD, EDITOR, AUDITOR, DATA_OFFICER, OPERATOR, SYSTEM, MACHINE)


@dataclass(frozen=True, slots=True)
class Post:
    """A role held in an office for an area (岗位).

    ``office`` is the office's code, empty for citizens; ``area`` is a division code whose
    prefix match gives the area, e.g. ``3303`` the city, ``330302`` Lucheng; empty for everywhere.
    """

    role: str
    office: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """One authenticated subject in one session, with the posts it holds now.

    ``account`` is None for the anonymous and for system tasks; ``person`` is the id of the
    Person anchor after real-name check; ``organisation`` is the firm acted for under a delegation.
    """

    name: str
    account: UUID | None = None
    person: UUID | None = None
    organisation: UUID | None = None
    posts: tuple[Post, ...] = ()
    request_id: str = field(default="", compare=False)

    @property
    def is_anonymous(self) -> bool:
        """Nobody is signed in and it is not a system task."""
        return not self.posts

    @property
    def offices(self) -> frozenset[str]:
        """Codes of the offices in which any post is held."""
        return frozenset(post.office for post in self.posts if post.office)

    @classmethod
    def system(cls, name: str) -> Actor:
        """The actor of a job or an event handler; holds the role ``system`` alone."""
        return cls(name=name, posts=(Post(SYSTEM.code),))


ANONYMOUS = Actor(name="anonymous")


class ActorRequest(HttpRequest):
    """A request after identity's middleware: it carries its actor."""

    actor: Actor
    request_id: str
    presume: Callable[[], tuple[Actor, Premise] | None]
    """Who it was at the session's last call, and what proves that it still is."""
