"""``./wz new-system``: what it makes passes every check and its own tests; what it refuses leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from wenzhou.city.launch.rules import Border, check_file
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.scaffolding import SYSTEMS, NewSystem, check, files_of, listed, made

ROOT = Path(settings.ROOT)
PARKS = NewSystem(group="government", code="parks", zh="园林绿化", en="Parks and greenery")
NOTHING: frozenset[str] = frozenset()
LINT_IMPORTS = ("-c", "from importlinter.cli import lint_imports_command as lint; lint()")


def changed(name: str, value: object) -> NewSystem:
    values = {"group": "government", "code": "parks", "zh": "园林绿化", "en": "Parks"} | {name: value}
    return NewSystem(**values)  # type: ignore[arg-type]


@pytest.fixture
def empty_tree(tmp_path: Path) -> Path:
    (tmp_path / SYSTEMS).parent.mkdir(parents=True)
    shutil.copy(ROOT / SYSTEMS, tmp_path / SYSTEMS)
    (tmp_path / "wenzhou" / "government").mkdir()
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", "kernel"),
        ("group", "../government"),
        ("code", "Parks"),
        ("code", "2parks"),
        ("code", "parks/../x"),
        ("code", "class"),
        ("code", "p" * 23),
        ("code", "parks\n"),
        ("thing", "Park"),
        ("thing", "page"),
        ("zh", 'x", __import__("os")'),
        ("en", "{% include %}"),
        ("en", ""),
        ("thing_zh", "<b>"),
        ("rows", ("five",)),
        ("clauses", ("2.12; x",)),
    ],
)
def test_bad_words_are_refused(empty_tree: Path, name: str, value: object) -> None:
    with pytest.raises(Invalid) as raised:
        check(changed(name, value), empty_tree, labels=NOTHING, paths=NOTHING)
    assert "\n" not in raised.value.detail.zh.replace("parks\n", "")


def test_what_is_there_is_refused(empty_tree: Path) -> None:
    check(PARKS, empty_tree, labels=NOTHING, paths=NOTHING)
    with pytest.raises(Invalid):
        check(PARKS, empty_tree, labels=frozenset({"parks"}), paths=NOTHING)
    with pytest.raises(Invalid):
        check(PARKS, empty_tree, labels=NOTHING, paths=frozenset({"parks"}))
    (empty_tree / PARKS.folder).mkdir()
    with pytest.raises(Invalid):
        check(PARKS, empty_tree, labels=NOTHING, paths=NOTHING)


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("government", "geo"),  # another module's
        ("government", "account"),  # a library's
        ("government", "platform"),  # addresses of the toolkit
        ("government", "portal"),
        ("kernel", "parks"),
        ("government", ""),
    ],
)
def test_the_command_refuses_in_one_line_of_both_languages(empty_tree: Path, group: str, name: str) -> None:
    before = contents(empty_tree)
    if name == "portal":
        (empty_tree / "wenzhou/government/portal").mkdir()
    with (
        override_settings(ROOT=empty_tree),
        pytest.raises(CommandError, match=r"[\u4e00-\u9fff].* · [a-z]") as raised,
    ):
        call_command("new_system", group, name)
    assert "\n" not in str(raised.value)
    assert contents(empty_tree) == before


def test_what_fails_half_way_is_taken_back(empty_tree: Path) -> None:
    before = contents(empty_tree)
    with pytest.raises(KeyboardInterrupt), made(PARKS, empty_tree) as folder:
        assert (folder / "module.py").is_file()
        assert PARKS.package in (empty_tree / SYSTEMS).read_text()
        raise KeyboardInterrupt
    assert contents(empty_tree) == before
    assert not (empty_tree / PARKS.folder).exists()


def test_one_line_after_the_last_of_its_group_and_never_twice() -> None:
    text = (ROOT / SYSTEMS).read_text()
    once = listed(text, PARKS)
    assert listed(once, PARKS) == once
    added = [line for line in once.splitlines() if line not in text.splitlines()]
    assert added == ['    "wenzhou.government.parks",']
    lines = once.splitlines()
    at = lines.index(added[0])
    assert "wenzhou.government." in lines[at - 1]
    assert not any("wenzhou.government." in line for line in lines[at + 1 :])


def test_a_module_stands_after_what_it_needs() -> None:
    text = 'M = (\n    "wenzhou.government.a",\n    "wenzhou.kernel.identity",\n    "wenzhou.kernel.messages",\n)\n'
    lines = listed(text, PARKS).splitlines()
    assert lines[-2] == '    "wenzhou.government.parks",'
    first_of_its_group = listed(text, changed("group", "assurance")).splitlines()
    assert first_of_its_group[-2] == '    "wenzhou.assurance.parks",'


def test_no_place_is_left_unfilled() -> None:
    for path, text in files_of(PARKS).items():
        assert "$" not in text, path


def tracked_copy(target: Path) -> None:
    """The tree as git has it, with the changes not yet committed; none of its made things."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


