"""Licences: what is refused, what is allowed, what nobody knows."""

import json
from pathlib import Path

import pytest

from wenzhou.city.launch.licences import judge, npm_packages, python_packages

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [
        ("MIT", "ok"),
        ("BSD-3-Clause AND ISC", "ok"),
        ("AGPL-3.0-only", "refused"),
        ("GPL-2.0-or-later", "refused"),
        ("GNU Affero General Public License v3", "refused"),
        ("GNU General Public License (GPL)", "refused"),
        ("MIT AND GPL-3.0-only", "refused"),
        ("LGPL-3.0-only", "LGPL"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL"),
        ("GPL-3.0-only OR MIT", "ok"),
        ("BSD-3-Clause AND GPL-3.0-only WITH GCC-exception-3.1", "ok"),
        ("", "unknown"),
        ("UNLICENSED", "unknown"),
        ("SEE LICENSE IN LICENSE.md", "unknown"),
        ("GNU General Public License v3 or later", "refused"),
        ("GPL v3 or newer", "refused"),
        ("Apache-2.0 or GPL v2 or later", "ok"),
        ("The Unlicense (Unlicense)", "ok"),
    ],
)
def test_verdicts(licence: str, verdict: str) -> None:
    assert judge(licence) == verdict


def test_npm_leaves_development_tools_out(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    packages = {
        "": {"name": "us"},
        "node_modules/a": {"version": "1.0.0", "license": "MIT"},
        "node_modules/a/node_modules/@x/b": {"version": "2.0.0", "license": {"type": "AGPL-3.0"}},
        "node_modules/tool": {"version": "3.0.0", "license": "GPL-3.0", "dev": True},
    }
    lock.write_text(json.dumps({"packages": packages}))
    found = {package.name: package.verdict for package in npm_packages(lock)}
    assert found == {"a": "ok", "@x/b": "refused"}
    assert npm_packages(tmp_path / "none.json") == []


def test_what_we_link_is_allowed() -> None:
    packages = python_packages(ROOT / "requirements.lock")
    assert len(packages) > 30
    assert {package.name: package.licence for package in packages if package.verdict == "refused"} == {}
    assert {package.name for package in packages if package.verdict == "unknown"} == set()
