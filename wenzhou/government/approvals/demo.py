"""Made applications for restaurants in Lucheng over the last 120 days: in every state, marked as made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from random import Random

from django.utils import timezone

from wenzhou.government.approvals.restaurant import OPEN_RESTAURANT
from wenzhou.government.approvals.restaurant_form import AREAS
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.api import MadeAsk, MadeCase, MadeStep, load_made_cases, made_cases_done
from wenzhou.kernel.geo.api import Place, villages
from wenzhou.kernel.identity.api import AccountRef, PersonRef, made_applicants

SEED = 3303
CHUNK = 20
"""Cases in one transaction."""

APPLICANTS = 120
LUCHENG = AREAS[0]

PLACES = [
    "瓯江",
    "江心",
    "塘河",
    "白鹿",
    "雁荡",
    "九山",
    "松台",
    "望江",
    "楠溪",
    "海坦",
    "华盖",
    "积谷",
    "巽山",
    "翠微",
    "郭公",
    "谢池",
]
TASTES = [
    "渔味",
    "小厨",
    "人家",
    "食坊",
    "小馆",
    "味道",
    "饭庄",
    "时光",
    "一品",
    "私房",
    "老灶",
    "鲜面",
    "云吞",
    "鱼丸",
    "敲鱼",
    "麦饼",
]
LINES = (  # line of business, what such a firm is called, kind of food, weight
    ("H6210", "餐饮店", "hot", 45),
    ("H6220", "快餐店", "hot", 20),
    ("H6231", "茶馆", "drink", 8),
    ("H6232", "咖啡馆", "drink", 12),
    ("H6291", "小吃店", "cold", 15),
)

Days = tuple[int, ...]
PACE: Mapping[str, Days] = {  # working days that a step takes, each as likely as it stands here often
    "accept": (0, 0, 0, 1, 1),
    "business_licence": (0, 0, 1, 1, 1, 1, 1, 1, 1, 2),
    "food_permit": (2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 7),
    "fire_check": (1, 1, 2, 2, 2, 3, 3, 3, 3, 4),
    "shop_sign": (1, 1, 1, 2, 2, 2, 2, 3),
}
REVIEWS = ("business_licence", "food_permit", "fire_check", "shop_sign")
NOT_ACCEPTED = (
    "经营场所位于已公告的征收范围内，不符合受理条件（《行政许可法》第三十二条）。",
    "申请材料主体与申请人不一致，请以经营者本人名义重新申请（《行政许可法》第三十二条）。",
)
REFUSALS: Mapping[str, tuple[str, ...]] = {
    "business_licence": ("住所证明与填报地址不符，不符合《市场主体登记管理条例》第十一条。",),
    "food_permit": (
        "厨房与卫生间之间没有有效隔离，不符合《食品安全法》第三十三条第二项。",
        "生食加工未设专间，不符合《食品经营许可和备案管理办法》第十二条。",
    ),
    "fire_check": (
        "现场检查发现安全出口被货架占用，不符合《消防法》第二十八条。",
        "厨房排烟罩未设自动灭火装置，不符合《消防法》第十五条的检查要求。",
    ),
    "shop_sign": ("店招高度遮挡二楼窗户，不符合《城市市容和环境卫生管理条例》第十一条。",),
}
ASKS: Mapping[str, tuple[str, Text]] = {
    "food_permit": (
        "layout",
        Text("平面图未标明粗加工区和洗消区，请补标后重新上传。", "Mark the washing areas on the plan."),
    ),
    "fire_check": (
        "layout",
        Text("请在平面图上补标灭火器和疏散指示的位置。", "Mark extinguishers and exit signs on the plan."),
    ),
    "shop_sign": (
        "sign-drawing",
        Text("效果图缺少安装高度和尺寸，请补充。", "Give height and dimensions in the drawing."),
    ),
}
COMMENTS: Mapping[int, tuple[str, ...]] = {
    5: ("", "", "一次提交就办好了，很方便。", "不用跑四个部门了，满意。", "办理比承诺的还快。"),
    4: ("", "", "整体不错，希望能早点通知现场检查时间。"),
    3: ("", "补材料的说明可以更清楚一些。"),
    2: ("等的时间比说好的长。",),
    1: ("现场检查约了两次才来。",),
}
STARS = (0,) * 30 + (5,) * 42 + (4,) * 19 + (3,) * 5 + (2,) * 2 + (1,) * 2
STARS_REFUSED = (0, 0, 0, 4, 3, 3, 2)


@dataclass(frozen=True, slots=True)
class Story:
    """How one application goes: ``ago`` days before today, ``kind`` names what becomes of it."""

    ago: int
    kind: str


OLDEST, SETTLED = 120, 16
"""Days: the first application, and the last of those that are decided by now."""

RUNNING = (  # days ago, what it waits for
    (15, "late-food"), (13, "late-fire"), (12, "late-food"), (11, "late-sign"), (10, "paused-food"),
    (9, "asked-fire"), (9, "paused-fire"), (8, "last-food"), (8, "paused-sign"), (7, "last-food"),
    (7, "last-food"), (7, "paused-food"), (6, "last-food"), (6, "last-fire"), (6, "last-food"),
    (5, "last-food"), (5, "last-fire"), (5, "asked-food"), (4, "paused-fire"), (4, "some"),
    (4, "some"), (3, "some"), (3, "some"), (3, "some"), (2, "some"),
    (2, "some"), (2, "review"), (2, "review"), (1, "review"), (1, "review"),
    (1, "review"), (1, "new"), (1, "new"), (0, "new"), (0, "new"), (0, "new"),
)  # fmt: skip
DECIDED = 124
KINDS = ("granted",) * 100 + ("refused",) * 12 + ("not-accepted",) * 5 + ("withdrawn",) * 7


@cache
def stories() -> tuple[Story, ...]:
    """All applications, the oldest first."""
    random = Random(SEED)
    kinds = random.sample(KINDS, DECIDED)
    step = (OLDEST - SETTLED) / (DECIDED - 1)
    decided = [Story(round(OLDEST - step * place), kind) for place, kind in enumerate(kinds)]
    return (*decided, *(Story(ago, kind) for ago, kind in RUNNING))


def load(persons: int, say: Callable[[str], None]) -> None:
    """Load the applications that are missing; without made people in Lucheng there is nobody to apply."""
    wanted, done = len(stories()), made_cases_done()
    if done >= wanted:
        return
    applicants = made_applicants(LUCHENG, APPLICANTS)
    if not applicants:
        say("鹿城区没有虚构人口，不生成办件 / no made people in Lucheng, so no made cases")
        return
    for first in range(done, wanted, CHUNK):
        chunk = range(first, min(first + CHUNK, wanted))
        load_made_cases(OPEN_RESTAURANT, [_plan(index, applicants) for index in chunk])
    say(f"办件 {wanted} 件 / {wanted} cases (made)")


def _plan(index: int, applicants: Sequence[tuple[AccountRef, PersonRef]]) -> MadeCase:
    """The application number ``index``: the same one whenever it is asked for on a day."""
    story = stories()[index]
    random = Random(f"{SEED}:{index}")
    account, person = applicants[index % len(applicants)]
    submitted = _submitted(story.ago, random)
    withdrawn = submitted + timedelta(hours=random.randint(5, 60)) if story.kind == "withdrawn" else None
    stars = random.choice({"granted": STARS, "refused": STARS_REFUSED}.get(story.kind, (0,)))
    return MadeCase(
        index=index,
        account=account,
        person=person,
        submitted_at=submitted,
        answers=_answers(index, person, random),
        steps=_steps(story.kind, random),
        promised=frozenset(code for code in ("health", "sign-drawing") if random.random() < 0.12)
        if story.ago < SETTLED
        else frozenset(),
        withdrawn_at=withdrawn,
        stars=stars,
        comment=random.choice(COMMENTS[stars]) if stars else "",
    )


def _submitted(ago: int, random: Random) -> datetime:
    now = timezone.now()
    if not ago:
        return now - timedelta(minutes=random.randint(15, 240))
    day = timezone.localdate(now) - timedelta(days=ago)
    at = datetime.combine(day, time(random.randint(8, 19), random.randint(0, 59)))
    return timezone.make_aware(at)


def _steps(kind: str, random: Random) -> dict[str, MadeStep]:
    """What becomes of each step in an application of this kind."""
    steps = {"accept": MadeStep(after=random.choice(PACE["accept"]), outcome="accepted")}
    for element in REVIEWS:
        steps[element] = MadeStep(after=random.choice(PACE[element]), outcome="approved")
    if kind == "granted" and random.random() < 0.15:
        return steps | _asked(random.choice(tuple(ASKS)), random, waits=random.randint(1, 4))
    if kind == "refused":
        element = random.choice(("food_permit", "fire_check", "fire_check", "shop_sign", "business_licence"))
        why = random.choice(REFUSALS[element])
        return steps | {element: MadeStep(after=steps[element].after, outcome="refused", reasons=why)}
    if kind == "not-accepted":
        return {"accept": MadeStep(after=0, outcome="not_accepted", reasons=random.choice(NOT_ACCEPTED))}
    return _running(kind, steps, random)


SHORT = {"food": "food_permit", "fire": "fire_check", "sign": "shop_sign"}


def _running(kind: str, steps: dict[str, MadeStep], random: Random) -> dict[str, MadeStep]:
    if kind == "new":
        return {"accept": MadeStep(claimed=random.random() < 0.3)}
    accepted = {"accept": MadeStep(after=0, outcome="accepted")}
    waiting = MadeStep(claimed=random.random() < 0.5)
    if kind == "review":
        return accepted | dict.fromkeys(REVIEWS, waiting)
    if kind == "some":
        quick = {"business_licence": MadeStep(after=random.choice((0, 1)), outcome="approved")}
        return accepted | quick | {element: MadeStep() for element in REVIEWS[1:]}
    how, _, short = kind.partition("-")
    if how in ("late", "last"):
        return steps | accepted | {SHORT[short]: waiting}
    if how in ("paused", "asked"):
        return (
            steps | accepted | _asked(SHORT[short], random, waits=None if how == "paused" else 1, open_=True)
        )
    return steps


def _asked(element: str, random: Random, *, waits: int | None, open_: bool = False) -> dict[str, MadeStep]:
    paper, reason = ASKS[element]
    after = None if open_ else random.choice(PACE[element])
    ask = MadeAsk(paper=paper, reason=reason, after=1, waits=waits)
    return {
        element: MadeStep(after=max(after, 2) if after is not None else None, outcome="approved", ask=ask)
    }


@cache
def _names() -> tuple[str, ...]:
    names = [place + taste for place in PLACES for taste in TASTES]
    Random(SEED).shuffle(names)
    return tuple(names)


@cache
def _places() -> tuple[tuple[Place, ...], tuple[float, ...]]:
    """The villages and communities of Lucheng; restaurants open in communities, a few of them busy."""
    places = villages(LUCHENG)
    weights = tuple(
        (6.0 if place.name.zh.endswith("社区") else 1.0) * Random(place.code).paretovariate(1.2)
        for place in places
    )
    return places, weights


def _answers(index: int, person: PersonRef, random: Random) -> dict[str, str]:
    """The form as it is typed."""
    name = _names()[index % len(_names())]
    line, called, food, _ = random.choices(LINES, [one[-1] for one in LINES])[0]
    limited = random.random() < 0.2
    place = random.choices(*_places())[0]
    floor = random.randint(25, 320)
    seats = int(floor / random.uniform(2.2, 4.0))
    return {
        "applicant_name": person.name,
        "applicant_number": person.number,
        "phone": f"0577-0000{random.randint(1000, 9999)}",  # no exchange begins with 0: it reaches nobody
        "firm_name": f"温州{name}餐饮有限公司" if limited else f"温州市鹿城区{name}{called}",
        "firm_kind": "limited" if limited else "individual",
        "line": line,
        "capital": str(
            random.choice((30, 50, 100, 200, 300, 500) if limited else (3, 5, 8, 10, 20)) * 10_000
        ),
        "division": place.code,
        "address": f"{place.name.zh}{random.randint(1, 260)}号{random.choice(('', '一层', '二层'))}",
        "floor_area": str(floor),
        "seats": str(seats),
        "food": food,
        "kitchen_area": str(max(6, floor // random.randint(3, 5))),
        "food_staff": str(random.randint(1, 3) + seats // 20),
        "storey": random.choice(("1", "1", "1", "2")),
        "exits": "2" if seats > 50 else random.choice(("1", "2")),
        "gas": random.choice(("yes", "yes", "no")),
        "sprinkler": "yes" if floor > 200 else "no",
        "sign_text": name,
        "sign_width": f"{random.uniform(2, 8):.1f}",
        "sign_height": f"{random.uniform(0.6, 1.5):.1f}",
        "sign_lit": random.choice(("yes", "yes", "no")),
    }
