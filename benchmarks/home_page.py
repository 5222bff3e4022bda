"""The home page beside its peer, the home page of Wagtail's own starter project, in one run.

    WZ_DATABASE_URL=… WZ_DATA=… python benchmarks/home_page.py

Both are served by Granian with the same worker and threads and asked by the same client over the same number of
kept-alive connections, in turns. Prints requests/s of each turn, medians, and the ratio; exit code 1 when the ratio is
below the floor. The database in WZ_DATABASE_URL must be migrated; the starter uses its SQLite file, as it comes.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONNECTIONS, SECONDS, ROUNDS, FLOOR = 8, 4.0, 3, 5.0
STARTER_SETTINGS = """
from .base import *
DEBUG = False
SECRET_KEY = "benchmark"
ALLOWED_HOSTS = ["*"]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def starter(folder: Path) -> dict[str, str]:
    """Wagtail's starter project in ``folder``, migrated; gives the environment to serve it with."""
    python = [sys.executable, "-m", "django"]
    script = "from wagtail.bin.wagtail import main; main()"
    subprocess.run(
        [sys.executable, "-c", script, "start", "peer", str(folder)], check=True, stdout=subprocess.DEVNULL
    )
    (folder / "peer" / "settings" / "bench.py").write_text(STARTER_SETTINGS)
    environment = os.environ | {"PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "peer.settings.bench"}
    subprocess.run([*python, "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL)
    return environment


def serve(application: str, port: int, environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    """Granian with one worker; returns once the home page answers."""
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "2",
    ]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--no-access-log", application],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                answer.read()
            return process
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    process.terminate()
    raise SystemExit(f"{application} does not answer")


async def _ask(port: int, until: float) -> int:
    """One connection asking again and again; how many whole answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    question = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: zh-CN\r\n\r\n".encode()
    answered = 0
    while time.monotonic() < until:
        writer.write(question)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        answered += 1
    writer.close()
    return answered


async def rate(port: int, seconds: float) -> float:
    """Requests per second over CONNECTIONS connections."""
    start = time.monotonic()
    counts = await asyncio.gather(*(_ask(port, start + seconds) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.monotonic() - start)


def main() -> int:
    """Run both and print the table."""
    names = ("digital-wenzhou", "wagtail-starter")
    rates: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ports = {name: free_port() for name in names}
        peer = starter(folder)
        city = os.environ | {"PYTHONPATH": str(ROOT), "WZ_DEBUG": ""}
        servers = [
            serve("wenzhou.city.wsgi:application", ports[names[0]], city, ROOT),
            serve("peer.wsgi:application", ports[names[1]], peer, folder),
        ]
        try:
            for _ in range(ROUNDS):
                for name in names:
                    rates[name].append(asyncio.run(rate(ports[name], SECONDS)))
        finally:
            for server in servers:
                server.terminate()
                server.wait()
    for name in names:
        turns = ", ".join(f"{one:.0f}" for one in rates[name])
        print(f"{name:16} {statistics.median(rates[name]):8.0f} requests/s   ({turns})")
    ratio = statistics.median(rates[names[0]]) / statistics.median(rates[names[1]])
    print(f"ratio {ratio:.1f}, floor {FLOOR}")
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
