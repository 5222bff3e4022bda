"""``./wz COMMAND``: one place where each command is named."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from wenzhou.city.launch.say import LaunchError, no_space, use_utf8
from wenzhou.city.launch.tree import Tree, this_tree

HELP = """\
数字温州 · Digital Wenzhou

  ./wz up [--port 8000] [--data var] [--persons 20000] [--host 127.0.0.1] [--no-demo]
                          启动城市 · bring the city up
  ./wz test [ARGS…]       运行全部测试 · run all tests (ARGS go to pytest);  test --spark: 本机 Spark 上的记录链接 · linkage on a local Spark
  ./wz check              静态检查 · static checks;  check --licences: 许可证 · licences
  ./wz bench [NAME]       性能对照 · benchmarks beside their peers
  ./wz new-system GROUP NAME
                          生成新系统 · generate a new system
  ./wz manage ARGS…       Django 命令行 · Django's command line
  ./wz help               本说明 · this text

WZ_DATABASE_URL=postgresql://… 使用已有的 PostgreSQL ≥ 17 · uses an existing PostgreSQL ≥ 17
"""

WITHOUT_DATABASE = {
    "check",
    "makemigrations",
    "makemessages",
    "compilemessages",
    "new_system",
    "write_docs",
    "help",
    "--help",
    "--version",
}

Command = Callable[[Tree, list[str]], int]


def up(tree: Tree, arguments: list[str]) -> int:
    """Brings the city up."""
    from wenzhou.city.launch.up import Up, parse

    return Up(tree, parse(tree, arguments)).run()


def test(tree: Tree, arguments: list[str]) -> int:
    """Runs the tests."""
    from wenzhou.city.launch.run_tests import run_tests

    return run_tests(tree, arguments)


def check(tree: Tree, arguments: list[str]) -> int:
    """Runs the static checks, or lists licences."""
    from wenzhou.city.launch.check import run_checks

    return run_checks(tree, arguments)


def bench(tree: Tree, arguments: list[str]) -> int:
    """Hands over to ``benchmarks/``; licences are printed with the fonts of the front-end parts."""
    from wenzhou.city.launch.environment import Environment
    from wenzhou.city.launch.frontend import Frontend

    Environment(tree).ensure("dev")
    if not {"-h", "--help"}.intersection(arguments):
        Frontend(tree).ensure()
    return _inside(tree, "dev", ["-m", "benchmarks", *arguments])


def new_system(tree: Tree, arguments: list[str]) -> int:
    """Hands over to the generator."""
    return _inside(tree, "dev", ["-m", "wenzhou.city", "new_system", *arguments])


def manage(tree: Tree, arguments: list[str]) -> int:
    """Hands over to Django's command line; brings the embedded database up for it when it is not running."""
    from wenzhou.city.launch.database import EmbeddedServer
    from wenzhou.city.launch.environment import Environment

    if os.environ.get("WZ_DATABASE_URL") or not arguments or arguments[0] in WITHOUT_DATABASE:
        return _inside(tree, "run", ["-m", "wenzhou.city", *arguments])
    Environment(tree).ensure("run")
    data = Path(os.environ.get("WZ_DATA") or tree.root / "var").absolute()
    server = EmbeddedServer(data)
    environment = tree.environment(WZ_DATABASE_URL=server.start(), WZ_DATA=str(data))
    try:
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # a Ctrl-C is for the command; we wait for what it makes of it
        return subprocess.call(tree.manage(*arguments), env=environment)
    finally:
        server.stop()


def show_help(tree: Tree, arguments: list[str]) -> int:
    """Prints the commands."""
    print(HELP, end="")
    return 0


COMMANDS: dict[str, Command] = {
    "up": up,
    "test": test,
    "check": check,
    "bench": bench,
    "new-system": new_system,
    "manage": manage,
    "help": show_help,
    "--help": show_help,
    "-h": show_help,
}


def _inside(tree: Tree, kind: str, arguments: list[str]) -> int:
    """Makes the environment fit, then becomes its Python."""
    from wenzhou.city.launch.environment import Environment

    Environment(tree).ensure("dev" if kind == "dev" else "run")
    environment = tree.environment()
    environment.setdefault("WZ_DATA", str(tree.root / "var"))
    sys.stdout.flush()
    os.execve(tree.python, [str(tree.python), *arguments], environment)  # noqa: S606  (no shell is meant)


def main(arguments: list[str]) -> int:
    """Runs one command; gives the exit code. Trouble the operator can mend is one line, not a traceback."""
    use_utf8()
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    command = COMMANDS.get(name)
    if command is None:
        print(f"没有命令 {name} · unknown command: {name} (./wz help)", file=sys.stderr)
        return 2
    try:
        return command(this_tree(), rest)
    except LaunchError as error:
        return _tell(error)
    except OSError as error:
        known = _known(error)
        if known is None:
            raise
        return _tell(known)
    except KeyboardInterrupt:
        return 130


def _tell(error: LaunchError) -> int:
    print(f"{error}", file=sys.stderr)
    if error.detail:
        print(error.detail, file=sys.stderr)
    return error.code


def _known(error: OSError) -> LaunchError | None:
    """The line for a full disk or a read-only place met on the way."""
    where = error.filename or "?"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_space(where)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return LaunchError(f"不可写：{where}", f"no right to write: {where}")
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
