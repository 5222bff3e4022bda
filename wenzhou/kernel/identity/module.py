"""Manifest of identity."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import demo
from wenzhou.kernel.identity.events import EVENTS
from wenzhou.kernel.identity.pages import PAGES
from wenzhou.kernel.identity.permissions import MANAGE_ACCOUNTS, OPEN_ACCOUNTS, OWN_ACCOUNT
from wenzhou.kernel.identity.tasks import PURGE_CACHE

MODULE = Module(
    code="identity",
    title=Text("统一身份", "Identity"),
    summary=Text(
        "一个账户对应一个人：实名、机关、岗位、委托和登录。",
        "One account for each person: real name, offices, posts, delegation and sign-in.",
    ),
    group="kernel",
    rows=("K1",),
    clauses=("4.2",),
    depends_on=(BASE,),
    permissions=(MANAGE_ACCOUNTS, OPEN_ACCOUNTS, OWN_ACCOUNT),
    emits=EVENTS,
    jobs=(PURGE_CACHE,),
    pages=PAGES,
    demo=Demo(load=demo.load, order=40),
)
