"""One city and one browser for all journeys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from e2e.city import ROOT, City
from e2e.people import Someone
from wenzhou.kernel.base.testing import browser_program

SHOTS = ROOT / "build" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, empty_city: Callable[[str], str]) -> Iterator[City]:
    """A city with few people, running on the server of the tests (a copy of their migrated database); or the one that
    WZ_CITY_PORT names, while a journey is written.
    """
    if port := os.environ.get("WZ_CITY_PORT"):
        yield City(tmp_path_factory.mktemp("city") / "data", port=int(port))
        return
    made = City(
        tmp_path_factory.mktemp("city") / "data",
        database=empty_city(f"e2e_city_{os.environ.get('PYTEST_XDIST_WORKER', '')}"),
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the journeys are skipped, and fail where a browser is required."""
    path = browser_program()
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def meet(browser: Browser, city: City) -> Iterator[object]:
    """``meet(name, width=1440, language="zh-hans", fresh=False)``: a signed-in person at a browser of her own;
    ``fresh``: signed in just now, as on another device.

    When the test ends, no page may have said anything on its console, and axe nothing of any page looked at.
    """
    SHOTS.mkdir(parents=True, exist_ok=True)
    people: list[Someone] = []

    def one(name: str = "", *, width: int = 1440, language: str = "zh-hans", fresh: bool = False) -> Someone:
        person = Someone(browser, city, width=width, language=language, shots=SHOTS)
        people.append(person)
        if name and fresh:
            person.sign_in(name)
        elif name:
            person.come(name)
        return person

    yield one
    said = [line for person in people for line in person.said]
    for person in people:
        person.leave()
    assert said == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share the city, so they share a process of the run."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("city"))
