"""Which pairs and entities an actor answers for: those of her office, in the area of her post."""

from __future__ import annotations

from django.db.models import Q

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER, Actor
from wenzhou.kernel.base.permissions import Permission, holding_posts
from wenzhou.kernel.linkage.models import Review

_ALL_OFFICES = frozenset({AUDITOR.code, DATA_OFFICER.code})
"""Roles that oversee every office of their area, where overseeing is what a permission is for."""


def mine(actor: Actor, permission: Permission) -> Q:
    """The condition of reviews for the actor's offices and areas."""
    found = Q(pk__in=[])
    for post in holding_posts(actor, permission):
        found |= Q(office=post.office, area__startswith=post.area)
    return found


def overseen(actor: Actor, permission: Permission) -> Q:
    """As :func:`mine`; auditors and data officers see those of all offices in their area."""
    found = mine(actor, permission)
    for post in holding_posts(actor, permission):
        if post.role in _ALL_OFFICES:
            found |= Q(area__startswith=post.area)
    return found


def answers_for(actor: Actor, permission: Permission, row: Review) -> bool:
    """Whether the actor answers for a review."""
    return any(
        post.office == row.office_id and row.area.startswith(post.area)
        for post in holding_posts(actor, permission)
    )
