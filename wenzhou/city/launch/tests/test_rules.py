"""The size and border gate finds what it must, and its list of exceptions can only shrink."""

from pathlib import Path

import pytest

from wenzhou.city.launch.rules import check_tree, load_exceptions


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for module in ("kernel/shelf", "government/office"):
        folder = tmp_path / "wenzhou" / module
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "module.py").write_text("MODULE = 1\n")
        (folder / "models.py").write_text("class Row: ...\n")
    return tmp_path


def write(tree: Path, path: str, text: str) -> None:
    target = tree / "wenzhou" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def test_a_clean_tree_passes(tree: Path) -> None:
    write(
        tree,
        "government/office/views.py",
        "from wenzhou.kernel.shelf.api import find\nfrom .models import Row\n",
    )
    assert check_tree(tree, {}) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from wenzhou.kernel.shelf.models import Row",
        "from wenzhou.kernel.shelf import models",
        "import wenzhou.kernel.shelf.models",
        "from ...kernel.shelf.models import Row",
        "def late():\n    from wenzhou.kernel.shelf.services import write",
        "from wenzhou.kernel.shelf.module import MODULE",
    ],
)
def test_the_inside_of_another_module_is_closed(tree: Path, statement: str) -> None:
    write(tree, "government/office/views.py", f"{statement}\n")
    said = check_tree(tree, {})
    assert len(said) == 1
    assert "wenzhou/government/office/views.py" in said[0]
    assert "border" in said[0]


def test_models_may_lead_foreign_keys_to_anchors_and_to_nothing_else(tree: Path) -> None:
    write(tree, "government/office/models.py", "from wenzhou.kernel.shelf.models import Office\n")
    assert check_tree(tree, {}) == []
    write(tree, "government/office/models.py", "from wenzhou.kernel.shelf.models import Row\n")
    assert len(check_tree(tree, {})) == 1
    write(tree, "government/office/models.py", "")
    write(tree, "government/office/views.py", "from wenzhou.kernel.shelf.models import Office\n")
    assert len(check_tree(tree, {})) == 1, "only models hold foreign keys"


def test_manifests_name_manifests_and_the_city_names_addresses(tree: Path) -> None:
    write(tree, "government/office/module.py", "from wenzhou.kernel.shelf.module import MODULE\n")
    write(tree, "city/urls.py", "from wenzhou.kernel.shelf import urls\n")
    assert check_tree(tree, {}) == []
    write(tree, "city/urls.py", "from wenzhou.kernel.shelf import models\n")
    assert len(check_tree(tree, {})) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "from django.db.models.signals import post_save",
        "from django.dispatch import receiver",
        "import django.dispatch",
    ],
)
def test_signals_are_refused(tree: Path, statement: str) -> None:
    write(tree, "kernel/shelf/services.py", f"{statement}\n")
    assert "no Django signals" in check_tree(tree, {})[0]


def test_long_files_and_functions_are_found_at_the_first_line_too_many(tree: Path) -> None:
    body = "".join(f"    a = {n}\n" for n in range(59))
    write(tree, "kernel/shelf/fits.py", f"def fits():\n{body}")
    write(tree, "kernel/shelf/full.py", "\n" * 500)
    assert check_tree(tree, {}) == []
    write(tree, "kernel/shelf/fits.py", f"def grows():\n{body}    a = 1\n")
    write(tree, "kernel/shelf/full.py", "\n" * 501)
    said = check_tree(tree, {})
    assert [line.split(": ")[1] for line in said] == ["function-lines", "file-lines"]


def test_an_exception_holds_for_its_size_and_no_more(tree: Path) -> None:
    write(tree, "kernel/shelf/full.py", "\n" * 510)
    key = ("file-lines", "wenzhou/kernel/shelf/full.py", "")
    assert check_tree(tree, {key: 510}) == []
    assert "510 lines, at most 500" in check_tree(tree, {key: 505})[0]
    assert "510 lines are enough" in check_tree(tree, {key: 600})[0]
    write(tree, "kernel/shelf/full.py", "\n" * 500)
    assert "no longer needed" in check_tree(tree, {key: 510})[0]


def test_exceptions_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.toml"
    path.write_text('[[exception]]\nrule = "file-lines"\npath = "wenzhou/x.py"\nlines = 7\nwhy = "…"\n')
    assert load_exceptions(path) == {("file-lines", "wenzhou/x.py", ""): 7}
