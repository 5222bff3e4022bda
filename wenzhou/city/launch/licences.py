"""``./wz check --licences``: the licence of everything the product links or ships.

Python packages come from ``requirements.lock`` (development tools are not shipped), front-end packages from
``package-lock.json`` without those marked ``dev``. GPL and AGPL are refused. LGPL is allowed, since such
packages stay exchangeable files of their own (psycopg is imported, libpq is a shared library): the user can
replace them, which is what LGPL asks of dynamic linking. A package that offers a choice of licences is
allowed when one of them is.
"""

import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_LGPL = re.compile(r"LGPL|lesser general public|library general public", re.IGNORECASE)
_REFUSED = re.compile(r"\bA?GPL|affero|gnu general public", re.IGNORECASE)
_CLOSED = re.compile(r"unlicensed|proprietary|see licen[cs]e|unknown", re.IGNORECASE)
# Packages whose metadata contradicts itself: what their licence file says, read by a person, for that version only.
_READ = {
    (
        "qrcode",
        "8.2",
    ): "BSD-3-Clause",  # a classifier says "Other/Proprietary", LICENSE is the 3-clause BSD text
}
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;]+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Package:
    """One dependency. ``licence`` is an SPDX expression or what the package says; empty when it says
    nothing.
    """

    source: str
    name: str
    version: str
    licence: str

    @property
    def verdict(self) -> str:
        """``ok``, ``LGPL``, ``refused`` or ``unknown``."""
        return judge(self.licence)


def judge(licence: str) -> str:
    """The verdict on a licence text: the best of its alternatives, the worst of what holds together."""
    if not licence.strip() or _CLOSED.search(licence):
        return "unknown"
    # "v3 or later" is no choice between two licences
    verdicts = [
        _judge_one(each) for each in re.split(r"\s+or\s+(?!later|newer)", licence.strip("() "), flags=re.I)
    ]
    return min(verdicts, key=("ok", "LGPL", "refused").index)


def _judge_one(licence: str) -> str:
    worst = "ok"
    # "GPL-3.0-only WITH GCC-exception-3.1" frees what is linked with it (the run-time libraries of compilers).
    for part in re.split(r"\s+AND\s+|\s+and\s+|;|,", licence):
        if re.search(r"WITH\s+\S*exception", part, re.IGNORECASE):
            continue
        if _LGPL.search(part):
            worst = "LGPL" if worst == "ok" else worst
        elif _REFUSED.search(part):
            worst = "refused"
    return worst


def python_packages(lock: Path) -> list[Package]:
    """The packages that ``requirements.lock`` pins. Those not installed here (other systems) are left out."""
    found = []
    for name, version in _PINNED.findall(lock.read_text(encoding="utf-8")):
        try:
            described = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        classifiers = [
            text.rpartition(" :: ")[2]
            for text in described.get_all("Classifier") or []
            if text.startswith("License ::") and text != "License :: OSI Approved"
        ]
        # Metadata 2.4 has License-Expression (SPDX); before that classifiers, or a free line that may be a whole text.
        stated = described.get("License-Expression") or " AND ".join(classifiers) or described.get("License")
        said = _READ.get((name, version)) or stated or ""
        found.append(Package("python", name, version, said.strip().split("\n")[0]))
    return found


def npm_packages(lock: Path) -> list[Package]:
    """The packages that ``package-lock.json`` ships; nothing when there is no front-end."""
    if not lock.exists():
        return []
    entries = json.loads(lock.read_text(encoding="utf-8")).get("packages", {})
    return [
        Package(
            "npm", place.rpartition("node_modules/")[2], entry.get("version", ""), _text(entry.get("license"))
        )
        for place, entry in entries.items()
        if place and not entry.get("dev")
    ]


def _text(licence: object) -> str:
    if isinstance(licence, dict):
        return str(licence.get("type", ""))
    return licence if isinstance(licence, str) else ""


def main(root: Path) -> int:
    """Prints the table; 1 when a licence is refused or unknown."""
    packages = sorted(
        {*python_packages(root / "requirements.lock"), *npm_packages(root / "package-lock.json")}
    )
    width = max(len(package.name) for package in packages)
    for package in packages:
        mark = {"ok": " ", "LGPL": "·", "refused": "✗", "unknown": "?"}[package.verdict]
        print(
            f"{mark} {package.source:<6} {package.name:<{width}} {package.version:<14} {package.licence or '?'}"
        )
    bad = [package for package in packages if package.verdict in ("refused", "unknown")]
    lesser = [package.name for package in packages if package.verdict == "LGPL"]
    print(f"\n{len(packages)} 个依赖 · dependencies")
    if lesser:
        print(f"LGPL，仅动态链接，允许 · LGPL, linked dynamically only, allowed: {', '.join(lesser)}")
    for package in bad:
        why = (
            "许可证不允许 · licence refused"
            if package.verdict == "refused"
            else "许可证不明 · licence unknown"
        )
        print(f"{why}: {package.name} {package.version}: {package.licence}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[3]))
