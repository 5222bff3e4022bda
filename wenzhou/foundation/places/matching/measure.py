"""How well free text is matched: accuracy and confidence on addresses of the register, well written and spoiled."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from uuid import UUID

from wenzhou.foundation.places.matching.forms import FORMS, SPOILED
from wenzhou.foundation.places.matching.match import match
from wenzhou.foundation.places.models import AddressVersion, Level
from wenzhou.foundation.places.selectors import AddressRecord, in_order


@dataclass(slots=True)
class Figure:
    """For one way of writing: how many texts, how many found as the first answer, the sum of confidences."""

    asked: int = 0
    right: int = 0
    sure: int = 0
    confidence: float = 0.0

    def add(self, hit: bool, confidence: float) -> None:
        """Count one answer; sure is a right one of 0.9 or more."""
        self.asked += 1
        self.right += hit
        self.sure += hit and confidence >= 0.9
        self.confidence += confidence


@dataclass(slots=True)
class Measured:
    """All figures, and the seconds that the matching took."""

    figures: dict[str, Figure] = field(default_factory=dict)
    seconds: float = 0.0


def sample(number: int, dice: random.Random) -> list[AddressRecord]:
    """Addresses drawn from the register: doors and what lies behind them, by chance."""
    ends = AddressVersion.objects.filter(
        superseded_at=None, valid_to=None, level__in=[Level.NUMBER, Level.ROOM]
    )
    ids: list[UUID] = list(ends.order_by("id").values_list("location_id", flat=True))
    return in_order(dice.sample(ids, min(number, len(ids))))


def measure(number: int, seed: int) -> Measured:
    """Every form of ``number`` addresses, and every spoiling of one form of each."""
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    done = Measured()
    for address in sample(number, dice):
        texts = {name: form(address) for name, form in FORMS.items()}
        written = texts[dice.choice(list(FORMS)[:3])]
        texts |= {name: spoil(written, address, dice) for name, spoil in SPOILED.items()}
        for name, text in texts.items():
            began = time.perf_counter()
            found = match(text, limit=1)
            done.seconds += time.perf_counter() - began
            hit = bool(found) and _right(name, found[0].address, address)
            done.figures.setdefault(name, Figure()).add(hit, found[0].confidence if found else 0.0)
    return done


def _right(name: str, found: AddressRecord, address: AddressRecord) -> bool:
    """The very address; its road where the number asked for does not exist."""
    wanted = address.path[0] if name == "unknown_number" else address.id
    return wanted in found.path if name == "unknown_number" else found.id == wanted
