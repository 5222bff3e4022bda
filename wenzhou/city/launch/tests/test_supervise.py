"""Children: started again, given up in time, stopped in time, and gone after their launcher was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wenzhou.city.launch import supervise
from wenzhou.city.launch.processes import identity, wait_until, with_mark
from wenzhou.city.launch.say import LaunchError
from wenzhou.city.launch.supervise import MARK, Child, Supervisor, clean_leftovers

pytestmark = pytest.mark.process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\nsignal.signal(15, signal.SIG_IGN)\n"
    "subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)'])\n"
    "print('ready', flush=True)\ntime.sleep(60)",
]


def supervisor(tmp_path: Path, command: list[str]) -> Supervisor:
    child = Child("thing", command, tmp_path / "log" / "thing.log")
    return Supervisor([child], dict(os.environ), tmp_path, tmp_path / "run" / "children.json")


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    tended = supervisor(tmp_path, SLEEP)
    tended.start()
    first = tended.children[0].pid
    assert first
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        tended.tend()
        return tended.children[0].pid not in (None, first)

    try:
        assert wait_until(again, 10)
    finally:
        tended.stop()
    assert not (tmp_path / "run" / "children.json").exists()


def test_a_child_that_cannot_live_is_given_up_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "PAUSE_SECONDS", 0.01)
    tended = supervisor(tmp_path, [sys.executable, "-c", "raise SystemExit('no wsgi here')"])
    tended.start()
    deadline = time.monotonic() + 60
    with pytest.raises(LaunchError, match="died 5 times") as caught:
        while time.monotonic() < deadline:
            tended.tend()
            time.sleep(0.02)
    assert "no wsgi here" in caught.value.detail


def test_what_will_not_end_is_killed_with_all_its_children(tmp_path: Path) -> None:
    tended = supervisor(tmp_path, STUBBORN)
    tended.start()
    log = tended.children[0].log
    assert wait_until(lambda: log.read_text() == "ready\n", 20)
    began = time.monotonic()
    tended.stop(grace=0.5)
    assert time.monotonic() - began < 4
    assert wait_until(lambda: with_mark(MARK, tended.mark) == [], 5)


def test_children_of_a_killed_launcher_are_found_and_ended(tmp_path: Path) -> None:
    script = (
        "import sys, os, time; from pathlib import Path; from wenzhou.city.launch.supervise import Child, Supervisor\n"
        "base = Path(sys.argv[1]); s = Supervisor([Child('t', sys.argv[2:], base / 't.log')], dict(os.environ), base,"
        " base / 'children.json'); s.start(); print(s.mark, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), *STUBBORN], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    mark = launcher.stdout.readline().strip()
    assert wait_until(lambda: len(with_mark(MARK, mark)) == 2, 20)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    time.sleep(0.3)
    assert len(with_mark(MARK, mark)) == 2, "they refuse the signal of their parent's death"
    assert clean_leftovers(tmp_path / "children.json") == 2
    assert wait_until(lambda: with_mark(MARK, mark) == [], 5)
    assert clean_leftovers(tmp_path / "children.json") == 0


def test_a_stranger_with_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    try:
        record = tmp_path / "children.json"
        record.write_text(
            json.dumps({"mark": "none", "children": [{"pid": stranger.pid, "began": "long ago"}]})
        )
        assert clean_leftovers(record) == 0
        assert stranger.poll() is None
        assert identity(stranger.pid) is not None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_damaged_record_is_no_obstacle(tmp_path: Path) -> None:
    record = tmp_path / "children.json"
    record.write_text('{"mark": ')
    assert clean_leftovers(record) == 0
