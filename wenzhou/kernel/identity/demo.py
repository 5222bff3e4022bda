"""The demonstration city's offices and accounts: made, marked as made, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from wenzhou.kernel.base.actors import AUDITOR, CLERK, DATA_OFFICER, EDITOR, HEAD, OPERATOR, Role
from wenzhou.kernel.base.standards import gb11643, gb32100
from wenzhou.kernel.identity.models import (
    Account,
    Delegation,
    DelegationState,
    Office,
    Organisation,
    Person,
    PostHolding,
)

Say = Callable[[str], None]

DEMO_PASSWORD = "Wenzhou-Demo-2026"  # noqa: S105 - published: made accounts sign in by it in demonstration mode only
MAIL_DOMAIN = "demo.wenzhou.example"
SINCE = date(2026, 1, 1)

CITY, LUCHENG, OUHAI = "3303", "330302", "330304"

# function → its name in a county, in the city, in English
FUNCTIONS = {
    "market-supervision": ("市场监督管理局", "市场监督管理局", "Market Supervision Administration"),
    "fire-brigade": ("消防救援大队", "消防救援支队", "Fire and Rescue Brigade"),
    "urban-management": ("综合行政执法局", "综合行政执法局", "Urban Management Bureau"),
    "government-services": ("政务服务中心", "政务服务中心", "Government Service Centre"),
    "human-resources": ("人力资源和社会保障局", "人力资源和社会保障局", "Human Resources Bureau"),
    "public-security": ("公安分局", "公安局", "Public Security Bureau"),
    "organisation-establishment": (
        "机构编制委员会办公室",
        "机构编制委员会办公室",
        "Organisation Establishment Office",
    ),
    "civil-affairs": ("民政局", "民政局", "Civil Affairs Bureau"),
    "natural-resources": (
        "自然资源和规划分局",
        "自然资源和规划局",
        "Natural Resources and Planning Bureau",
    ),
}
AREAS = {
    CITY: ("wenzhou", "温州市", "Wenzhou"),
    LUCHENG: ("lucheng", "鹿城区", "Lucheng"),
    OUHAI: ("ouhai", "瓯海区", "Ouhai"),
}
DATA_BUREAU = "wenzhou-data-bureau"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One made account. ``role`` None is a person without a post; ``agent``: she acts for a made firm."""

    username: str
    name: str
    role: Role | None = None
    office: str = ""
    agent: bool = False


ACCOUNTS = (
    DemoAccount("citizen", "陈海燕"),
    DemoAccount("citizen2", "林国强"),
    DemoAccount("agent", "郑晓芳", agent=True),
    DemoAccount("lc-market-clerk", "黄志远", CLERK, "lucheng-market-supervision"),
    DemoAccount("lc-market-clerk2", "周雅琴", CLERK, "lucheng-market-supervision"),
    DemoAccount("lc-market-head", "吴建军", HEAD, "lucheng-market-supervision"),
    DemoAccount("lc-fire-clerk", "徐立伟", CLERK, "lucheng-fire-brigade"),
    DemoAccount("lc-fire-head", "孙大勇", HEAD, "lucheng-fire-brigade"),
    DemoAccount("lc-urban-clerk", "胡晓峰", CLERK, "lucheng-urban-management"),
    DemoAccount("lc-urban-head", "朱慧敏", HEAD, "lucheng-urban-management"),
    DemoAccount("lc-window", "潘丽娜", CLERK, "lucheng-government-services"),
    DemoAccount("lc-window-head", "金素珍", HEAD, "lucheng-government-services"),
    DemoAccount("lc-hr-clerk", "叶文静", CLERK, "lucheng-human-resources"),
    DemoAccount("lc-hr-head", "蒋宏伟", HEAD, "lucheng-human-resources"),
    DemoAccount("lc-police-clerk", "谢志强", CLERK, "lucheng-public-security"),
    DemoAccount("lc-police-head", "董海波", HEAD, "lucheng-public-security"),
    DemoAccount("lc-staffing-clerk", "郑思远", CLERK, "lucheng-organisation-establishment"),
    DemoAccount("lc-civil-clerk", "林晓慧", CLERK, "lucheng-civil-affairs"),
    DemoAccount("lc-land-clerk", "戴永康", CLERK, "lucheng-natural-resources"),
    DemoAccount("oh-market-clerk", "倪佳佳", CLERK, "ouhai-market-supervision"),
    DemoAccount("oh-market-head", "余德明", HEAD, "ouhai-market-supervision"),
    DemoAccount("oh-fire-clerk", "夏建平", CLERK, "ouhai-fire-brigade"),
    DemoAccount("oh-urban-clerk", "邵玲玲", CLERK, "ouhai-urban-management"),
    DemoAccount("editor", "王思齐", EDITOR, "wenzhou-government-services"),
    DemoAccount("auditor", "高正明", AUDITOR, "wenzhou-data-bureau"),
    DemoAccount("data-officer", "范文博", DATA_OFFICER, "wenzhou-data-bureau"),
    DemoAccount("operator", "施一鸣", OPERATOR, "wenzhou-data-bureau"),
)


