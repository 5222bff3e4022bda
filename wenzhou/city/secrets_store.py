"""Secrets that are made on first start and kept in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret(data: Path, name: str, size: int = 64) -> str:
    """The secret of this name, made now if it does not exist; safe when two processes start at once."""
    if from_environment := os.environ.get(f"WZ_{name.upper()}"):
        return from_environment
    folder = data / "secrets"
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = folder / f".{name}.{os.getpid()}"
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(size))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)  # the first one wins; link refuses to replace
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text().strip()
