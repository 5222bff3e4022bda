"""What the launcher tells the person at the terminal: one short line a step, Chinese first, then English."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

NO_SPACE = "No space left on device"


class LaunchError(Exception):
    """Something the operator must put right; shown as one line, without a traceback.

    ``code`` is the exit code: 1 by default, 2 for a wrong command line.
    ``detail`` is output of a failed program, shown below the line.
    """

    def __init__(self, zh: str, en: str, *, code: int = 1, detail: str = "") -> None:
        super().__init__(f"{zh} · {en}")
        self.code = code
        self.detail = detail


def line(zh: str, en: str) -> None:
    """Prints one line in both languages."""
    print(f"{zh} · {en}", flush=True)


def use_utf8() -> None:
    """Makes Chinese printable whatever the locale is (a bare container has LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


class Steps:
    """Counts steps and prints ``[k/n] 名 name … 1.2 s``."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[list[str]]:
        """Times one step. A note appended to the list that is given is shown behind the seconds."""
        self.number += 1
        label = f"[{self.number}/{self.total}] {zh} {en}"
        on_terminal = sys.stdout.isatty()
        if on_terminal:
            print(f"{label} …", flush=True)
        began = time.monotonic()
        notes: list[str] = []
        yield notes
        taken = time.monotonic() - began
        tail = f" ({'; '.join(notes)})" if notes else ""
        print(f"{label} … {taken:.1f} s{tail}", flush=True)


def tail(text: str, lines: int = 25) -> str:
    """The last lines of an output, for a person to read."""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def tail_of(path: Path, lines: int = 15) -> str:
    """The last lines of a log file; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16_384))
            return tail(file.read().decode("utf-8", "replace"), lines)
    except OSError:
        return ""


def run(
    command: Sequence[str],
    zh: str,
    en: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    show: bool = False,
    place: Path | str = "",
) -> str:
    """Runs a program to its end and gives its output; raises ``LaunchError`` when it fails.

    ``show`` lets its output through to the terminal (long steps that print their own progress), what it
    writes to stderr only at the end. ``place`` is what it writes to, for the line about a full disk;
    ``cwd`` when not given.
    """
    try:
        done = subprocess.run(
            [*command],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=None if show else subprocess.PIPE,
            stderr=subprocess.PIPE if show else subprocess.STDOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise LaunchError(
            f"{zh}：找不到程序 {command[0]}", f"{en}: program not found: {command[0]}"
        ) from error
    output = (done.stdout or done.stderr or b"").decode("utf-8", "replace")
    if done.returncode:
        if NO_SPACE in output:
            raise no_space(place or cwd or Path.cwd())
        raise LaunchError(
            f"{zh}失败（退出码 {done.returncode}）",
            f"{en} failed (exit code {done.returncode})",
            detail=tail(output),
        )
    if show and done.stderr:
        print(tail(output), file=sys.stderr, flush=True)
    return output


def no_space(where: Path | str) -> LaunchError:
    """The one line for a full disk."""
    return LaunchError(f"磁盘已满：{where}", f"no space left on the disk that holds {where}")


def free_bytes(where: Path) -> int:
    """Bytes that may still be written at ``where`` or at its nearest existing parent."""
    while not where.exists() and where != where.parent:
        where = where.parent
    return shutil.disk_usage(where).free
