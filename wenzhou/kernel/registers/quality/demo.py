"""The demonstration city is checked once as soon as it is loaded: its made faults stand in the queues."""

from __future__ import annotations

from collections.abc import Callable

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.registers.declaration import registers
from wenzhou.kernel.registers.quality.models import QualityRun
from wenzhou.kernel.registers.quality.runs import ask


def load(persons: int, say: Callable[[str], None]) -> None:
    """Ask for a first run over every register that has had none; the worker does it."""
    had = set(QualityRun.objects.values_list("register", flat=True))
    asked = [ask(Actor.system("registers.demo"), one) for one in registers() if one.code not in had]
    if asked:
        say(f"数据质量检查 {len(asked)} 项 / {len(asked)} checks of quality are under way")
