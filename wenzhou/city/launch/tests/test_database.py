"""The embedded server, played with real processes: start, attach, kill -9 of each part, odd paths."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from wenzhou.city.launch.cluster import Cluster
from wenzhou.city.launch.database import EmbeddedServer
from wenzhou.city.launch.processes import identity, wait_until
from wenzhou.city.launch.say import LaunchError

IMPORTS = (
    "import sys, time; from pathlib import Path\n"
    "from wenzhou.city.launch.database import EmbeddedServer as S\n"
)

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("embedded")]


@pytest.fixture
def server(tmp_path: Path):
    """A server in a path with blanks, Chinese and a comma."""
    server = EmbeddedServer(tmp_path / "数 据, data", durable=False)
    yield server
    server.stop()


def pid_of(server: EmbeddedServer) -> int:
    running = server.cluster.postmaster()
    assert running is not None
    return running.pid


def query(server: EmbeddedServer, sql: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_starts_with_chinese_letters_known_and_stops(server: EmbeddedServer) -> None:
    url = server.start()
    assert url.startswith("postgresql://wenzhou@/wenzhou?host=/")
    assert " " not in url
    assert query(server, "SELECT '温州' ~ '^[[:alpha:]]+$'") is True
    assert query(server, "SHOW timezone") == "UTC"
    assert query(server, "SHOW jit") == "off"
    assert query(server, "SHOW listen_addresses") == ""
    pid = pid_of(server)
    assert server.stop() is True
    assert identity(pid) is None
    assert server.alive() is False


def test_second_user_attaches_and_the_last_one_stops_it(server: EmbeddedServer) -> None:
    second = EmbeddedServer(server.cluster.data, durable=False)
    assert server.start() == second.start()
    assert server.identity == second.identity != ""
    assert server.stop() is False, "another still uses it"
    assert query(second, "SELECT 1") == 1
    assert second.stop() is True


def test_ten_processes_at_once_share_one_server(tmp_path: Path) -> None:
    script = (
        IMPORTS
        + "s = S(Path(sys.argv[1]), durable=False); s.start(); r = s.cluster.postmaster(); time.sleep(2)\n"
        "print(r.pid); s.stop()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(10)]
    answers = {process.communicate(timeout=60)[0].strip() for process in running}
    assert [process.returncode for process in running] == [0] * 10
    assert len(answers) == 1
    assert wait_until(lambda: identity(int(answers.copy().pop())) is None, 8)


def test_keeps_data_over_kill_of_the_server(server: EmbeddedServer) -> None:
    server.start()
    query(server, "CREATE TABLE kept AS SELECT 7 AS n")
    query(server, "CHECKPOINT")
    before = pid_of(server)
    os.kill(before, signal.SIGKILL)

    def another_is_ready() -> bool:
        running = server.cluster.postmaster()
        return running is not None and running.ready and running.pid != before

    assert wait_until(another_is_ready, 30), "the keeper starts it again"
    assert query(server, "SELECT n FROM kept") == 7


def test_server_ends_when_its_user_is_killed(tmp_path: Path) -> None:
    script = (
        IMPORTS
        + "s = S(Path(sys.argv[1]), durable=False); s.start(); print('up', flush=True); time.sleep(60)"
    )
    user = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    user.kill()
    user.wait()
    user.stdout.close()
    again = EmbeddedServer(tmp_path, durable=False)
    assert wait_until(lambda: not again.alive(), 8), "nobody uses it, so it stops"
    again.start()
    assert query(again, "SELECT 1") == 1
    again.stop()


def test_kill_of_keeper_and_server_together_recovers(server: EmbeddedServer) -> None:
    server.start()
    old = pid_of(server)
    keeper = server._keeper
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    os.kill(old, signal.SIGKILL)
    keeper.wait()
    assert wait_until(lambda: not server.kept(), 2)
    server.start()
    assert query(server, "SELECT 1") == 1
    assert pid_of(server) != old


def test_pid_file_that_names_a_stranger_is_no_obstacle(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lines = [
            str(stranger.pid),
            str(server.cluster.folder),
            str(int(time.time())),
            "5432",
            "/x",
            "",
            "0 0",
            "ready",
        ]
        (server.cluster.folder / "postmaster.pid").write_text("\n".join(lines) + "\n")
        assert server.alive() is False
        server.start()
        assert query(server, "SELECT 1") == 1
        assert stranger.poll() is None, "the stranger lives on"
    finally:
        stranger.kill()
        stranger.wait()


def test_refuses_data_of_another_version_and_leaves_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("15\n")
    with pytest.raises(LaunchError, match="holds data of PostgreSQL 15"):
        EmbeddedServer(tmp_path).start()
    assert [entry.name for entry in folder.iterdir()] == ["PG_VERSION"]


def test_refuses_a_folder_with_other_things_in_it(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "thesis.txt").write_text("years of work")
    with pytest.raises(LaunchError, match="is not a database folder"):
        EmbeddedServer(tmp_path).start()
    assert (tmp_path / "postgres" / "thesis.txt").read_text() == "years of work"


def test_a_server_that_cannot_start_says_so_with_its_log(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path, durable=False)
    server.start()
    server.stop()
    (server.cluster.folder / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(LaunchError, match="does not start") as caught:
        server.start(timeout=30)
    assert "no_such_setting" in caught.value.detail


def test_socket_path_fits_however_long_the_data_path_is(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-name-" * 8) / ("b" * 100)
    cluster = Cluster(deep, durable=True)
    assert len(os.fsencode(cluster.socket_folder / ".s.PGSQL.5432")) <= 103


def test_socket_folder_of_somebody_else_is_refused(server: EmbeddedServer) -> None:
    folder = server.cluster.socket_folder
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(LaunchError, match="belongs to somebody else"):
            server.start()
    finally:
        folder.rmdir()
