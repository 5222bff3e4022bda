"""``python -m benchmarks [NAME…] [--pairs 5] [--quick]``."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from benchmarks.figures import Plan, Result
from benchmarks.ground import ROOT, Ground
from benchmarks.report import Table, line_of
from benchmarks.workloads import WORKLOADS

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    """Run what is asked for and write the table; 1 when a floor does not hold or a workload breaks."""
    parser = argparse.ArgumentParser(
        prog="./wz bench", description="性能对照 · benchmarks beside their peers"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of: {', '.join(WORKLOADS)}; default all"
    )
    parser.add_argument("--pairs", type=int, default=5, help="turns of ours and the peer, in alternation")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one turn")
    parser.add_argument("--connections", type=int, default=8, help="kept-alive connections that ask")
    parser.add_argument("--quick", action="store_true", help="small and short; the table is not written")
    parser.add_argument("--persons", type=int, default=0, help="size of registers, when not the promised one")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - set(WORKLOADS))
    if unknown:
        parser.error(f"没有 no such workload: {', '.join(unknown)} ({', '.join(WORKLOADS)})")
    plan = Plan(
        pairs=1 if asked.quick else max(1, asked.pairs),
        seconds=min(asked.seconds, 0.5) if asked.quick else asked.seconds,
        connections=asked.connections,
        quick=asked.quick,
        persons=asked.persons,
    )
    with Ground(say, quick=plan.quick) as ground:
        results = [line for name in asked.names or WORKLOADS for line in _lines(name, ground, plan)]
    if not plan.quick:
        table = Table.read(DOCUMENT)
        table.put(results, plan)
        table.write(DOCUMENT)
    return 0 if all(result.passed for result in results) else 1


def _lines(name: str, ground: Ground, plan: Plan) -> list[Result]:
    """A workload that breaks is a failing line of the table, and the others still run."""
    say(f"── {name}")
    began = time.monotonic()
    try:
        found = WORKLOADS[name](ground, plan)
        results = found if isinstance(found, list) else [found]
    except Exception as error:  # whatever it was
        traceback.print_exc()
        results = [Result(name, "-", note=f"{type(error).__name__}: {error}".splitlines()[0], failed=True)]
    for result in results:
        say(line_of(result))
    say(f"   {time.monotonic() - began:.0f} s")
    return results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
