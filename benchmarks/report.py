"""docs/benchmarks.md: one table, of which a run renews the lines that it has measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Plan, Result

COLUMNS = ("workload", "ours", "peer", "ratio", "spread", "floor", "result", "load", "machine", "date (UTC)")
TITLES = {
    "home": "home page, beside the home page of `wagtail start`",
    "service": "service guide page, beside a bare Django view of one row in a template",
    "register-read": "person by number with session, rights and access journal, beside a bare Django view of one row",
    "as-of-read": "person as of a day, 1,000,000 versions, beside the point read by primary key (pgbench)",
    "worklist": "worklist with 100,000 open cases, every tab and filter, beside itself with 1,000",
    "office-figures": "head's figures and map with 100,000 open and 100,000 decided cases, beside themselves with 1,000",
    "load": "loading 100,000 made persons with households",
    "busy-day": "100 citizens apply at once while 8 clerks work",
    "linkage": "record linkage of 1,000,000 people's records in three lists, beside Splink alone",
    "registers": "the registers at the size of a city",
    "registers-load": "first load of persons and their versions with all indexes, keys and proofs, beside plain COPY by two streams",
    "registers-read": "person as of a day at the size of a city, beside the point read by primary key (pgbench)",
    "registers-create": "one person entered with event and audit, beside one party of Tryton",
    "registers-search": "search by name, slowest of four kinds",
    "registers-figures": "population by town",
}
HEAD = """# Benchmarks

Made by `./wz bench`; do not edit. Ours and the peer take turns in one run (A B A B …), on the same machine, database
server and web server settings; the ratio is the median of the ratios of neighbouring turns, the spread the
smallest and the largest of them. “load” is the machine's load average when the line was measured: absolute figures
taken on a busy machine say little, ratios say more. A line that breaks or misses its floor says FAIL. How each is
measured stands in `benchmarks/workloads/`; the peers in `benchmarks/peers/`.
"""


def machine() -> str:
    """Cores, memory and processor of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, Python {platform.python_version()}"
    )


def verdict(result: Result) -> str:
    """What the table says of a line."""
    if result.skipped:
        return "skipped"
    if not result.passed:
        return "**FAIL**"
    return "pass" if result.floor else "reported"


def line_of(result: Result) -> str:
    """One line for the terminal."""
    floor = f"floor {result.floor}" if result.floor else "no floor"
    ratio = "" if result.ratio is None else f" ratio {result.ratio:.2f} ({floor})"
    return f"{result.name:14} {verdict(result):9} ours {result.ours}, peer {result.peer}{ratio} {result.note}"


@dataclass
class Table:
    """The lines of the document by workload."""

    lines: dict[str, str]

    @classmethod
    def read(cls, document: Path) -> Table:
        """The lines that an earlier run has written."""
        lines = {}
        for line in document.read_text("utf-8").splitlines() if document.exists() else ():
            name = line.removeprefix("| `").partition("`")[0]
            if line.startswith("| `") and name in TITLES:
                lines[name] = line
        return cls(lines)

    def put(self, results: Iterable[Result], plan: Plan) -> None:
        """Renew the lines of these results."""
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        for result in results:
            spread = f"{result.spread[0]:.2f}–{result.spread[1]:.2f}" if result.spread else "-"
            cells = (
                f"`{result.name}` {TITLES[result.name]}{f' ({result.note})' if result.note else ''}",
                result.ours,
                result.peer,
                "-" if result.ratio is None else f"{result.ratio:.2f}×",
                f"{spread}, {plan.pairs} pairs" if result.spread else "-",
                str(result.floor or "-"),
                verdict(result),
                f"{os.getloadavg()[0]:.1f}",
                machine(),
                when,
            )
            self.lines[result.name] = "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"

    def write(self, document: Path) -> None:
        """The whole document, lines in the order of the titles."""
        head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"
        body = "\n".join(self.lines[name] for name in TITLES if name in self.lines)
        document.write_text(f"{HEAD}\n{head}\n{body}\n", "utf-8")
