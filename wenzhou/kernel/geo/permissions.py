"""Rights on divisions: reading is for everyone."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD, OPERATOR, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

LOAD_DIVISIONS = Permission(
    "geo.load-divisions",
    Text("载入行政区划", "Load administrative divisions"),
    (DATA_OFFICER, OPERATOR, SYSTEM),
)

CHANGE_DIVISIONS = Permission(
    "geo.change-divisions", Text("登记区划调整", "Record changes of divisions"), (DATA_OFFICER, CLERK, HEAD)
)
