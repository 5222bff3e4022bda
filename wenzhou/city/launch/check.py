"""``./wz check``: all static checks, as many at once as there are processors, without the network."""

import argparse
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from wenzhou.city.launch.environment import Environment
from wenzhou.city.launch.say import line
from wenzhou.city.launch.supervise import cores
from wenzhou.city.launch.tree import Tree

_FLOOR_WORKERS = 2


@dataclass(frozen=True)
class Check:
    """One check: a name for the table and its command line."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    """How a check went; ``seconds`` of wall-clock time."""

    check: Check
    seconds: float
    code: int
    output: str


def checks(tree: Tree) -> list[Check]:
    """The checks, longest first, so that the short ones fill the gaps."""
    programs = tree.venv / "bin"
    python = str(tree.python)
    return [
        Check("mypy", [str(programs / "mypy")]),
        Check("migrations", tree.manage("makemigrations", "--check", "--dry-run")),
        Check("django", tree.manage("check", "--fail-level", "WARNING")),
        Check("imports", [str(programs / "lint-imports")]),
        Check("rules", [python, "-m", "wenzhou.city.launch.rules"]),
        Check("ruff", [str(programs / "ruff"), "check", "."]),
        Check("format", [str(programs / "ruff"), "format", "--check", "."]),
    ]


def run_checks(tree: Tree, arguments: list[str]) -> int:
    """Runs the checks and prints a table, with the output of those that failed; 1 when any did."""
    parser = argparse.ArgumentParser(prog="./wz check", description="静态检查 · static checks")
    parser.add_argument(
        "--licences", action="store_true", help="list the licence of every dependency instead"
    )
    asked = parser.parse_args(arguments)
    Environment(tree).ensure("dev")
    if asked.licences:
        command = [str(tree.python), "-m", "wenzhou.city.launch.licences"]
        return subprocess.call(command, cwd=tree.root, env=tree.environment())
    return _run_all(tree, checks(tree))


def _run_all(tree: Tree, wanted: list[Check]) -> int:
    environment = tree.environment()
    environment["WZ_DATA"] = str(
        tree.build / "check"
    )  # secrets that the settings make do not go to a real city
    environment.pop("WZ_DATABASE_URL", None)
    began = time.monotonic()
    with ThreadPoolExecutor(max(_FLOOR_WORKERS, cores())) as pool:
        outcomes = list(pool.map(lambda check: _run_one(tree, check, environment), wanted))
    failed = [outcome for outcome in outcomes if outcome.code]
    for outcome in failed:
        print(f"\n── {outcome.check.name} ──\n{outcome.output.rstrip()}")
    print(f"\n{'检查 check':<14} {'秒 s':>8}  结果 result")
    for outcome in outcomes:
        result = f"✗ 失败 failed ({outcome.code})" if outcome.code else "✓ 通过 passed"
        print(f"{outcome.check.name:<16} {outcome.seconds:>8.1f}  {result}")
    total = time.monotonic() - began
    if failed:
        line(
            f"{len(failed)} 项失败，{total:.1f} 秒", f"{len(failed)} of {len(outcomes)} failed, {total:.1f} s"
        )
        return 1
    line(f"全部通过，{total:.1f} 秒", f"all passed, {total:.1f} s")
    return 0


def _run_one(tree: Tree, check: Check, environment: dict[str, str]) -> Outcome:
    began = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=tree.root,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        code, output = done.returncode, done.stdout.decode("utf-8", "replace")
    except OSError as error:
        code, output = 127, str(error)
    return Outcome(check, time.monotonic() - began, code, output)
