"""Connected components of many edges at once, by arrays: what no rule forbids needs no look at each pair."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def components(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Every node that an edge names, and beside it the least node that it is connected with.

    Labels are handed along edges and shortened to their roots until none changes; records of one person are few
    steps apart, so rounds are few.
    """
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = places[: len(left)], places[len(left) :]
    labels = np.arange(len(nodes), dtype=np.int64)
    while True:
        low = np.minimum(labels[one], labels[other])
        lower = labels.copy()
        for ends in (one, other, labels[one], labels[other]):
            np.minimum.at(lower, ends, low)
        while not np.array_equal(shorter := lower[lower], lower):
            lower = shorter
        if np.array_equal(lower, labels):
            return nodes, nodes[labels]
        labels = lower
