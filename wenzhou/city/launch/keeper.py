"""Keeps one embedded PostgreSQL server running for as long as anybody uses it, and no longer.

A keeper is a process of its own, so that the server belongs to all its users and dies with none of them in
particular. Users hold a shared lock on ``users.lock``; the operating system drops it however a user dies.
When the keeper can take that lock for itself nobody is left, and it stops the server and ends. It starts a
server that died again, slower each time, and gives up after five quick deaths.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

from wenzhou.city.launch.cluster import Cluster, clean_environment
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.processes import die_with_parent, identity

GAVE_UP = 3
QUICK_SECONDS = 10.0
QUICK_DEATHS = 5


class Keeper:
    """One keeper over one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.child: subprocess.Popen[bytes] | None = None
        self.adopted: int | None = None
        self.asked_to_end = False

    def keep(self, users: FileLock) -> int:
        """Runs until nobody uses the server; gives the exit code."""
        deaths = 0
        while not self._nobody_left(users):
            began = time.monotonic()
            self._begin()
            while self._runs():
                if self._nobody_left(users):
                    self._end()
                    return 0
                time.sleep(0.1)
            deaths = 0 if self._was_killed() or time.monotonic() - began > QUICK_SECONDS else deaths + 1
            if deaths >= QUICK_DEATHS:
                return GAVE_UP
            # Processes of a killed server need a moment to notice; until then a new one may not start.
            time.sleep(0.2 * 2**deaths)
        return 0

    def _nobody_left(self, users: FileLock) -> bool:
        return self.asked_to_end or users.held or users.acquire()

    def _begin(self) -> None:
        running = self.cluster.postmaster()
        if running is not None:
            self.adopted = running.pid
            return
        self.adopted = None
        self.cluster.open_ways()
        self.cluster.drop_stale_pid_file()
        account = self.cluster.account
        with self.cluster.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.cluster.command(),
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (this process has one thread)
            )

    def _runs(self) -> bool:
        if self.adopted is not None:
            return identity(self.adopted) is not None
        return self.child is not None and self.child.poll() is None

    def _was_killed(self) -> bool:
        """By an operator, or by the kernel short of memory: such a server has not failed to start."""
        return self.child is not None and self.child.returncode == -signal.SIGKILL

    def _end(self) -> None:
        pid = self.adopted if self.adopted is not None else self.child and self.child.pid
        if pid:
            self.cluster.stop(pid)
        if self.child is not None:
            self.child.poll()


def main(data: str, kind: str) -> int:
    """Runs a keeper for the cluster of the data folder; ends at once when there is one already."""
    cluster = Cluster(Path(data), durable=kind == "durable")
    alone = FileLock(cluster.data / "lock" / "keeper.lock")
    if not alone.acquire():
        return 0
    keeper = Keeper(cluster)

    def ask_to_end(*_: object) -> None:
        keeper.asked_to_end = True

    signal.signal(signal.SIGTERM, ask_to_end)
    signal.signal(signal.SIGINT, ask_to_end)
    users = FileLock(cluster.data / "lock" / "users.lock")
    try:
        return keeper.keep(users)
    finally:
        alone.release()  # before the users' lock: whoever gets that one next must find no keeper
        users.release()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
