"""``wz manage demo_accounts``: the made accounts of the demonstration city and their password."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wenzhou.kernel.identity.demo import ACCOUNTS, DEMO_PASSWORD, DemoAccount
from wenzhou.kernel.identity.models import Account, Office


class Command(BaseCommand):
    """Prints a table; refuses outside demonstration mode."""

    help = "Print the made accounts of the demonstration city."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.WZ_DEMO:
            raise CommandError("演示模式已关闭，演示账户不能登录 / demonstration mode is off (WZ_DEMO)")
        names = dict(Account.objects.filter(made=True).values_list("username", "name"))
        offices = {row.code: row.name_zh for row in Office.objects.all()}
        rows = [_row(one, names, offices) for one in ACCOUNTS if one.username in names]
        for row in [("登录名 username", "姓名 name", "角色 role", "机关 office"), *rows]:
            self.stdout.write(_line(row))
        self.stdout.write(f"\n密码 password: {DEMO_PASSWORD}")
        self.stdout.write("验证码 code: /account/demo-code/")


def _row(one: DemoAccount, names: dict[str, str], offices: dict[str, str]) -> tuple[str, ...]:
    if one.role is None:
        role = "企业经办人 agent" if one.agent else "市民 citizen"
        return (one.username, names[one.username], role, "")
    role = f"{one.role.zh} {one.role.code}"
    return (one.username, names[one.username], role, offices.get(one.office, one.office))


def _line(cells: tuple[str, ...]) -> str:
    return "".join(_padded(cell, width) for cell, width in zip(cells, (20, 12, 24, 30), strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    """Chinese characters are two columns wide on a terminal."""
    columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(1, width - columns)
