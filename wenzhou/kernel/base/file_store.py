"""The file store: content-addressed, under ``<folder>/ab/cd/<sha256>``.

A file becomes visible under its name only whole and on disk: bytes go to a temporary file, are flushed (fsync), then
renamed, then the folder entry is flushed. The same bytes are kept once. A process killed half-way leaves at most a
temporary file in ``tmp/``, which `sweep` removes. Every full read is checked against the name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

CHUNK: Final = 256 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")


class StoreError(RuntimeError):
    """The store cannot do what was asked; for the operator's log."""


class TooLarge(StoreError):
    """More bytes came than the caller allows; nothing was kept."""


class Missing(StoreError):
    """No content of this name is kept."""


class Damaged(StoreError):
    """What is kept is not what its name says: the disk or somebody has changed it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was kept: its name and its size in bytes."""

    sha256: str
    size: int


class Staged:
    """Bytes on disk that are not yet visible: inspect `path`, then `keep` them or let them go."""

    def __init__(self, store: FileStore, path: Path, stored: Stored) -> None:
        self._store = store
        self.path = path
        self.stored = stored

    def keep(self) -> Stored:
        """Make the bytes visible under their name; safe when another does the same at this moment."""
        self._store._publish(self.path, self.stored.sha256)
        return self.stored


class FileStore:
    """A store in one folder, shared by any number of processes on one file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"

    def path_of(self, sha256: str) -> Path:
        """Where content of this name lies. Raises `StoreError` for what is no SHA-256 in lower-case hex."""
        if not _SHA256.match(sha256):
            raise StoreError(f"not a SHA-256: {sha256!r}")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    @contextlib.contextmanager
    def stage(self, chunks: Iterable[bytes], *, limit: int) -> Iterator[Staged]:
        """Write `chunks` (at most `limit` bytes, else `TooLarge`) to a temporary file and flush it.

        On leaving, what was not kept is removed.
        """
        for folder in (self.folder, self.temporary):  # each by itself: parents are made by the umask
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(prefix="in-", dir=self.temporary)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                stored = _copy(chunks, out, limit)
            yield Staged(self, path, stored)
        finally:
            path.unlink(missing_ok=True)

    def put(self, chunks: Iterable[bytes], *, limit: int) -> Stored:
        """Stage and keep at once: for bytes that we made ourselves."""
        with self.stage(chunks, limit=limit) as staged:
            return staged.keep()

    def _publish(self, source: Path, sha256: str) -> None:
        target = self.path_of(sha256)
        if target.exists():
            return  # names are made from content: the same bytes are here
        for folder in (target.parent.parent, target.parent):
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                _flush_folder(folder.parent)
        source.chmod(0o440)
        source.replace(target)  # atomic; when two come at once the second replaces equal bytes
        _flush_folder(target.parent)

    def has(self, sha256: str) -> bool:
        """Whether content of this name is kept."""
        return self.path_of(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream, not yet verified. Raises `Missing`."""
        try:
            return self.path_of(sha256).open("rb")
        except FileNotFoundError:
            raise Missing(sha256) from None

    def verify(self, sha256: str) -> int:
        """Read all and compare with the name; the size in bytes. Raises `Missing`, `Damaged`."""
        with self.open(sha256) as stream:
            size = 0
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if digest.hexdigest() != sha256:
            raise Damaged(f"{sha256}: content has changed on disk ({size} bytes)")
        return size

    def read(self, sha256: str) -> bytes:
        """All bytes, verified. Raises `Missing`, `Damaged`."""
        with self.open(sha256) as stream:
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Damaged(f"{sha256}: content has changed on disk ({len(content)} bytes)")
        return content

    def verified_chunks(self, sha256: str) -> Iterator[bytes]:
        """The content in chunks, verified before the first is given out. Raises `Missing`, `Damaged`.

        Reading twice costs little (the second time comes from the page cache) and means that a reader never
        gets the beginning of a damaged file.
        """
        self.verify(sha256)
        return self._chunks(self.open(sha256))

    @staticmethod
    def _chunks(stream: BinaryIO) -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def remove(self, sha256: str) -> None:
        """Let go of content that nobody names any more; nothing happens when it is gone already."""
        self.path_of(sha256).unlink(missing_ok=True)

    def names(self, *, older_than: float) -> Iterator[str]:
        """Names of what was kept more than `older_than` seconds ago."""
        before = time.time() - older_than
        for path in self.folder.glob("??/??/*"):
            with contextlib.suppress(FileNotFoundError):
                if _SHA256.match(path.name) and path.stat().st_mtime < before:
                    yield path.name

    def sweep(self, *, older_than: float = 3600.0) -> int:
        """Remove temporary files of dead processes older than `older_than` seconds; how many there were."""
        if not self.temporary.is_dir():
            return 0
        removed = 0
        for path in self.temporary.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - older_than:
                    path.unlink()
                    removed += 1
        return removed


def _copy(chunks: Iterable[bytes], out: BinaryIO, limit: int) -> Stored:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"more than {limit} bytes")
        digest.update(chunk)
        out.write(chunk)
    out.flush()
    os.fsync(out.fileno())
    return Stored(digest.hexdigest(), size)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
