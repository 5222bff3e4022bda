"""Which problems an actor answers for: those of the function of her office, in the area of her post."""

from __future__ import annotations

from django.db.models import Q

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.registers.quality.models import QualityProblem
from wenzhou.kernel.registers.scope import answering


def mine(actor: Actor, permission: Permission) -> Q:
    """The condition of rows with a function and an area."""
    found = Q(pk__in=[])
    for function, area in answering(actor, permission):
        found |= Q(function=function, area__startswith=area)
    return found


def answers_for(actor: Actor, permission: Permission, problem: QualityProblem) -> bool:
    """Whether the actor answers for a problem."""
    return any(
        problem.function == function and problem.area.startswith(area)
        for function, area in answering(actor, permission)
    )
