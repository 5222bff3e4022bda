"""``./wz bench``: what it makes of figures, how it tells a failure, and that it runs. No test looks at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.figures import Floor, Paired, Plan, Result, in_turns, judged, quantile
from benchmarks.ground import Ground
from benchmarks.report import TITLES, Table, verdict
from benchmarks.workloads import WORKLOADS, Workload

ROOT = Path(__file__).resolve().parents[4]
PLAN = Plan(pairs=3, seconds=1.0, connections=1, quick=False)


def test_floors() -> None:
    assert Floor("≥", 5).holds(5.0) and not Floor("≥", 5).holds(4.99)
    assert Floor("≤", 1.5).holds(1.5) and not Floor("≤", 1.5).holds(1.51)


def test_turns_alternate_after_one_that_does_not_count() -> None:
    taken: list[str] = []

    def turn(name: str, value: float) -> float:
        taken.append(name)
        return value

    paired = in_turns(lambda: turn("a", 6.0), lambda: turn("b", 2.0), 2)
    assert taken == ["a", "b"] * 3
    assert paired.ratios == (3.0, 3.0)


def test_what_is_judged_is_the_median_of_the_ratios() -> None:
    paired = Paired((10.0, 10.0, 90.0), (20.0, 10.0, 10.0))
    result = judged("home", paired, "requests/s", Floor("≥", 2))
    assert (result.ratio, result.spread) == (1.0, (0.5, 9.0))
    assert verdict(result) == "**FAIL**"


def test_quantiles() -> None:
    assert quantile([3, 1, 2, 4], 0.5) == 3
    assert quantile([1.0] * 99 + [7.0], 0.99) == 7.0


def test_every_workload_has_its_place_in_the_table() -> None:
    assert set(WORKLOADS) <= set(TITLES)
    # A workload of several lines names each after itself.
    assert {title for title in TITLES if title not in WORKLOADS} == {
        title for title in TITLES if title.startswith("registers-")
    }


# The command, on workloads whose figures are known


def measured(name: str, ours: float) -> Workload:
    """A workload that measures ``ours`` beside a peer of 1, with a floor of 5."""
    return lambda ground, plan: judged(
        name, Paired((ours,) * plan.pairs, (1.0,) * plan.pairs), "requests/s", Floor("≥", 5)
    )


def broken(ground: Ground, plan: Plan) -> Result:
    raise RuntimeError("the page answered | 500")


Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; gives its exit code, what it said, and the lines of its table."""
    document = tmp_path / "benchmarks.md"
    monkeypatch.setattr(command, "DOCUMENT", document)

    def run(*arguments: str, **workloads: Workload) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(
            command, "WORKLOADS", {name.replace("_", "-"): work for name, work in workloads.items()}
        )
        code = command.main(list(arguments))
        written = document.read_text("utf-8").splitlines() if document.exists() else []
        return code, capsys.readouterr().out, [line for line in written if line.startswith("| `")]

    return run


def test_a_floor_that_holds_is_a_pass(bench: Run) -> None:
    code, said, lines = bench("--pairs", "3", home=measured("home", 9.0))
    assert (code, len(lines)) == (0, 1)
    assert "home           pass" in said
    assert "| 9.00× | 9.00–9.00, 3 pairs | ≥ 5× | pass |" in lines[0]


def test_a_floor_that_is_missed_is_printed_and_is_the_exit_code(bench: Run) -> None:
    code, said, lines = bench(home=measured("home", 4.9), service=measured("service", 9.0))
    assert code == 1
    assert "home           **FAIL**" in said and "service        pass" in said
    assert ["| **FAIL** |" in line for line in lines] == [True, False]


def test_a_workload_that_breaks_fails_and_the_others_still_run(bench: Run) -> None:
    code, said, lines = bench(home=broken, service=measured("service", 9.0))
    assert code == 1
    assert "home           **FAIL**" in said and "RuntimeError: the page answered" in said
    assert [line.split("`")[1] for line in lines] == ["home", "service"]
    assert {line.count(" | ") for line in lines} == {9}, "a bar in a message splits no cell"


def test_a_run_renews_the_lines_it_has_measured_and_keeps_the_others(bench: Run) -> None:
    _, _, first = bench(busy_day=measured("busy-day", 6.0), home=measured("home", 7.0))
    assert [line.split("`")[1] for line in first] == ["home", "busy-day"], "in the order of the table"
    code, _, second = bench("home", home=measured("home", 8.0), busy_day=broken)
    assert code == 0, "what was not asked for is not run"
    assert [line.split("`")[1] for line in second] == ["home", "busy-day"]
    assert "8.00×" in second[0] and "7.00×" not in second[0]
    assert second[1] == first[1]
    _, _, third = bench("load", load=lambda ground, plan: Result("load", "9 persons/s"))
    assert [line.split("`")[1] for line in third] == ["home", "load", "busy-day"]
    assert "| reported |" in third[1]


def test_a_quick_run_writes_nothing_and_still_judges(bench: Run) -> None:
    seen: list[Plan] = []

    def look(ground: Ground, plan: Plan) -> Result | list[Result]:
        seen.append(plan)
        return measured("home", 4.0)(ground, plan)

    code, said, lines = bench("--quick", "--pairs", "7", home=look)
    assert (code, lines) == (1, [])
    assert "home           **FAIL**" in said
    assert (seen[0].quick, seen[0].pairs) == (True, 1)


def test_a_table_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert Table.read(tmp_path / "none.md").lines == {}


def test_an_unknown_workload_is_named() -> None:
    asked = [sys.executable, "-m", "benchmarks", "nonsense"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "nonsense" in done.stderr and "register-read" in done.stderr


@pytest.mark.slow
@pytest.mark.process
def test_a_small_workload_runs(tmp_path: Path, empty_city: Callable[[str], str]) -> None:
    empty_city("bench_template")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "load", "--quick"],
        cwd=ROOT,
        env=os.environ | {"WZ_DATA": str(tmp_path), "WZ_BENCH_TEMPLATE": "bench_template"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "load           reported" in done.stdout
