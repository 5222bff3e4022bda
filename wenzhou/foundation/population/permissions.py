"""Permissions of the population database."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

SEARCH_PERSONS = Permission(
    "population.search", Text("检索人口信息（脱敏）", "Search persons, masked"), (DATA_OFFICER, CLERK)
)
READ_PERSON = Permission(
    "population.read",
    Text("按用途查阅人口信息", "Read a person's record for a purpose"),
    (DATA_OFFICER, CLERK),
    purpose_bound=True,
)
MAINTAIN_PERSONS = Permission(
    "population.maintain", Text("登记人口变更", "Register changes of persons"), (DATA_OFFICER, CLERK)
)
SEE_STATISTICS = Permission(
    "population.statistics", Text("查看人口统计", "See population statistics"), (DATA_OFFICER, CLERK, HEAD)
)
