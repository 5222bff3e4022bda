"""The real divisions; every city needs them, the demo too, before anything that lives in one."""

from __future__ import annotations

from collections.abc import Callable

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.geo.services import load_divisions


def load(persons: int, say: Callable[[str], None]) -> None:
    """Load the divisions; running it again changes nothing."""
    report = load_divisions(Actor.system("geo.demo"))
    say(f"行政区划 divisions: +{report.added} ~{report.changed}")
