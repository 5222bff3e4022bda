"""``./wz up``: from a bare checkout to a running city, and down again."""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from wenzhou.city.launch import preflight
from wenzhou.city.launch.database import EmbeddedServer
from wenzhou.city.launch.environment import Environment
from wenzhou.city.launch.frontend import Frontend
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.preflight import Options
from wenzhou.city.launch.say import LaunchError, Steps, line, run
from wenzhou.city.launch.supervise import Child, Supervisor, clean_leftovers, cores
from wenzhou.city.launch.tree import Notes, Tree, digest, digest_of, digest_of_dates

SERVER = (
    "--blocking-threads",
    "8",
    "--backlog",
    "1024",
    "--backpressure",
    "512",
    "--no-access-log",
    "--no-ws",
)
"""Settings of Granian. A permit (back-pressure) is held by a connection for as long as it is kept alive: far more
of them than threads.
"""
_READY_SECONDS = 60.0


class Ended(BaseException):
    """SIGTERM or Ctrl-C. Not an Exception, so that no step takes it for a failure of its own."""


def parse(tree: Tree, arguments: list[str]) -> Options:
    """Reads the command line of ``up``; ends with code 2 when it is wrong."""
    parser = argparse.ArgumentParser(prog="./wz up", description="启动数字温州 · bring Digital Wenzhou up")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port, 0 for any free one (8000)")
    parser.add_argument("--data", type=Path, default=Path("var"), help="data folder (var)")
    parser.add_argument("--persons", type=int, default=20_000, help="made persons of the demo city (20000)")
    parser.add_argument("--no-demo", action="store_true", help="no demo city, no demo accounts")
    found = parser.parse_args(arguments)
    if not 0 <= found.port <= 65_535:
        parser.error("--port 须在 0 与 65535 之间 · must be between 0 and 65535")
    if found.persons < 0:
        parser.error("--persons 不可为负 · must not be negative")
    # A relative folder is meant from where the person stands; the default stands in the tree.
    data = tree.root / "var" if found.data == Path("var") else found.data.expanduser().absolute()
    return Options(found.host, found.port, data, found.persons, not found.no_demo)


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turns SIGINT and SIGTERM into ``Ended`` once; further ones do not disturb the stopping."""

    def end(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Ended

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    yield


def _web_processes() -> str:
    """WZ_WEB_PROCESSES, else two, one where there is one processor only."""
    asked = os.environ.get("WZ_WEB_PROCESSES", "")
    return asked if asked.isdigit() and int(asked) else str(min(2, cores()))


class Up:
    """One run of ``./wz up``."""

    def __init__(self, tree: Tree, options: Options) -> None:
        self.tree = tree
        self.options = options
        self.notes = Notes(options.data / "notes.json")
        self.server: EmbeddedServer | None = None
        self.url = os.environ.get("WZ_DATABASE_URL", "")
        self.lock = FileLock(options.up_lock)
        self.record = options.data / "run" / "children.json"
        self.port = options.port
        self.supervisor: Supervisor | None = None
        self.database_deaths: list[float] = []

    def run(self) -> int:
        """Brings everything up, stays until it is told to end, takes everything down; gives the exit code."""
        preflight.check(self.tree, self.options)
        with ended_by_signals():
            try:
                self._prepare()
                self._serve()
            except Ended:
                line("正在停止", "stopping")
            finally:
                self._down()
        line("已停止", "stopped")
        return 0

    def _prepare(self) -> None:
        steps = Steps(7)
        with steps.step("环境", "environment") as notes:
            notes.append(Environment(self.tree).ensure("run"))
        with steps.step("前端", "front-end") as notes:
            notes.append(Frontend(self.tree).ensure())
        with steps.step("数据库", "database") as notes:
            notes.append(self._database())
        with steps.step("表结构", "migrate") as notes:
            notes.append(self._once("migrate", self._schema(), ["migrate", "--noinput", "-v", "0"]))
        with steps.step("静态文件", "static files") as notes:
            command = ["collectstatic", "--noinput", "--clear", "-v", "0"]
            if not (self.options.data / "static").is_dir():
                self.notes.write(static="")  # somebody has cleared it away: what is noted is not there
            notes.append(self._once("static", self._static(), command))
        with steps.step("城市数据", "city") as notes:
            notes.append(self._city())
        with steps.step("启动", "start") as notes:
            self._start()
            notes.append(self.address)

    @property
    def address(self) -> str:
        """Where the city answers."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.options.host, self.options.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{self.port}/"

    def environment(self, **more: str) -> dict[str, str]:
        """What Django's settings read. What the operator has set for host names and public address stands."""
        local = {"127.0.0.1", "localhost", "[::1]", self.options.host.strip("[]")}
        if self.options.host in ("0.0.0.0", "::"):  # noqa: S104  (asked for by --host)
            local |= {socket.gethostname(), socket.getfqdn()}
        more.setdefault("WZ_ALLOWED_HOSTS", os.environ.get("WZ_ALLOWED_HOSTS") or ",".join(sorted(local)))
        more.setdefault("WZ_PUBLIC_URL", os.environ.get("WZ_PUBLIC_URL") or self.address.rstrip("/"))
        return self.tree.environment(
            **more,
            WZ_DATABASE_URL=self.url,
            WZ_DATA=str(self.options.data),
            WZ_HOST=self.options.host,
            WZ_PORT=str(self.port),
            WZ_DEMO="1" if self.options.demo else "",
            WZ_PERSONS=str(self.options.persons),
        )

    def _database(self) -> str:
        version = preflight.check_server(self.tree, self.url) if self.url else ""
        if not self.lock.acquire():
            raise preflight.in_use(self.options)
        if clean_leftovers(self.record):
            line("已清理上次遗留的进程", "ended processes that a killed launcher left behind")
        self.port = self.options.port or preflight.free_port(self.options.host)
        self.options.up_lock.write_text(self.address)
        if version:
            return f"PostgreSQL {version}, WZ_DATABASE_URL"
        self.server = EmbeddedServer(self.options.data)
        self.url = self.server.start()
        return "内置 embedded PostgreSQL 18"

    def _once(self, key: str, wanted: str, command: list[str], *, show: bool = False) -> str:
        """Runs a Django command unless it is noted as done for just this input and database."""
        if self.notes.says(key, wanted):
            return "无变化 unchanged"
        run(
            self.tree.manage(*command),
            command[0],
            command[0],
            cwd=self.tree.root,
            env=self.environment(WZ_COLLECT_STATIC="1" if key == "static" else ""),
            show=show,
            place=self.options.data if key == "static" or self.server is not None else "WZ_DATABASE_URL",
        )
        self.notes.write(**{key: wanted})
        return "完成 done"

    def _schema(self) -> str:
        """What the tables depend on. A database that is not ours may be changed by others: never taken as
        done.
        """
        if self.server is None:
            return digest("external", str(time.time_ns()))
        files = [self.tree.root / "requirements.lock", *self.tree.root.glob("wenzhou/**/migrations/*.py")]
        return digest("schema", self.server.identity, digest_of(files, self.tree.root))

    def _static(self) -> str:
        root = self.tree.root
        made = (path for path in (self.tree.build / "static").rglob("*") if path.is_file())
        ours = (path for path in root.glob("wenzhou/**/static/**/*") if path.is_file())
        return digest(digest_of_dates([*made, *ours], root), digest_of([root / "requirements.lock"], root))

    def _city(self) -> str:
        if not self._has_command("load_city"):
            return "尚无 load_city，跳过 no load_city yet, skipped"
        persons = self.options.persons if self.options.demo else 0
        code = digest_of(self.tree.root.glob("wenzhou/**/*.py"), self.tree.root)
        wanted = digest(
            self._schema(),
            str(persons),
            code,
            digest_of([self.tree.root / "package-lock.json"], self.tree.root),
        )
        return self._once("city", wanted, ["load_city", "--persons", str(persons)], show=True)

    def _has_command(self, name: str) -> bool:
        return any(self.tree.root.glob(f"wenzhou/**/management/commands/{name}.py"))

    def _start(self) -> None:
        logs = self.options.data / "log"
        python = str(self.tree.python)
        children = [
            Child("web", self._web_command(), logs / "web.log"),
            Child("worker", [python, "-m", "wenzhou.city", "worker"], logs / "worker.log"),
        ]
        self.supervisor = Supervisor(children, self.environment(), self.tree.root, self.record)
        self.supervisor.start()
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            self._tend()
            if time.monotonic() > deadline:
                log = logs / "web.log"
                raise LaunchError(f"网站未应答，见 {log}", f"the web server does not answer, see {log}")
            time.sleep(0.1)

    def _web_command(self) -> list[str]:
        static = self.options.data / "static"
        static.mkdir(parents=True, exist_ok=True)
        command = [str(self.tree.venv / "bin" / "granian"), "--interface", "wsgi"]
        command += ["--host", self.options.host, "--port", str(self.port)]
        command += ["--workers", _web_processes(), *SERVER]
        command += ["--static-path-route", "/static", "--static-path-mount", str(static)]
        command += ["--workers-kill-timeout", "3", "wenzhou.city.wsgi:application"]
        return command

    def _answers(self) -> bool:
        host = self.address.removeprefix("http://").rstrip("/").rpartition(":")[0].strip("[]")
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": f"{host}:{self.port}"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _tend(self) -> None:
        if self.supervisor is not None:
            self.supervisor.tend()
        if self.server is not None and not self.server.kept():
            now = time.monotonic()
            self.database_deaths = [at for at in self.database_deaths if now - at < 60.0] + [now]
            if len(self.database_deaths) >= 5:
                raise LaunchError(
                    "数据库反复退出", f"the database ends again and again, see {self.server.cluster.log}"
                )
            line("数据库意外退出，正在重启", "the database ended, starting it again")
            self.server.stop(0.0)
            self.server.start()

    def _serve(self) -> None:
        print(f"\n数字温州 · Digital Wenzhou\n  {self.address}\n", flush=True)
        if self.options.demo and self._has_command("demo_accounts"):
            print(self._accounts(), flush=True)
        line("按 Ctrl-C 停止", "Ctrl-C stops it")
        while True:
            self._tend()
            time.sleep(0.2)

    def _accounts(self) -> str:
        """The demo accounts; kept beside the data, since asking Django for them takes seconds."""
        kept = self.options.data / "run" / "demo-accounts.txt"
        wanted = self.notes.read().get("city", "")
        if not (wanted and kept.exists() and self.notes.says("accounts", wanted)):
            said = run(
                self.tree.manage("demo_accounts"),
                "演示账户",
                "demo accounts",
                cwd=self.tree.root,
                env=self.environment(),
            )
            kept.write_text(said, encoding="utf-8")
            self.notes.write(accounts=wanted)
        return kept.read_text(encoding="utf-8")

    def _down(self) -> None:
        if self.supervisor is not None:
            self.supervisor.stop()
        if self.server is not None:
            self.server.stop(5.0)
        if self.lock.held:
            self.options.up_lock.write_text("")
            self.lock.release()
