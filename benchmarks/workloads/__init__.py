"""All workloads, by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Plan, Result
from benchmarks.ground import Ground
from benchmarks.workloads import home, register_read

Workload = Callable[[Ground, Plan], Result]

WORKLOADS: dict[str, Workload] = {"home": home.run, "register-read": register_read.run}
