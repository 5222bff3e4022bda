"""Manifest of the counters."""

from __future__ import annotations

from wenzhou.government.window import views
from wenzhou.government.window.services import CONSUMER, OPENING
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.pages import WORK, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.api import PERSON_PROFILE, Use
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.identity.permissions import OPEN_ACCOUNTS

USE_PERSON = Use(
    resource=PERSON_PROFILE,
    consumer=CONSUMER,
    purposes=(OPENING,),
    fields=("number", "name"),
    legal_basis=Text(
        "《国务院关于在线政务服务的若干规定》第十条",
        "Provisions of the State Council on Online Government Services, article 10",
    ),
    unmasked=True,
)

MODULE = Module(
    code="window",
    title=Text("政务服务窗口", "Service counters"),
    summary=Text(
        "窗口人员当面为群众开户：查人口库、核身份证、打印激活凭条。",
        "Clerks open accounts for people at the counter: register, identity card, a printed slip.",
    ),
    group="government",
    rows=("G2",),
    clauses=("2.9",),
    depends_on=(IDENTITY, EXCHANGE),
    pages=(
        Page(
            name="open-account",
            path="window/accounts/",
            view=views.open_account,
            title=Text("窗口开户", "Open an account"),
            permission=OPEN_ACCOUNTS,
            nav=Nav(WORK, 40, "user-plus"),
        ),
    ),
    declares=(USE_PERSON,),
)
