"""The size and border gate: rules of docs/architecture.md that neither ruff nor import-linter knows.

Exceptions stand in ``exceptions.toml``. The list may only shrink: an entry that is no longer needed, or
that allows more than is needed, is an error too.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_LINES = 500
FUNCTION_LINES = 60
DOORS = frozenset({"api", "contracts", "declarations", "events", "testing", "permissions"})
# What foreign keys of other modules may lead to (docs/architecture.md, "Models").
ANCHORS = frozenset({"Person", "Organisation", "Office", "Account", "Division", "Location", "Case", "File"})
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.test.signals")
_EXCEPTIONS = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True, order=True)
class Finding:
    """A broken rule. ``size`` is the number of lines for size rules, else 0."""

    path: str
    line: int
    rule: str
    name: str
    text: str
    size: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


class Border:
    """Which packages are modules (they have a ``module.py``) and what may be imported across their borders."""

    def __init__(self, root: Path) -> None:
        files = (root / "wenzhou").rglob("module.py")
        self.modules = {".".join(path.parent.relative_to(root).parts) for path in files}

    def module_of(self, dotted: str) -> str | None:
        """The module that a dotted name lies in."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            if ".".join(parts[:end]) in self.modules:
                return ".".join(parts[:end])
        return None

    def allows(self, importer: str, imported: str) -> bool:
        """Whether the module ``importer`` (a dotted file) may import the dotted name ``imported``."""
        target = self.module_of(imported)
        if target is None or target == self.module_of(importer):
            return True
        if target == "wenzhou.kernel.base":  # the shelf of building blocks: no models, no walls
            return True
        door, _, rest = imported.removeprefix(target).strip(".").partition(".")
        if door == "models" and rest in ANCHORS and importer.endswith(".models"):
            return True
        if door in DOORS:
            return True
        if importer.startswith("wenzhou.city."):  # the composition root puts manifests and addresses together
            return door in ("module", "urls")
        return door == "module" and importer.endswith(".module")  # manifests name manifests, as objects


def check_file(path: Path, root: Path, border: Border) -> Iterator[Finding]:
    """Every broken rule in one file."""
    name = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield Finding(name, 1, "file-lines", "", f"{lines} lines, at most {FILE_LINES}", lines)
    dotted = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    package = dotted if path.name == "__init__.py" else dotted.rpartition(".")[0]
    for node in ast.walk(ast.parse(text, filename=name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _check_function(node, name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for imported in _names(node, package):
                yield from _check_import(node.lineno, imported, dotted, name, border)


def _check_function(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Iterator[Finding]:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    if size > FUNCTION_LINES:
        text = f"{node.name} has {size} lines, at most {FUNCTION_LINES}"
        yield Finding(name, node.lineno, "function-lines", node.name, text, size)


def _names(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    """What an import statement names, in full; ``from a import b`` may mean the module ``a.b``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parts = package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1] + ([base] if base else []))
    return [f"{base}.{alias.name}" for alias in node.names]


def _check_import(line: int, imported: str, importer: str, name: str, border: Border) -> Iterator[Finding]:
    if any(imported == signal or imported.startswith(f"{signal}.") for signal in SIGNALS):
        yield Finding(
            name, line, "signals", imported, f"{imported}: no Django signals, say it in the service"
        )
    if not border.allows(importer, imported):
        doors = ", ".join(sorted(DOORS))
        yield Finding(
            name, line, "border", imported, f"{imported} is inside another module; its doors are {doors}"
        )


def load_exceptions(path: Path) -> dict[tuple[str, str, str], int]:
    """The exceptions as ``(rule, path, name)`` to the lines allowed (0 where the rule has no size)."""
    if not path.exists():
        return {}
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])
    return {(entry["rule"], entry["path"], entry.get("name", "")): entry.get("lines", 0) for entry in entries}


def judge(findings: list[Finding], exceptions: dict[tuple[str, str, str], int]) -> list[str]:
    """What is to be said: findings without an exception, and exceptions that could shrink."""
    said = []
    used: dict[tuple[str, str, str], int] = {}
    for finding in sorted(findings):
        key = (finding.rule, finding.path, finding.name)
        if key in exceptions and finding.size <= exceptions[key]:
            used[key] = max(used.get(key, 0), finding.size)
        else:
            said.append(str(finding))
    for key, allowed in exceptions.items():
        if key not in used:
            said.append(f"exceptions.toml: {' '.join(key).strip()}: no longer needed, take it out")
        elif used[key] < allowed:
            said.append(
                f"exceptions.toml: {' '.join(key).strip()}: {used[key]} lines are enough, not {allowed}"
            )
    return said


def check_tree(root: Path, exceptions: dict[tuple[str, str, str], int]) -> list[str]:
    """Checks every file under ``wenzhou/`` except migrations, which Django writes."""
    border = Border(root)
    files = [path for path in (root / "wenzhou").rglob("*.py") if "migrations" not in path.parts]
    return judge([finding for path in files for finding in check_file(path, root, border)], exceptions)


def main() -> int:
    """Prints what is broken; gives 1 when anything is."""
    root = Path(__file__).resolve().parents[3]
    said = check_tree(root, load_exceptions(_EXCEPTIONS))
    print("\n".join(said) if said else "ok")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
