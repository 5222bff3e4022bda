"""The test kit itself: what a browser test does where there is no browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wenzhou.kernel.base import testing


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No browser on PATH, none chosen; the front-end is built."""
    for part in testing._FOR_BROWSERS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).touch()
    monkeypatch.setattr(testing, "_TREE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WZ_BROWSER", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return monkeypatch


def test_without_a_browser_a_test_is_skipped_and_under_ci_it_fails(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        testing.browser_program()
    bare.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        testing.browser_program()


def test_the_browser_that_wz_test_has_found_is_taken(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("WZ_BROWSER", sys.executable)
    assert testing.browser_program() == sys.executable


def test_a_front_end_that_is_not_built_is_no_pass(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("WZ_BROWSER", sys.executable)
    bare.setenv("CI", "true")
    (tmp_path / testing._FOR_BROWSERS[1]).unlink()
    with pytest.raises(pytest.fail.Exception, match="not built"):
        testing.browser_program()
