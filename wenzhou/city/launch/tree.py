"""Where things stand in the tree, and notes on what has been done there already."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """A checkout. ``build/`` holds what is made from it and may be deleted at any time."""

    root: Path

    @property
    def venv(self) -> Path:
        """The folder of the environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.venv / "bin" / "python"

    @property
    def build(self) -> Path:
        """The folder for made things."""
        return self.root / "build"

    def lock(self, name: str) -> Path:
        """The file of a lock between launchers of this tree."""
        return self.build / "lock" / f"{name}.lock"

    def manage(self, *arguments: str) -> list[str]:
        """Django's command line in the environment."""
        return [str(self.python), "-m", "wenzhou.city", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of programs that run in the tree."""
        # Without kept bytecode every start compiles some thousand files again, which takes longer than all the rest.
        dropped = ("PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        path = f"{self.venv / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}"
        return kept | {"PATH": path, "PYTHONPATH": str(self.root), "PYTHONUTF8": "1"} | more


def this_tree() -> Tree:
    """The tree that this file belongs to."""
    return Tree(Path(__file__).resolve().parents[3])


class Notes:
    """A small JSON file of keys and fingerprints, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        """What is noted; empty when nothing is, or when the file is damaged."""
        try:
            found = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def says(self, key: str, value: str) -> bool:
        """Whether ``key`` was last noted as ``value``."""
        return self.read().get(key) == value

    def write(self, **changes: str) -> None:
        """Adds or changes notes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps(self.read() | changes, indent=1, sort_keys=True))
        fresh.replace(self.path)

    def forget(self) -> None:
        """Removes every note."""
        self.path.unlink(missing_ok=True)


def digest(*parts: str) -> str:
    """A short fingerprint of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def digest_of(files: Iterable[Path], root: Path) -> str:
    """A fingerprint of the names and contents of files; a missing file counts as such."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"-")
    return total.hexdigest()[:32]


def digest_of_dates(files: Iterable[Path], root: Path) -> str:
    """A fingerprint of names, sizes and dates: for many or large files."""
    total = hashlib.sha256()
    for path in sorted(files):
        status = path.stat()
        name = path.relative_to(root).as_posix()
        total.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()[:32]
