"""The worklist of an office with 100,000 open tasks beside itself with 1,000: every tab and every filter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import psycopg

from benchmarks.figures import Floor, Plan, Result, judged
from benchmarks.ground import Ground
from benchmarks.office_load import CLERK, OFFICE, RARE_NAME, RARE_STEP, office
from benchmarks.pages import Side, beside, comparable, rows_of, with_second_pages, worst
from benchmarks.serving import served

FLOOR = Floor("≤", 1.5)
MANY, FEW = 100_000, 1_000
MANY_QUICK, FEW_QUICK = 4_000, 1_000
PAGE = "/work/"
TABS = ("open", "mine", "waiting", "all", "done")


def run(ground: Ground, plan: Plan) -> Result:
    """The worst of all pages by its median time over one connection; each shows as many rows on both sides."""
    many, few = (MANY_QUICK, FEW_QUICK) if plan.quick else (MANY, FEW)
    urls = [office(ground, count) for count in (many, few)]
    cookies = [ground.prepare(url, "sessions", usernames=[CLERK])[CLERK] for url in urls]
    application = "wenzhou.city.wsgi:application"
    with (
        served(application, ground.environment(urls[0])) as port_many,
        served(application, ground.environment(urls[1])) as port_few,
    ):
        sides = [Side(port, cookie) for port, cookie in zip((port_many, port_few), cookies, strict=True)]
        paths = [with_second_pages(side, PAGE, _paths(url)) for side, url in zip(sides, urls, strict=True)]
        shown = [rows_of(side, pages) for side, pages in zip(sides, paths, strict=True)]
        names = comparable(*shown)
        paired = beside(
            (sides[0], [paths[0][name] for name in names]),
            (sides[1], [paths[1][name] for name in names]),
            plan,
        )
    for name, page in sorted(zip(names, paired, strict=True), key=lambda page: -page[1].ratio)[:5]:
        ground.say(f"  {page.ratio:.2f}× {name} ({shown[0][name]} rows)")
    name, page = worst(names, paired)
    first = f"first page of open tasks {paired[0].ratio:.2f}×"
    return judged(
        "worklist",
        page,
        "ms",
        FLOOR,
        note=f"{many:,} beside {few:,} open tasks of one office; worst of {len(names)} pages: {name}; {first}",
    )


def _paths(url: str) -> dict[str, str]:
    """What a clerk asks for: the tabs, and each filter where much, little and nothing passes it."""
    month = f"WZ{datetime.now(UTC) - timedelta(days=15):%Y%m}"
    wanted = {
        **{f"tab {tab}": {"tab": tab} for tab in TABS},
        **{f"{tab}, overdue": {"tab": tab, "late": "1"} for tab in ("open", "mine", "all")},
        **{f"{tab}, common step": {"tab": tab, "step": "business_licence"} for tab in TABS},
        **{f"{tab}, rare step": {"tab": tab, "step": RARE_STEP} for tab in TABS},
        **{f"{tab}, common name": {"tab": tab, "firm": "温州市"} for tab in TABS},
        **{f"{tab}, rare name": {"tab": tab, "firm": RARE_NAME} for tab in TABS},
        **{f"{tab}, no such name": {"tab": tab, "firm": "没有这家"} for tab in ("open", "all", "done")},
        **{f"{tab}, numbers of a month": {"tab": tab, "number": month} for tab in ("open", "mine", "all")},
        **{f"{tab}, all numbers": {"tab": tab, "number": "WZ"} for tab in TABS},
        "all, one number": {"tab": "all", "number": _one_number(url)},
        "all, rare step, overdue": {"tab": "all", "step": RARE_STEP, "late": "1"},
        "open, common step and name, overdue": {
            "tab": "open", "step": "business_licence", "firm": "温州市", "late": "1",
        },
    }  # fmt: skip
    return {name: f"{PAGE}?{urlencode(query)}" for name, query in wanted.items()}


def _one_number(url: str) -> str:
    """The number of a task in the middle of the list."""
    query = (
        "SELECT number FROM cases_task WHERE office_id = %s AND state = 'open' ORDER BY deadline, id"
        " OFFSET (SELECT count(*) / 2 FROM cases_task WHERE office_id = %s AND state = 'open') LIMIT 1"
    )
    with psycopg.connect(url) as connection:
        row = connection.execute(query, [OFFICE, OFFICE]).fetchone()
    if row is None:
        raise RuntimeError("no task is open")
    return str(row[0])
