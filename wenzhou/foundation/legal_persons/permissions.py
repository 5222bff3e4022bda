"""Permissions of the legal persons database."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

SEARCH_FIRMS = Permission(
    "legal_persons.search", Text("检索法人信息", "Search firms"), (DATA_OFFICER, CLERK, HEAD)
)
MAINTAIN_FIRMS = Permission(
    "legal_persons.maintain", Text("登记法人变更", "Register changes of firms"), (DATA_OFFICER, CLERK)
)
SEE_STATISTICS = Permission(
    "legal_persons.statistics", Text("查看法人统计", "See statistics of firms"), (DATA_OFFICER, CLERK, HEAD)
)
READ_RELATIONS = Permission(
    "legal_persons.relations",
    Text("按用途查阅单位关系", "Read ties of firms for a purpose"),
    (DATA_OFFICER, CLERK),
    purpose_bound=True,
)
