"""Permissions of cases."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK, HEAD, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

APPLY = Permission("cases.apply", Text("提交申请", "Apply for a service"), (CITIZEN,))
WORK = Permission("cases.work", Text("办理业务", "Work on cases"), (CLERK, HEAD))
OVERSEE = Permission("cases.oversee", Text("督办统计", "Oversee the office's cases"), (HEAD,))
ASSIGN = Permission("cases.assign", Text("调整办理人", "Hand tasks to other clerks"), (HEAD,))
READ_CASES = Permission("cases.read", Text("查阅办件", "Read cases"), (AUDITOR,))
KEEP_CALENDAR = Permission(
    "cases.keep-calendar", Text("维护工作日历", "Keep the calendar of working days"), (OPERATOR,)
)
