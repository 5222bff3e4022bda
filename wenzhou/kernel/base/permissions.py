"""Permissions: role × office × area × purpose; what is not granted is denied."""

from __future__ import annotations

from dataclasses import dataclass

from wenzhou.kernel.base.actors import Actor, Post, Role
from wenzhou.kernel.base.errors import Refused, Unauthenticated
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True)
class Permission:
    """A right (权限) to one kind of act, held by the listed roles and by nobody else.

    ``purpose_bound`` permissions are only good together with a stated purpose.
    """

    code: str
    title: Text
    roles: tuple[Role, ...]
    purpose_bound: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why personal data is read (用途): a code, words for the person concerned, and the case if any."""

    code: str
    title: Text


def holding_posts(actor: Actor, permission: Permission) -> tuple[Post, ...]:
    """The actor's posts that carry the permission: the start of every scoped selector."""
    codes = {role.code for role in permission.roles}
    return tuple(post for post in actor.posts if post.role in codes)


def may(
    actor: Actor,
    permission: Permission,
    *,
    office: str | None = None,
    area: str | None = None,
    purpose: Purpose | None = None,
) -> bool:
    """Whether the actor holds the permission, in this office and for this area when they are given."""
    if permission.purpose_bound and purpose is None:
        return False
    return any(
        (office is None or post.office == office) and (area is None or area.startswith(post.area))
        for post in holding_posts(actor, permission)
    )


def require(
    actor: Actor,
    permission: Permission,
    *,
    office: str | None = None,
    area: str | None = None,
    purpose: Purpose | None = None,
) -> None:
    """First step of every write and every guarded read. Raises Unauthenticated or Refused."""
    if may(actor, permission, office=office, area=area, purpose=purpose):
        return
    if actor.is_anonymous:
        raise Unauthenticated(Text("此操作需要登录。", "You have to sign in to do this."))
    raise Refused(
        Text(
            f"您的岗位没有“{permission.title.zh}”的权限，如确需办理，请联系本部门负责人授权。",
            f"Your posts do not carry the right “{permission.title.en}”. Ask your head of office for it.",
        )
    )
