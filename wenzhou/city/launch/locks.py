"""Locks between processes, on files. The operating system drops them when their holder dies, however it
dies.
"""

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """A ``flock`` on one file: shared by many, or exclusive to one holder. Not for threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, *, shared: bool = False, timeout: float = 0.0) -> bool:
        """Takes the lock within ``timeout`` seconds (0: at once or not at all); False when another has it."""
        if self._descriptor is not None:
            raise RuntimeError(f"{self.path} is already held by this object")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(0.05)
            except BaseException:
                os.close(descriptor)
                raise
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Gives the lock back; does nothing when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_free(self) -> bool:
        """Whether nobody holds the lock in any way just now. Makes no file."""
        if not self.path.exists():
            return True
        probe = FileLock(self.path)
        if not probe.acquire():
            return False
        probe.release()
        return True
