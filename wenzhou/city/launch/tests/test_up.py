"""``./wz up`` as a whole, with real processes: up, refused twice, killed, up again, down in time."""

import contextlib
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from wenzhou.city.launch.preflight import free_port
from wenzhou.city.launch.processes import wait_until
from wenzhou.city.launch.tree import this_tree

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.xdist_group("up")]
WZ = str(this_tree().root / "wz")
PATIENCE = 400.0


class Running:
    """One ``./wz up`` and what it says."""

    def __init__(self, data: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.said = data.parent / f"said-{time.monotonic_ns()}.txt"
        environment = {
            name: value for name, value in os.environ.items() if name not in ("WZ_DATABASE_URL", "WZ_DATA")
        }
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [WZ, "up", "--port", str(port), "--data", str(data), "--persons", "200"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def status(self) -> int:
        """The status of the home page; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(self.address, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait(self) -> None:
        assert wait_until(lambda: self.process.poll() is not None or self._ready(), PATIENCE, 0.2)
        assert self.process.poll() is None, self.said.read_text()

    def _ready(self) -> bool:
        return "Ctrl-C" in self.said.read_text()


@pytest.fixture
def data(tmp_path: Path):
    """A data folder in a path with blanks; whatever still runs on it afterwards is ended."""
    yield tmp_path / "my city" / "data"


def refused(data: Path, port: int) -> str:
    done = subprocess.run(
        [WZ, "up", "--port", str(port), "--data", str(data)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_the_city_comes_up_recovers_and_goes_down(data: Path) -> None:
    data.parent.mkdir()
    port = free_port("127.0.0.1")
    first = Running(data, port)
    second = None
    try:
        first.wait()
        assert first.status() == 200
        assert re.search(r"\[7/7\] .* … [\d.]+ s", first.said.read_text())
        assert "another ./wz up already runs" in refused(data, free_port("127.0.0.1"))
        other = data.parent / "other"
        assert f"port {port} is in use" in refused(other, port)
        assert not other.exists(), "nothing is made when the port is taken"

        first.process.kill()  # nobody is left to tidy up
        first.process.wait()
        second = Running(data, port)
        second.wait()
        assert second.status() == 200
        assert "[4/7] 表结构 migrate … 0." in second.said.read_text(), "nothing is migrated twice"
        assert re.search(r"\[5/7\] .* \(无变化 unchanged\)", second.said.read_text()), "nor collected"

        began = time.monotonic()
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(30) == 0
        assert time.monotonic() - began < 10
        assert second.status() == 0
        assert not (data / "postgres" / "postmaster.pid").exists()
        assert not (data / "run" / "children.json").exists()
    finally:
        for running in (first, second):
            if running is not None and running.process.poll() is None:
                running.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.process.wait(15)
                running.process.kill()