class Copy:
    """A copy of the tree with its own secrets and its own database on the server of these tests."""

    def __init__(self, root: Path) -> None:
        self.root = root
        address = urlsplit(os.environ["WZ_DATABASE_URL"])
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
            "WZ_DATA": str(root / "var"),
            "WZ_DATABASE_URL": urlunsplit(address._replace(path=f"/wz_new_system_{os.getpid()}")),
            "PYTHONPATH": str(root),
            "PYTHONUTF8": "1",
        }

    def run(self, *arguments: str) -> str:
        """What Python prints when run so; fails with it when the exit code is not 0."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}"
        return done.stdout


@pytest.mark.slow
@pytest.mark.process
def test_a_new_system_passes_every_check_and_its_own_tests(tmp_path: Path) -> None:
    tracked_copy(tmp_path)
    copy = Copy(tmp_path)
    plan = ["--row", "G5f", "--clause", "2.12"]
    words = [
        "--zh",
        "行道树",
        "--en",
        "Street trees",
        "--thing",
        "street_tree",
        "--thing-zh",
        "行道树",
        *plan,
    ]
    copy.run("-m", "wenzhou.city", "new_system", "government", "street_trees", *words)
    folder = "wenzhou/government/street_trees"
    assert (tmp_path / folder / "migrations" / "0001_initial.py").is_file()
    assert "street_trees" in (tmp_path / "docs" / "systems.md").read_text()

    with ThreadPoolExecutor(1) as beside:  # mypy takes as long as the rest
        cache = str(ROOT / "build" / "mypy-new-system")
        typed = beside.submit(copy.run, "-m", "mypy", "--cache-dir", cache, folder)
        check_statically(copy, folder)
        run_generated_tests(copy, folder)
        typed.result()


def check_statically(copy: Copy, folder: str) -> None:
    copy.run("-m", "ruff", "check", folder, str(SYSTEMS))
    copy.run("-m", "ruff", "format", "--check", folder, str(SYSTEMS))
    border = Border(copy.root)
    files = (copy.root / folder).rglob("*.py")
    assert [found for path in files for found in check_file(path, copy.root, border)] == []
    copy.run(*LINT_IMPORTS)
    copy.run("-m", "wenzhou.city", "check", "--fail-level", "WARNING")
    copy.run("-m", "wenzhou.city", "makemigrations", "--check", "--dry-run")


def run_generated_tests(copy: Copy, folder: str) -> None:
    """Its own tests, the walk over its pages and endpoints, and the rules on its models."""
    shared = ("wenzhou/city/tests/test_walk.py", "wenzhou/city/tests/test_models.py")
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", Path(folder).name)
    addopts = "addopts=-p wenzhou.city.launch.pytest_server"  # no --reuse-db: the database goes when they end
    said = copy.run("-m", "pytest", *options, "-o", addopts, folder, *shared)
    assert int(re.search(r"(\d+) passed", said)[1]) >= 35, said  # type: ignore[index]
    assert "skipped" not in said


def test_systems_never_import_systems_covers_a_new_module(tmp_path: Path) -> None:
    """The independence contract names packages by wildcard: a module that exists only here must be seen by it."""
    for name in ("__init__", "government/__init__", "government/one/__init__", "community/__init__"):
        path = tmp_path / "wenzhou" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for group in ("foundation", "enterprise", "assurance"):
        for name in (group, f"{group}/some"):
            (tmp_path / "wenzhou" / name).mkdir()
            (tmp_path / "wenzhou" / name / "__init__.py").write_text("")
    (tmp_path / "wenzhou/community/two").mkdir()
    (tmp_path / "wenzhou/community/two/__init__.py").write_text("import wenzhou.government.one\n")
    section = (ROOT / ".importlinter").read_text().split("[importlinter:contract:systems]")[1]
    contract = f"[importlinter]\nroot_package = wenzhou\n[importlinter:contract:systems]{section}"
    (tmp_path / ".importlinter").write_text(contract)
    done = subprocess.run(
        [sys.executable, *LINT_IMPORTS, "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "wenzhou.community.two is not allowed to import wenzhou.government.one" in done.stdout
