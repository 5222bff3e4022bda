"""Which part of the city, and which fields, an actor answers for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Permission, holding_posts
from wenzhou.kernel.identity.api import offices
from wenzhou.kernel.registers.declaration import Register

CITY = "3303"


def areas(actor: Actor, permission: Permission) -> tuple[str, ...] | None:
    """Division prefixes for which the actor holds the permission; None when for all of the city."""
    held = {post.area for post in holding_posts(actor, permission)}
    return None if any(CITY.startswith(area) for area in held) else tuple(sorted(held))


def visible(rows: QuerySet[Any], actor: Actor, register: Register, permission: Permission) -> QuerySet[Any]:
    """The rows of a register that the actor may see by this permission."""
    scope = areas(actor, permission)
    return rows if scope is None else register.within(rows, scope)


def answering(actor: Actor, permission: Permission) -> frozenset[tuple[str, str]]:
    """(function of the office, area of the post) of the posts with which the actor holds the permission."""
    posts = [post for post in holding_posts(actor, permission) if post.office]
    known = offices({post.office for post in posts})
    return frozenset((known[post.office].function, post.area) for post in posts if post.office in known)


def functions(actor: Actor, permission: Permission, *, area: str = "") -> frozenset[str]:
    """The functions of the offices in which the actor holds the permission, for this area when it is given.

    A post counts whole: its function is good in its own area, not in that of another post.
    """
    return frozenset(
        function for function, held in answering(actor, permission) if not area or area.startswith(held)
    )
