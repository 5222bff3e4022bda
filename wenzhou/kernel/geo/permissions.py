"""Rights on divisions: reading is for everyone."""

from __future__ import annotations

from wenzhou.kernel.base.actors import DATA_OFFICER, OPERATOR, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

LOAD_DIVISIONS = Permission(
    "geo.load-divisions",
    Text("载入行政区划", "Load administrative divisions"),
    (DATA_OFFICER, OPERATOR, SYSTEM),
)
