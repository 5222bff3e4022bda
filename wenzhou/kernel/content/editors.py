"""The door of the editor: who may come in, and with which of Wagtail's groups.

Wagtail decides by groups of Django's permissions, the city by posts. So the posts are asked at every request to the
editor, and the account's membership of Wagtail's two groups is brought into step with them: a post that has ended
shuts the door at the next click, whatever the group table still says.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem, Refused, Unauthenticated
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.content.permissions import EDIT, PUBLISH

GROUP_OF = {EDIT: "Editors", PUBLISH: "Moderators"}
"""Wagtail's own groups, made by its first migration with their rights on the whole tree and its default workflow."""


def groups_for(actor: Actor) -> frozenset[str]:
    """Names of the groups that the actor's posts earn; empty for those who have no business here."""
    return frozenset(name for permission, name in GROUP_OF.items() if may(actor, permission))


def admit(actor: Actor, *, path: str) -> None:
    """Let the actor into the editor with exactly the groups of her posts, or raise Refused.

    Raises Unauthenticated for the anonymous.
    """
    earned = groups_for(actor)
    if not earned or actor.account is None:
        audit.record(actor, "content.enter", outcome="refused", path=path)
        raise _refusal(actor)
    _keep_in_step(actor, actor.account, earned)


def _keep_in_step(actor: Actor, account_id: UUID, earned: frozenset[str]) -> None:
    members = Group.objects.filter(user=account_id, name__in=GROUP_OF.values())
    held = frozenset(members.values_list("name", flat=True))
    if held == earned:
        return
    with transaction.atomic():
        account = get_user_model().objects.select_for_update().get(pk=account_id)
        account.groups.remove(*Group.objects.filter(name__in=held - earned))
        account.groups.add(*Group.objects.filter(name__in=earned - held))
        audit.record(actor, "content.join-groups", account, groups=sorted(earned), before=sorted(held))


def _refusal(actor: Actor) -> Problem:
    if actor.is_anonymous:
        return Unauthenticated(Text("此操作需要登录。", "You have to sign in to do this."))
    return Refused(
        Text(
            "门户编辑后台只对门户编辑和部门负责人开放。",
            "The portal's editor is open to portal editors and heads of office only.",
        )
    )
