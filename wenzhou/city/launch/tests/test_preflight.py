"""What is found out before anything is made: one clear line each, and nothing left behind."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from wenzhou.city.launch import preflight
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.preflight import Options
from wenzhou.city.launch.say import LaunchError, run
from wenzhou.city.launch.tree import this_tree

WZ = str(this_tree().root / "wz")


def test_a_port_in_use_is_refused_and_a_free_one_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LaunchError, match=f"port {port} is in use"):
            preflight.check_port("127.0.0.1", port)
    preflight.check_port("127.0.0.1", preflight.free_port("127.0.0.1"))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(LaunchError, match="cannot listen on"):
        preflight.check_port("192.0.2.1", 8000)  # RFC 5737, TEST-NET-1
    with pytest.raises(LaunchError, match="not an address of this machine"):
        preflight.check_port("no such host", 8000)


def test_a_data_folder_in_use_is_refused_with_the_address(tmp_path: Path) -> None:
    options = Options(data=tmp_path)
    lock = FileLock(options.up_lock)
    assert lock.acquire()
    options.up_lock.write_text("http://127.0.0.1:8123/")
    with pytest.raises(LaunchError, match=r"http://127\.0\.0\.1:8123/"):
        preflight.check_not_running(options)
    lock.release()
    preflight.check_not_running(options)


def test_a_file_in_the_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LaunchError, match="is not a folder"):
        preflight.check_writable(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LaunchError, match="read-only folder"):
        preflight.check_writable(tmp_path / "data" / "deeper")


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preflight.check_space(this_tree(), Options(data=tmp_path))
    monkeypatch.setattr(preflight, "free_bytes", lambda folder: 10_000_000)
    with pytest.raises(LaunchError, match="no space left"):
        preflight.check_space(this_tree(), Options(data=tmp_path))


def test_a_city_of_a_million_asks_for_more_room_than_one_of_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "free_bytes", lambda folder: 2 * 1024**3)
    preflight.check_space(this_tree(), Options(data=tmp_path, persons=20_000))
    preflight.check_space(this_tree(), Options(data=tmp_path, persons=1_000_000, demo=False))
    with pytest.raises(LaunchError, match="no space left"):
        preflight.check_space(this_tree(), Options(data=tmp_path, persons=1_000_000))


def test_a_disk_that_fills_on_the_way_is_one_line_that_names_it(capfd: pytest.CaptureFixture[str]) -> None:
    fails = "echo 1 of 2; echo 'psycopg.errors.DiskFull: No space left on device' >&2; exit 1"
    with pytest.raises(LaunchError, match="the disk that holds /data") as caught:
        run(["sh", "-c", fails], "装载", "loading", show=True, place="/data")
    assert caught.value.detail == ""
    out, err = capfd.readouterr()
    assert out == "1 of 2\n"
    assert err == "", "no traceback"


def test_what_a_step_warns_of_is_shown_when_it_succeeds(capfd: pytest.CaptureFixture[str]) -> None:
    run(["sh", "-c", "echo careful >&2"], "装载", "loading", show=True)
    assert capfd.readouterr().err == "careful\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u@h/x", "must begin with postgresql"),
        ("postgresql://u@127.0.0.1", "names no database"),
        ("postgresql://u@127.0.0.1:x/db", "port is no number"),
        ("postgresql://u@[::1/db", "it is no address"),
        ("postgresql://u@/db?host=/nowhere", "nothing answers"),
    ],
)
def test_wrong_database_urls_are_told_apart(url: str, said: str) -> None:
    with pytest.raises(LaunchError, match=said):
        preflight.check_url(url)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WZ_TRUSTED_PROXIES", "10.0.0.1, proxy.example", "'proxy.example' does not appear to be"),
        ("WZ_TRUSTED_PROXIES", "10.0.0.1/8", "has host bits set"),
        ("WZ_PUBLIC_URL", "www.example.cn", "without a path"),
        ("WZ_PUBLIC_URL", "https://www.example.cn/", "without a path"),
        ("WZ_HSTS_SECONDS", "a year", "is a whole number"),
        ("WZ_UPLOAD_DAY_MB", "-1", "is a whole number"),
    ],
)
def test_wrong_settings_are_refused(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    preflight.check_settings()
    monkeypatch.setenv(name, value)
    with pytest.raises(LaunchError, match=said):
        preflight.check_settings()


def test_the_secret_of_a_url_is_never_shown() -> None:
    port = preflight.free_port("127.0.0.1")
    with pytest.raises(LaunchError) as caught:
        preflight.check_url(f"postgresql://user:tops3cret@127.0.0.1:{port}/db")
    assert "tops3cret" not in str(caught.value)


@pytest.mark.process
def test_a_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    url = os.environ["WZ_DATABASE_URL"]
    assert preflight.check_server(this_tree(), url)
    monkeypatch.setattr(preflight, "OLDEST_SERVER", 99)
    with pytest.raises(LaunchError, match="too old, 99 is needed"):
        preflight.check_server(this_tree(), url)


@pytest.mark.process
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("-c default_transaction_read_only=on", "the database is read-only"),
        ("-c search_path=no_such_schema", "may create no tables"),
    ],
)
def test_a_server_where_nothing_may_be_made_is_refused(option: str, said: str) -> None:
    url = os.environ["WZ_DATABASE_URL"]
    restricted = f"{url}{'&' if '?' in url else '?'}options={quote(option)}"
    with pytest.raises(LaunchError, match=said):
        preflight.check_server(this_tree(), restricted)


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("encoding", "SQL_ASCII", "its encoding is SQL_ASCII"),
        ("has_extension", False, "install PostgreSQL's contrib package"),
        ("may_extend", False, "may not install the extension btree_gist"),
    ],
)
def test_what_a_server_lacks_is_told(trait: str, value: object, said: str) -> None:
    good = {"version": 170000, "name": "17.0", "encoding": "UTF8", "read_only": False}
    good |= {"may_create": True, "has_extension": True, "may_extend": True}
    assert all(fits for fits, _, _ in preflight._requirements(good))
    told = [en for fits, _, en in preflight._requirements(good | {trait: value}) if not fits]
    assert len(told) == 1
    assert said in told[0]


def test_other_things_in_the_place_of_the_database_are_found_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WZ_DATABASE_URL", raising=False)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(LaunchError, match="holds data of PostgreSQL 15"):
        preflight.check(this_tree(), Options(port=0, data=tmp_path))
    (tmp_path / "postgres" / "PG_VERSION").rename(tmp_path / "postgres" / "notes.txt")
    with pytest.raises(LaunchError, match="is not a database folder"):
        preflight.check(this_tree(), Options(port=0, data=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["postgres"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["frobnicate"], 2, "unknown command: frobnicate"),
        (["up", "--port", "70000"], 2, "must be between 0 and 65535"),
        (["up", "--persons", "-1"], 2, "must not be negative"),
        (["help"], 0, "./wz up"),
        ([], 0, "./wz test"),
    ],
)
def test_command_lines(arguments: list[str], code: int, said: str) -> None:
    done = subprocess.run([WZ, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.process
def test_a_wrong_url_is_one_line_and_makes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = subprocess.run(
        [WZ, "up", "--port", "0", "--data", str(data)],
        env={**os.environ, "WZ_DATABASE_URL": "postgresql://u@127.0.0.1:1/db", "WZ_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert len((done.stdout + done.stderr).strip().splitlines()) == 1
    assert "nothing answers at 127.0.0.1:1" in done.stderr
    assert not data.exists()
