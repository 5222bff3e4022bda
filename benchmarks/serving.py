"""Granian, with one set of settings for all that is compared."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.ground import ROOT
from wenzhou.city.launch.up import SERVER

SETTINGS = ("--workers", "1", *SERVER)
"""One worker of the launcher's: the second core of a small machine is for the database and the one who asks."""

_READY_SECONDS = 90.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def served(
    application: str,
    environment: Mapping[str, str],
    *,
    folder: Path = ROOT,
    path: str = "/",
    workers: int = 1,
    log: Path | None = None,
) -> Iterator[int]:
    """The port of an application that answers on ``path``, until the block ends; what it says goes to ``log``."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), *SETTINGS, application]
    command[command.index("--workers") + 1] = str(workers)
    settings = {**environment, "WZ_PORT": str(port), "WZ_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with contextlib.ExitStack() as stack:
        said = stack.enter_context(log.open("wb")) if log else None
        process = subprocess.Popen(
            command, env=settings, cwd=folder, stdout=said or subprocess.DEVNULL, stderr=said
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}{path}", process)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                answer.read()
            return
        except urllib.error.HTTPError:  # it answers, if only that one has to sign in
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"{address} does not answer")
