"""Pages of one application beside themselves on less data: each page in turns, judged by the worst."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from benchmarks.asking import Question, ask
from benchmarks.browsing import Browser
from benchmarks.figures import Paired, Plan, in_turns_of

_NEXT = re.compile(r'<a(?=[^>]*rel="next")[^>]*href="([^"]+)"')
_PAGES_A_TURN = 10
_SECOND = ", second page"
_ROW = '<tr id="task-'


@dataclass(frozen=True, slots=True)
class Side:
    """One served database and whose session asks."""

    port: int
    cookie: str

    def browser(self) -> Browser:
        """A person there."""
        return Browser(self.port, self.cookie)


def with_second_pages(side: Side, page: str, paths: Mapping[str, str]) -> dict[str, str]:
    """The paths by name, and where a page leads on, its second page. Raises RuntimeError when none does."""
    browser = side.browser()
    found = dict(paths)
    for name, path in paths.items():
        onward = _NEXT.search(browser.get(path))
        if onward is not None:
            found[f"{name}{_SECOND}"] = f"{page}{unescape(onward.group(1))}"
    if len(found) == len(paths):
        raise RuntimeError("no page leads on to a second one")
    return found


def rows_of(side: Side, paths: Mapping[str, str]) -> dict[str, int]:
    """How many rows each page shows."""
    browser = side.browser()
    return {name: browser.get(path).count(_ROW) for name, path in paths.items()}


def comparable(ours: Mapping[str, int], peer: Mapping[str, int]) -> list[str]:
    """Names of the pages that show as many rows on both sides. Raises RuntimeError when a first page does not.

    A second page may be the last one on the smaller side: it is left out.
    """
    names = [name for name, rows in ours.items() if peer.get(name) == rows]
    wrong = [name for name in {*ours, *peer}.difference(names) if not name.endswith(_SECOND)]
    if wrong:
        raise RuntimeError(f"not the same number of rows: {', '.join(sorted(wrong))}")
    return names


def beside(ours: tuple[Side, Sequence[str]], peer: tuple[Side, Sequence[str]], plan: Plan) -> list[Paired]:
    """The median time (ms) of each page, in turns; pages take turns within a turn as well."""

    def turn(side: Side, paths: Sequence[str]) -> list[float]:
        question = Question(side.port, paths, {"wz_session": side.cookie})
        answers = ask(question, plan.seconds * max(1.0, len(paths) / _PAGES_A_TURN), 1, rounds=3)
        return [statistics.median(times) * 1000 for times in answers.by_path]

    return in_turns_of(lambda: turn(*ours), lambda: turn(*peer), plan.pairs)


def worst(names: Sequence[str], paired: Sequence[Paired]) -> tuple[str, Paired]:
    """The page that suffers most from more data."""
    return max(zip(names, paired, strict=True), key=lambda page: page[1].ratio)


def slowest(names: Sequence[str], paired: Sequence[Paired]) -> tuple[str, Paired]:
    """The page that takes longest."""
    return max(zip(names, paired, strict=True), key=lambda page: statistics.median(page[1].ours))
