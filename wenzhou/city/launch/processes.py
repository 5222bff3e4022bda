"""Processes and who they are: a number alone is no proof, since numbers are used again."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child calls before it becomes its program, so that the kernel signals it when its parent dies.

    Linux only (prctl(2), PR_SET_PDEATHSIG); elsewhere None, and the recorded children are cleaned at the
    next start.
    """
    if not LINUX:
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return ask


def identity(pid: int) -> str | None:
    """When the process began, as text that differs for a later process of the same number; None when it is
    gone.

    A zombie counts as gone: it holds nothing any more.
    """
    if LINUX:
        fields = _stat(pid)
        return None if fields is None or fields[0] in "ZX" else fields[19]
    done = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, began = done.stdout.strip().partition(" ")
    return began.strip() if began and not state.startswith("Z") else None


def _stat(pid: int) -> list[str] | None:
    """/proc/PID/stat from the state on (proc(5): state is field 3, so index 19 is starttime)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone or hidden from us."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return ""
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def with_mark(name: str, value: str) -> list[int]:
    """Processes (other than this one) whose environment says ``name=value``. Linux only; elsewhere none."""
    if not LINUX:
        return []
    wanted = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # gone, or another user's
            continue
    return [pid for pid in found if identity(pid) is not None]


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signals the process group that ``leader`` leads; nothing happens when it is gone."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Signals each process; those that are gone are passed over."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def wait_until(condition: Callable[[], bool], timeout: float, pause: float = 0.05) -> bool:
    """Asks again and again until the condition holds; False when ``timeout`` seconds have passed."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
    return True
