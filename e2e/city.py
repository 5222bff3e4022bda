"""A real city for a journey: started as a user starts it, killed as bad luck kills it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "Wenzhou-Demo-2026"
START_SECONDS = 400


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, holds: Callable[[], object], seconds: float) -> None:
    """Wait until ``holds`` gives something true; fails naming ``what``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s for: {what}")


def own_environment() -> dict[str, str]:
    """The environment without what the tests' own database has put there."""
    theirs = {"WZ_DATA", "WZ_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    return {k: v for k, v in os.environ.items() if k not in theirs} | {"PYTHONPATH": str(ROOT)}


@dataclass
class City:
    """One running ``./wz up`` with its own data folder and port; ``database``: an address, empty for its own server.

    ``sessions``: the cookies of those who have signed in once.
    """

    data: Path
    database: str = ""
    web_processes: int = 2
    sessions: dict[str, list[Any]] = field(default_factory=dict)
    persons: int = 400
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its portal is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the launcher printed."""
        return self.data.parent / f"{self.data.name}.log"

    def start(self) -> None:
        """``./wz up``; returns when the portal answers."""
        command = [sys.executable, "-m", "wenzhou.city.launch", "up", "--port", str(self.port)]
        command += ["--data", str(self.data), "--persons", str(self.persons)]
        environment = own_environment() | {"WZ_WEB_PROCESSES": str(self.web_processes)}
        if self.database:
            environment["WZ_DATABASE_URL"] = self.database
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True,
            )  # fmt: skip
        try:
            wait_for("the portal", self._answers_or_dead, START_SECONDS)
        except AssertionError as error:
            self.stop()
            raise AssertionError(f"{error}\n{self.log.read_text()[-3000:]}") from None

    def _answers_or_dead(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError("./wz up ended")
        return self.answers()

    def answers(self) -> bool:
        """Whether the portal answers now."""
        try:
            with urllib.request.urlopen(f"{self.url}/platform/systems/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """As Ctrl-C would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)

    def children(self, words: str) -> list[int]:
        """Ids of processes of this city whose command line or data folder has these words."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if words in line and (str(self.data) in environment or str(self.data) in line):
                found.append(int(folder.name))
        return found

    def kill(self, words: str) -> int:
        """Kill -9 what ``children(words)`` finds; gives how many."""
        killed = 0
        for pid in self.children(words):
            try:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                continue
        return killed

    def manage(self, *arguments: str) -> str:
        """Django's command line on this city's database, through the launcher."""
        done = subprocess.run(
            [sys.executable, "-m", "wenzhou.city.launch", "manage", *arguments],
            cwd=ROOT, env=own_environment() | {"WZ_DATA": str(self.data)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def code_in(text: str) -> str:
    """The one-time code that a page or mail shows."""
    found = re.search(r"\b([A-Z0-9]{3}-?[A-Z0-9]{3}|\d{6})\b", text)
    assert found, f"no code in {text[:500]!r}"
    return found.group(1)