def load(persons: int, say: Say) -> None:
    """Offices, accounts, posts and one delegation. Each is made when missing and otherwise left alone."""
    offices = load_offices()
    say(f"机关 {offices} 个 / {offices} offices")
    for account in ACCOUNTS:
        with transaction.atomic():  # an account stands with its address and post, or not at all
            _load_account(account)
    say(f"账户 {len(ACCOUNTS)} 个 / {len(ACCOUNTS)} accounts (./wz manage demo_accounts)")


def load_offices() -> int:
    """The functions in the city and two counties, and the city's data bureau; how many there are."""
    rows = [_office(function, area) for area in AREAS for function in FUNCTIONS]
    rows.append(
        Office(
            code=DATA_BUREAU,
            function="data",
            area=CITY,
            name_zh="温州市数据局",
            name_en="Wenzhou Data Bureau",
            address="温州市演示大道 1 号",
            telephone="0577-0000 0199",
            made=True,
        )
    )
    Office.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _office(function: str, area: str) -> Office:
    county, city, english = FUNCTIONS[function]
    slug, zh, en = AREAS[area]
    number = list(AREAS).index(area) * 10 + list(FUNCTIONS).index(function) + 1
    return Office(
        code=f"{slug}-{function}",
        function=function,
        area=area,
        name_zh=zh + (city if area == CITY else county),
        name_en=f"{en} {english}",
        address=f"{zh}演示路 {number} 号",
        telephone=f"0577-0000 {number:04d}",  # no exchange begins with 0: it reaches nobody
        made=True,
    )


def _load_account(demo: DemoAccount) -> None:
    row = Account.objects.select_for_update().filter(username=demo.username).first()
    if row is None:
        person = None if demo.role else _person(demo)
        row = Account.objects.create_user(
            demo.username,
            f"{demo.username}@{MAIL_DOMAIN}",
            DEMO_PASSWORD if settings.WZ_DEMO else None,
            name=person.name if person else demo.name,
            person=person,
            made=True,
        )
    if not row.made:
        return  # a real account has taken the name: it is none of ours
    EmailAddress.objects.get_or_create(
        user=row, email=row.email, defaults={"primary": True, "verified": True}
    )
    if demo.role is not None and not PostHolding.objects.filter(account=row).exists():
        office = Office.objects.get(code=demo.office)
        PostHolding.objects.create(
            account=row, role=demo.role.code, office=office, area=office.area, since=SINCE
        )
    if demo.agent and not Delegation.objects.filter(agent=row).exists():
        Delegation.objects.create(organisation=_firm(), agent=row, state=DelegationState.ACTIVE, since=SINCE)


def _person(demo: DemoAccount) -> Person:
    """A made adult of Lucheng from the population register, or one made here when it is empty."""
    taken = Account.objects.exclude(person=None).values("person")
    found = (
        Person.objects.filter(made=True, number__gte=f"{LUCHENG}1975", number__lt=f"{LUCHENG}1996")
        .exclude(id__in=taken)
        .order_by("number")
        .first()
    )
    if found is not None:
        return found
    serial = [one.username for one in ACCOUNTS].index(demo.username)
    number = gb11643.make(region=LUCHENG, born=date(1988, 6, 18), sex=gb11643.Sex.FEMALE, serial=serial)
    return Person.objects.get_or_create(number=number, defaults={"name": demo.name, "made": True})[0]


def _firm() -> Organisation:
    """A made firm of Lucheng from the register of legal persons, or one made here when it is empty."""
    firms = Organisation.objects.filter(made=True, code__startswith=f"91{LUCHENG}")
    found = firms.order_by("code").first()
    if found is not None:
        return found
    code = gb32100.make(region=LUCHENG, serial=1)
    name = "温州演示鞋业有限公司"
    return Organisation.objects.get_or_create(code=code, defaults={"name": name, "made": True})[0]
