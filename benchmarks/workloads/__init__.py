"""All workloads, by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Plan, Result
from benchmarks.ground import Ground
from benchmarks.workloads import (
    as_of_read,
    busy_day,
    home,
    linkage,
    load,
    office_figures,
    register_read,
    registers,
    service,
    worklist,
)

Workload = Callable[[Ground, Plan], Result | list[Result]]

WORKLOADS: dict[str, Workload] = {
    "home": home.run,
    "service": service.run,
    "register-read": register_read.run,
    "as-of-read": as_of_read.run,
    "worklist": worklist.run,
    "office-figures": office_figures.run,
    "load": load.run,
    "busy-day": busy_day.run,
    "linkage": linkage.run,
    "registers": registers.run,
}
