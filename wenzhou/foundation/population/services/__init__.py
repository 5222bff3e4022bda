"""Writes of the population register, one file for each matter."""

from __future__ import annotations

from wenzhou.foundation.population.services.births import Birth, register_birth
from wenzhou.foundation.population.services.changes import register_change
from wenzhou.foundation.population.services.common import ELEMENTS, OWNERS, SOURCE
from wenzhou.foundation.population.services.deaths import Death, register_death
from wenzhou.foundation.population.services.households import (
    Rehousing,
    Succession,
    change_head,
    move_household,
)
from wenzhou.foundation.population.services.marriages import (
    Divorce,
    Wedding,
    register_divorce,
    register_marriage,
)
from wenzhou.foundation.population.services.migration import (
    Arrival,
    Departure,
    register_arrival,
    register_departure,
)
from wenzhou.foundation.population.services.moves import Move, move, register_move
from wenzhou.foundation.population.services.once import Done
from wenzhou.foundation.population.services.parentage import (
    Adoption,
    Recognition,
    register_adoption,
    register_recognition,
)

__all__ = [
    "ELEMENTS",
    "OWNERS",
    "SOURCE",
    "Adoption",
    "Arrival",
    "Birth",
    "Death",
    "Departure",
    "Divorce",
    "Done",
    "Move",
    "Recognition",
    "Rehousing",
    "Succession",
    "Wedding",
    "change_head",
    "move",
    "move_household",
    "register_adoption",
    "register_arrival",
    "register_birth",
    "register_change",
    "register_death",
    "register_departure",
    "register_divorce",
    "register_marriage",
    "register_move",
    "register_recognition",
]
