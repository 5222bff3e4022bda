"""For the tests of other modules: what they ask to use is granted."""

from __future__ import annotations

from collections.abc import Callable

from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.exchange.demo import load


def grant_all() -> None:
    """Grant everything that the manifests ask for, as the demonstration city does."""
    load(0, lambda _: None)


SAMPLES: dict[str, Callable[[], Sample]] = {"resource": lambda: Sample({"code": "person-profile"})}
