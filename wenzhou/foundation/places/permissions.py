"""Permissions of the places database."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

MATCH_ADDRESSES = Permission(
    "places.match",
    Text("识别和匹配地址", "Match addresses"),
    (CITIZEN, AGENT, DATA_OFFICER, CLERK, HEAD),
)
SEARCH_PLACES = Permission(
    "places.search", Text("检索地名地址", "Search places"), (DATA_OFFICER, CLERK, HEAD)
)
MAINTAIN_PLACES = Permission(
    "places.maintain", Text("登记地名地址", "Register places"), (DATA_OFFICER, CLERK)
)
