"""The embedded PostgreSQL 18 server, for ``./wz up`` and for the tests.

``EmbeddedServer(folder).start()`` makes the cluster when there is none, starts the server or attaches to
the one that runs already on that folder, and gives its address. The server stops when its last user has
called ``stop`` or has died.
"""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from wenzhou.city.launch.cluster import Cluster
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.processes import wait_until
from wenzhou.city.launch.say import NO_SPACE, LaunchError, no_space, tail_of

_TREE = Path(__file__).resolve().parents[3]
_LOG_LIMIT = 20 * 1024 * 1024


class EmbeddedServer:
    """A user's hold on the server of one data folder (the cluster stands in ``data_dir/postgres``).

    ``durable=False`` switches fsync, synchronous_commit and full_page_writes off: for tests only. When the
    server runs already, it keeps the settings it was started with.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, database: str = "wenzhou") -> None:
        self.cluster = Cluster(data_dir, durable=durable)
        self.database = database
        locks = self.cluster.data / "lock"
        self._start = FileLock(locks / "start.lock")
        self._users = FileLock(locks / "users.lock")
        self._keeper_lock = FileLock(locks / "keeper.lock")
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The libpq address, such as ``postgresql://wenzhou@/wenzhou?host=/srv/var/postgres``."""
        return self.cluster.url(self.database)

    @property
    def identity(self) -> str:
        """Differs for every cluster ever made, so that notes on what a database holds can be tied to it."""
        return self.cluster.mark_text()

    def alive(self) -> bool:
        """Whether the server accepts connections now, as its own status file says."""
        running = self.cluster.postmaster()
        return running is not None and running.ready

    def kept(self) -> bool:
        """Whether a keeper still looks after the server; when not, ``start`` brings it up again."""
        if self._keeper is not None:
            self._keeper.poll()  # takes its exit code, so that it leaves no zombie
        return not self._keeper_lock.is_free()

    def start(self, timeout: float = 60.0) -> str:
        """Starts or attaches; gives the address once the server accepts connections.

        Raises ``LaunchError`` when the server does not come up within ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        (self.cluster.data / "log").mkdir(parents=True, exist_ok=True)
        # A server that is just stopping holds the users' lock for itself: wait for it to end.
        if not self._users.held and not self._users.acquire(shared=True, timeout=timeout):
            raise LaunchError("上一个数据库进程未能停止", "the previous database server does not stop")
        if not self._start.acquire(timeout=timeout):
            raise LaunchError("另一个进程正在启动数据库", "another process is still starting the database")
        if self._keeper is not None and self._keeper.poll() is not None:
            self._keeper = None  # an earlier one; how it ended does not matter now
        try:
            self.cluster.initialise()
            self.cluster.prepare_socket_folder()
            while not (self.alive() and self.kept()):
                self._see_to_a_keeper(deadline)
                time.sleep(0.05)
            self.cluster.ensure_database(self.database)
        except BaseException:
            self._users.release()
            raise
        finally:
            self._start.release()
        return self.url

    def _see_to_a_keeper(self, deadline: float) -> None:
        ended = self._keeper is not None and self._keeper.poll() is not None
        if time.monotonic() > deadline or (ended and self._keeper and self._keeper.returncode):
            said = tail_of(self.cluster.log)
            if NO_SPACE in said:
                raise no_space(self.cluster.data)
            raise LaunchError(
                f"数据库未能启动，见 {self.cluster.log}",
                f"the database does not start, see {self.cluster.log}",
                detail=said,
            )
        if (self._keeper is None or ended) and self._keeper_lock.is_free():
            self._shorten_log()
            self._keeper = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        kind = "durable" if self.cluster.durable else "fleeting"
        with self.cluster.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "wenzhou.city.launch.keeper", str(self.cluster.data), kind],
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(_TREE), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _shorten_log(self) -> None:
        log = self.cluster.log
        with contextlib.suppress(FileNotFoundError):
            if log.stat().st_size > _LOG_LIMIT or not self.cluster.durable:
                log.rename(log.with_suffix(".old.log"))

    def stop(self, timeout: float = 8.0) -> bool:
        """Lets go of the server; when nobody else uses it, waits until it has stopped.

        Gives True when the server has stopped, False when others still use it.
        """
        if not self._users.held:
            return not self.alive()
        self._users.release()
        if not wait_until(self._is_stopping, 1.0, 0.05):
            return False
        wait_until(self._keeper_lock.is_free, timeout)
        if self._keeper is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._keeper.wait(1.0)
        return not self.alive()

    def _is_stopping(self) -> bool:
        """Whether the keeper has seen that nobody is left: then it alone holds the users' lock, or has
        ended.
        """
        if self._keeper_lock.is_free():
            return True
        if not self._users.acquire(shared=True):
            return True
        self._users.release()
        return False
