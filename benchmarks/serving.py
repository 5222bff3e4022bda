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

SETTINGS = ("--workers", "1", "--blocking-threads", "8", "--backlog", "1024", "--backpressure", "512")
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
) -> Iterator[int]:
    """The port of an application that answers on ``path``, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), *SETTINGS, "--no-access-log", "--no-ws", application]
    command[command.index("--workers") + 1] = str(workers)
    settings = {**environment, "WZ_PORT": str(port), "WZ_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(command, env=settings, cwd=folder, stdout=subprocess.DEVNULL)
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
