"""Runs the web server and the worker, starts again what dies, stops all of it in time."""

import contextlib
import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wenzhou.city.launch.processes import (
    LINUX,
    die_with_parent,
    identity,
    signal_all,
    signal_group,
    wait_until,
    with_mark,
)
from wenzhou.city.launch.say import LaunchError, line, tail_of

MARK = "WZ_RUN"  # in the environment of every child, so that its descendants are known after kill -9 of the launcher
QUICK_SECONDS = 10.0
QUICK_DEATHS = 5
PAUSE_SECONDS = 0.25  # before a restart; doubled with each death soon after a start
GRACE_SECONDS = 6.0  # the worker gives its running jobs five
_LOG_LIMIT = 20 * 1024 * 1024


@dataclass
class Child:
    """A program that must run all the time."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        """Its process number while it runs."""
        return self.process.pid if self.process is not None else None


class Supervisor:
    """Keeps children running. ``record`` is the file that says who they are, for the start after a kill -9."""

    def __init__(self, children: list[Child], environment: dict[str, str], cwd: Path, record: Path) -> None:
        self.children = children
        self.mark = uuid.uuid4().hex
        self.environment = environment | {MARK: self.mark}
        self.cwd = cwd
        self.record = record

    def start(self) -> None:
        """Starts every child."""
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if child.log.stat().st_size > _LOG_LIMIT:
                child.log.rename(child.log.with_suffix(".old.log"))
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C at the terminal reaches the launcher alone, which then stops all
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (the launcher has one thread)
            )
        child.began = time.monotonic()
        self._write_record()

    def _write_record(self) -> None:
        running = [
            {"pid": child.pid, "began": identity(child.pid)}
            for child in self.children
            if child.pid is not None
        ]
        self.record.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps({"mark": self.mark, "children": running}))
        fresh.replace(self.record)

    def tend(self) -> None:
        """Looks after the children once: call it again and again.

        Raises ``LaunchError`` when a child has ended by itself five times in a row soon after its start.
        """
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    self._start(child)
            elif child.process.poll() is not None:
                self._bury(child, now)

    def _bury(self, child: Child, now: float) -> None:
        if child.process is None:
            return
        code = child.process.returncode
        signal_group(child.process.pid, signal.SIGKILL)  # its own children may still hold the port
        child.process = None
        # One that somebody killed (an operator, the kernel short of memory) has not failed to start.
        healthy = code == -signal.SIGKILL or now - child.began > QUICK_SECONDS
        child.deaths = 0 if healthy else child.deaths + 1
        if child.deaths >= QUICK_DEATHS:
            raise LaunchError(
                f"{child.name} 连续 {QUICK_DEATHS} 次启动失败，见 {child.log}",
                f"{child.name} died {QUICK_DEATHS} times in a row, see {child.log}",
                detail=tail_of(child.log),
            )
        pause = min(5.0, PAUSE_SECONDS * 2**child.deaths)
        child.again_at = now + pause
        line(
            f"{child.name} 意外退出（{code}），{pause:.1f} 秒后重启",
            f"{child.name} ended ({code}), starting again",
        )

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Asks all children to end; after ``grace`` seconds kills what is left of their groups."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            signal_group(process.pid, signal.SIGTERM)
        wait_until(lambda: all(process.poll() is not None for process in running), grace)
        for process in running:
            signal_group(process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2.0)
        self.record.unlink(missing_ok=True)


def clean_leftovers(record: Path) -> int:
    """Ends children of a launcher that was killed; gives their count. Only processes proven to be those are
    touched: by the mark in their environment (Linux), or by number and time of birth.
    """
    try:
        noted = json.loads(record.read_text())
        leaders = [entry["pid"] for entry in noted["children"] if identity(entry["pid"]) == entry["began"]]
        mark = str(noted["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0

    def left() -> list[int]:
        return with_mark(MARK, mark) if LINUX else [pid for pid in leaders if identity(pid) is not None]

    found = left()
    signal_all(found, signal.SIGTERM)
    if found and not wait_until(lambda: not left(), 4.0):
        signal_all(left(), signal.SIGKILL)
        for leader in leaders:
            if not LINUX:
                signal_group(leader, signal.SIGKILL)
        wait_until(lambda: not left(), 2.0)
    record.unlink(missing_ok=True)
    return len(found)


def cores() -> int:
    """Processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
