"""Permissions of linkage."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, CLERK, DATA_OFFICER, HEAD, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

RUN = Permission("linkage.run", Text("运行记录链接", "Run record linkage"), (DATA_OFFICER, SYSTEM))
REVIEW = Permission(
    "linkage.review",
    Text("复核疑似同一人的记录", "Review doubtful pairs of records"),
    (CLERK, HEAD, DATA_OFFICER),
)
SEE_LINKS = Permission(
    "linkage.see", Text("查看链接结果（脱敏）", "See links, masked"), (DATA_OFFICER, AUDITOR)
)
READ_RECORDS = Permission(
    "linkage.read-records",
    Text("按用途完整查看链接的记录", "Read linked records in full, for a purpose"),
    (CLERK, HEAD, DATA_OFFICER),
    purpose_bound=True,
)
UNMERGE = Permission("linkage.unmerge", Text("拆分已合并的记录", "Un-merge records"), (DATA_OFFICER,))
SEE_DECISIONS = Permission(
    "linkage.decisions",
    Text("查看复核判定台账", "See the journal of decisions on pairs"),
    (CLERK, HEAD, DATA_OFFICER, AUDITOR),
)
