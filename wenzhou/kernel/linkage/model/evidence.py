"""Why the model thinks so: what each degree of agreement weighs, in bits, from what a run has learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.model.persons import Compared, Model

UNKNOWN = Text("至少一方未填写", "Missing on one side or both")


@dataclass(frozen=True, slots=True)
class Weighed:
    """One comparison: which degree was found, and what it says. ``bits`` above 0 speak for one person, below 0 for two.

    None where the run's model is not at hand; 0 where a side is missing.
    """

    code: str
    title: Text
    degree: Text
    agrees: bool
    bits: float | None


def weigh(model: Model, learnt: Mapping[str, Any] | None, levels: Sequence[int]) -> list[Weighed]:
    """The comparisons of a pair in the model's order; ``levels`` are its degrees of agreement (the last is 0, unknown -1)."""
    weights = _weights(learnt) if learnt else {}
    return [
        _weighed(compared, level, weights.get(compared.code))
        for compared, level in zip(model.compared, levels, strict=True)
    ]


def prior(learnt: Mapping[str, Any] | None) -> float | None:
    """What the model holds of two records before it looks at them, in bits."""
    chance = (learnt or {}).get("probability_two_random_records_match")
    return math.log2(chance / (1 - chance)) if chance and chance < 1 else None


def bits(probability: float) -> float:
    """A probability as match weight in bits (log₂ of the odds)."""
    held = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log2(held / (1 - held))


def _weighed(compared: Compared, level: int, weights: Sequence[float] | None) -> Weighed:
    if not 0 <= level < len(compared.levels):
        return Weighed(compared.code, compared.title, UNKNOWN, agrees=False, bits=0.0)
    place = len(compared.levels) - 1 - level
    own = weights[place] if weights is not None and len(weights) == len(compared.levels) else None
    return Weighed(compared.code, compared.title, compared.levels[place].title, agrees=level > 0, bits=own)


def _weights(learnt: Mapping[str, Any]) -> dict[str, list[float]]:
    """Of each comparison, the weight of each level in the order of the model."""
    return {
        str(comparison["output_column_name"]): [
            math.log2(float(level["m_probability"]) / float(level["u_probability"]))
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        ]
        for comparison in learnt.get("comparisons", ())
    }
