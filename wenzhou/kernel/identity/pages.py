"""The list of identity's pages, for its manifest."""

from __future__ import annotations

from wenzhou.kernel.base.pages import MINE, OPERATIONS, SERVICES, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.permissions import MANAGE_ACCOUNTS, OWN_ACCOUNT
from wenzhou.kernel.identity.views import managing, mine, public

_MINE = (
    Page(
        name="home",
        path="account/",
        view=mine.home,
        title=Text("我的账户", "My account"),
        permission=OWN_ACCOUNT,
        nav=Nav(MINE, 80, "user-circle"),
    ),
    Page(
        name="acting",
        path="account/acting/",
        view=mine.acting,
        title=Text("切换办事身份", "Act for a firm"),
        permission=OWN_ACCOUNT,
        nav=Nav(MINE, 81, "building-store"),
    ),
    Page(
        name="delegations",
        path="account/delegations/",
        view=mine.delegations,
        title=Text("委托代办", "Delegations"),
        permission=OWN_ACCOUNT,
        nav=Nav(MINE, 82, "users"),
    ),
    Page(
        name="accept_delegation",
        path="account/delegations/<uuid:delegation>/accept/",
        view=mine.accept,
        title=Text("接受委托", "Accept a delegation"),
        permission=OWN_ACCOUNT,
    ),
    Page(
        name="revoke_delegation",
        path="account/delegations/<uuid:delegation>/revoke/",
        view=mine.revoke,
        title=Text("撤销委托", "Revoke a delegation"),
        permission=OWN_ACCOUNT,
    ),
    Page(
        name="real_name",
        path="account/real-name/",
        view=mine.real_name,
        title=Text("实名核验", "Real-name check"),
        permission=OWN_ACCOUNT,
    ),
    Page(
        name="end_session",
        path="account/devices/<int:session>/end/",
        view=mine.end_session,
        title=Text("退出设备", "Sign a device out"),
        permission=OWN_ACCOUNT,
    ),
)

_MANAGING = (
    Page(
        name="accounts",
        path="accounts/",
        view=managing.accounts,
        title=Text("账户与岗位", "Accounts and posts"),
        permission=MANAGE_ACCOUNTS,
        nav=Nav(OPERATIONS, 40, "users"),
    ),
    Page(
        name="account",
        path="accounts/<uuid:account>/",
        view=managing.account,
        title=Text("账户", "Account"),
        permission=MANAGE_ACCOUNTS,
    ),
    Page(
        name="give_post",
        path="accounts/<uuid:account>/posts/",
        view=managing.give_post,
        title=Text("任职", "Give a post"),
        permission=MANAGE_ACCOUNTS,
    ),
    Page(
        name="end_post",
        path="accounts/posts/<uuid:holding>/end/",
        view=managing.end_post,
        title=Text("免职", "End a post"),
        permission=MANAGE_ACCOUNTS,
    ),
    Page(
        name="lock",
        path="accounts/<uuid:account>/lock/",
        view=managing.lock,
        title=Text("锁定账户", "Lock an account"),
        permission=MANAGE_ACCOUNTS,
    ),
    Page(
        name="unlock",
        path="accounts/<uuid:account>/unlock/",
        view=managing.unlock,
        title=Text("解锁账户", "Unlock an account"),
        permission=MANAGE_ACCOUNTS,
    ),
)

_PUBLIC = (
    Page(
        name="offices",
        path="offices/",
        view=public.offices,
        title=Text("机关名录", "Offices"),
        public=True,
        nav=Nav(SERVICES, 80, "building-bank"),
    ),
    Page(
        name="activate",
        path="account/activate/",
        view=public.activate,
        title=Text("激活账户", "Activate an account"),
        public=True,
    ),
    Page(
        name="demo_accounts",
        path="account/demo-accounts/",
        view=public.demo_accounts,
        title=Text("演示账户", "Demonstration accounts"),
        public=True,
    ),
    Page(
        name="demo_code",
        path="account/demo-code/",
        view=public.demo_code,
        title=Text("演示验证码", "Demonstration code"),
        public=True,
    ),
)

PAGES = (*_MINE, *_MANAGING, *_PUBLIC)
