"""Figures and map of the head of an office with 100,000 open and as many decided cases, beside 1,000."""

from __future__ import annotations

from benchmarks.figures import Floor, Plan, Result, judged
from benchmarks.ground import Ground
from benchmarks.office_load import HEAD, office
from benchmarks.pages import Side, beside, slowest
from benchmarks.serving import served
from benchmarks.workloads.worklist import FEW, FEW_QUICK, MANY, MANY_QUICK

FLOOR = Floor("≤", 100, "ms")
PAGES = {
    "figures of 30 days": "/work/figures/?days=30",
    "figures of 90 days": "/work/figures/",
    "figures of a year": "/work/figures/?days=365",
    "map of open cases": "/work/map/",
    "map of decided cases": "/work/map/?figure=cases-decided",
    "map of a county": "/work/map/?area=330302",
}


def run(ground: Ground, plan: Plan) -> Result:
    """The slowest of all pages by its median time over one connection."""
    many, few = (MANY_QUICK, FEW_QUICK) if plan.quick else (MANY, FEW)
    urls = [office(ground, count) for count in (many, few)]
    cookies = [ground.prepare(url, "sessions", usernames=[HEAD])[HEAD] for url in urls]
    application = "wenzhou.city.wsgi:application"
    with (
        served(application, ground.environment(urls[0])) as port_many,
        served(application, ground.environment(urls[1])) as port_few,
    ):
        sides = [Side(port, cookie) for port, cookie in zip((port_many, port_few), cookies, strict=True)]
        paths = list(PAGES.values())
        paired = beside((sides[0], paths), (sides[1], paths), plan)
    for name, page in zip(PAGES, paired, strict=True):
        ground.say(f"  {sorted(page.ours)[len(page.ours) // 2]:.0f} ms {name}")
    name, page = slowest(list(PAGES), paired)
    note = f"{many:,} open and as many decided cases beside {few:,}; slowest of {len(PAGES)} pages: {name}"
    return judged("office-figures", page, "ms", FLOOR, note=note)
