"""Who is kin to whom, as registered: spouse, parents, children, ancestors, close kin, relation to a head of household."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from django.db.models import Q

from wenzhou.foundation.population.models import Marriage, Parentage, Relation, Sex
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of

GENERATIONS = 12
"""How far up ancestors are looked for: more than live at once."""


def marriage_of(person: UUID, on: date, known_at: datetime | None = None) -> Marriage | None:
    """The marriage of a person on a day."""
    rows = Marriage.objects.filter(Q(husband=person) | Q(wife=person)).select_related("husband", "wife")
    return as_of(rows, on, known_at).first()


def spouse_of(person: UUID, on: date) -> UUID | None:
    """To whom a person is married on a day."""
    found = marriage_of(person, on)
    if found is None:
        return None
    return found.wife_id if found.husband_id == person else found.husband_id


def parentage_of(child: UUID, on: date, known_at: datetime | None = None) -> Parentage | None:
    """The legal parents of a person on a day."""
    rows = Parentage.objects.filter(child=child).select_related("father", "mother")
    return as_of(rows, on, known_at).first()


def children_of(person: UUID, on: date, known_at: datetime | None = None) -> list[Parentage]:
    """The children of a person on a day, the oldest first."""
    rows = Parentage.objects.filter(Q(father=person) | Q(mother=person)).select_related("child")
    return list(as_of(rows, on, known_at).order_by("valid_from", "id"))


def ancestors(person: UUID, most: int = GENERATIONS) -> dict[UUID, int]:
    """Everybody who is or was a parent of a parent …, with how many generations up; one statement a generation.

    Parents by birth and by adoption alike: both stand in the way of a marriage, and neither may close a circle.
    """
    found: dict[UUID, int] = {}
    level: Collection[UUID] = {person}
    for generation in range(1, most + 1):
        pairs = Parentage.objects.filter(child__in=level, superseded_at=None).values_list("father", "mother")
        level = {one for one in chain.from_iterable(pairs) if one is not None and one not in found}
        if not level:
            break
        found |= dict.fromkeys(level, generation)
    return found


def close_kin(one: UUID, other: UUID) -> Text | None:
    """Why two people may not marry by art. 1048 of the Civil Code: lineal, or collateral within three generations."""
    mine, hers = ancestors(one), ancestors(other)
    if other in mine or one in hers:
        return Text("双方是直系血亲", "They are lineal relatives")
    if any(mine[common] <= 2 and hers[common] <= 2 for common in mine.keys() & hers.keys()):
        return Text("双方是三代以内的旁系血亲", "They are collateral relatives within three generations")
    return None


def relation_to(head: UUID, member: UUID, sex: str, on: date) -> str | None:
    """What a member is to the head of the household by marriage and parentage; None where the register does not tell."""
    if spouse_of(head, on) == member:
        return Relation.SPOUSE
    of_member, of_head = ancestors(member, 2), ancestors(head, 2)
    if head in of_member:
        return _child(sex) if of_member[head] == 1 else Relation.GRANDCHILD
    if member in of_head:
        return Relation.PARENT if of_head[member] == 1 else Relation.GRANDPARENT
    parents = {one for one, generation in of_head.items() if generation == 1}
    if any(of_member.get(one) == 1 for one in parents):
        return Relation.SIBLING
    return None


def _child(sex: str) -> str:
    return Relation.SON if sex == Sex.MALE else Relation.DAUGHTER


_OF_A_CHILD: dict[str, str] = {
    Relation.HEAD: Relation.PARENT,
    Relation.SPOUSE: Relation.PARENT,
    Relation.SON: Relation.SIBLING,
    Relation.DAUGHTER: Relation.SIBLING,
    Relation.PARENT: Relation.GRANDPARENT,
}
_BY_NEW_HEAD: dict[str, dict[str, str]] = {
    Relation.SPOUSE: {
        Relation.HEAD: Relation.SPOUSE,
        Relation.SON: Relation.SON,
        Relation.DAUGHTER: Relation.DAUGHTER,
        Relation.GRANDCHILD: Relation.GRANDCHILD,
    },
    Relation.SON: _OF_A_CHILD,
    Relation.DAUGHTER: _OF_A_CHILD,
    Relation.PARENT: {
        Relation.SON: Relation.GRANDCHILD,
        Relation.DAUGHTER: Relation.GRANDCHILD,
        Relation.PARENT: Relation.SPOUSE,
    },
    Relation.SIBLING: {
        Relation.HEAD: Relation.SIBLING,
        Relation.SIBLING: Relation.SIBLING,
        Relation.PARENT: Relation.PARENT,
        Relation.GRANDPARENT: Relation.GRANDPARENT,
    },
}


def relation_after(new_head_was: str, member_was: str, sex: str) -> str:
    """What a member is to a new head, concluded from what both were to the old one; 其他 where that does not tell."""
    if new_head_was == Relation.PARENT and member_was in (Relation.HEAD, Relation.SIBLING):
        return _child(sex)
    return _BY_NEW_HEAD.get(new_head_was, {}).get(member_was, Relation.OTHER)
