"""The Python environment ``.venv``, made from the lock files; skipped when it fits them already."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from wenzhou.city.launch import apt, mirrors
from wenzhou.city.launch.bootstrap import bare_environment, outside_uv, requirement
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.say import LaunchError, line, run
from wenzhou.city.launch.tree import Notes, Tree, digest_of

Kind = Literal["run", "dev"]
_LOCKS: dict[Kind, str] = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
_TOOLS = "requirements-tools.lock"
_WAIT = 1800.0


@contextmanager
def alone(tree: Tree, name: str) -> Iterator[None]:
    """One launcher at a time in this tree; the other waits and says so."""
    lock = FileLock(tree.lock(name))
    if not lock.acquire():
        line("另一个 ./wz 正在准备，请稍候", "another ./wz is preparing this tree; waiting")
        if not lock.acquire(timeout=_WAIT):
            raise LaunchError("等待另一个 ./wz 超时", "the other ./wz does not finish")
    try:
        yield
    finally:
        lock.release()


class Environment:
    """``.venv`` of a tree.

    A ``.venv`` that is a link belongs to somebody else (several work trees may share one): it is used as it
    is.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.notes = Notes(tree.venv / "wz.json")

    def fits(self, kind: Kind) -> bool:
        """Whether the environment holds what the lock asks for. The test environment also serves for
        running.
        """
        noted = self.notes.read()
        return (
            noted.get(kind) == self._wanted(kind)
            and noted.get("place") == self._place()
            and os.access(self.tree.python, os.X_OK)
        )

    def _place(self) -> str:
        """Where the environment stands and which Python it is of. Its programs name their place, so that
        one in a moved tree is stale; and so is one whose Python the system has replaced by a newer one.
        """
        return f"{self.tree.venv} {self.tree.python.resolve()}"

    def missing(self) -> bool:
        """Whether there is no environment at all yet."""
        return not self.tree.venv.exists()

    def ensure(self, kind: Kind) -> str:
        """Makes the environment fit; gives a note on what was done. Safe when several launchers run at
        once.
        """
        if self.tree.venv.is_symlink():
            if not os.access(self.tree.python, os.X_OK):
                raise LaunchError(".venv 链接无效", "the link .venv leads to no environment")
            return "链接，不改动 linked, left as it is"
        if self.fits(kind):
            return "无变化 unchanged"
        with alone(self.tree, "environment"):
            if self.fits(kind):
                return "无变化 unchanged"
            if kind == "run" and "dev" in self.notes.read():
                kind = "dev"  # keep the tools of somebody who tests, instead of taking them out and in again
            if self.notes.read().get("place", self._place()) != self._place():
                shutil.rmtree(self.tree.venv)
            self.notes.forget()
            self._make()
            self._install(kind)
            kinds: tuple[Kind, ...] = ("run", "dev") if kind == "dev" else ("run",)
            self.notes.write(place=self._place(), **{each: self._wanted(each) for each in kinds})
        return _LOCKS[kind]

    def _wanted(self, kind: Kind) -> str:
        return digest_of([self.tree.root / _LOCKS[kind], self.tree.root / _TOOLS], self.tree.root)

    def _make(self) -> None:
        """Makes the bare environment unless a working one of this place is there."""
        if self._works():
            return
        base = getattr(sys, "_base_executable", None) or sys.executable
        if self._made_by_venv(base):
            return
        # Debian and Ubuntu split pip's seed off into python3-venv; uv needs neither.
        uv = outside_uv(self.tree.root / _TOOLS, self.tree.build / "tools", base)
        if uv is not None:
            command = [uv, "venv", "--quiet", "--python", base, str(self.tree.venv)]
            run(command, "建立环境", "making .venv", env=_uv_env())
            return
        package = "python{}.{}-venv".format(*sys.version_info)
        if apt.can_install():
            line(f"正在安装 {package}", f"installing {package} with apt-get")
            if apt.install(package) and self._made_by_venv(base):
                return
        raise LaunchError(
            f"没有 pip 也没有 uv，请安装 {package}，或设定 PIP_INDEX_URL",
            f"there is neither pip nor uv: install {package}, or set PIP_INDEX_URL",
        )

    def _made_by_venv(self, base: str) -> bool:
        shutil.rmtree(self.tree.venv, ignore_errors=True)
        done = subprocess.run(
            [base, "-m", "venv", str(self.tree.venv)],
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(self.tree.venv, ignore_errors=True)
        return done.returncode == 0

    def _works(self) -> bool:
        ask = "import json, sys; print(json.dumps([sys.prefix, sys.version_info >= (3, 12)]))"
        try:
            done = subprocess.run(
                [str(self.tree.python), "-c", ask], capture_output=True, text=True, check=False
            )
            prefix, new_enough = json.loads(done.stdout)
        except (OSError, ValueError):
            return False
        return bool(new_enough) and Path(prefix) == self.tree.venv

    def _install(self, kind: Kind) -> None:
        lock = self.tree.root / _LOCKS[kind]
        uv = self.uv()
        zh, en = "安装依赖", f"installing {lock.name}"
        if uv is not None:
            command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
            command += ["--python", str(self.tree.python), str(lock)]
            run(command, zh, en, cwd=self.tree.root, env=_uv_env())
            return
        line("没有 uv，改用 pip", "uv cannot be had; pip is used instead")
        command = [str(self.tree.python), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
        run([*command, "--no-deps", "-r", str(lock)], zh, en, cwd=self.tree.root, env=bare_environment())

    def uv(self) -> str | None:
        """The pinned uv, installed into the environment; a uv from outside when there is no pip; else None."""
        inside = self.tree.venv / "bin" / "uv"
        if inside.exists():
            return str(inside)
        fetched = self.tree.build / "tools" / "uv"
        if not (self.tree.venv / "bin" / "pip").exists():
            return shutil.which("uv") or (str(fetched) if fetched.exists() else None)
        wanted = self.tree.venv / "wz-uv.txt"
        wanted.write_text(requirement(self.tree.root / _TOOLS, "uv"))
        command = [str(self.tree.python), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
        try:
            run([*command, "-r", str(wanted)], "安装 uv", "installing uv", env=bare_environment())
        except LaunchError:
            return shutil.which("uv")
        return str(inside)


def _uv_env() -> dict[str, str]:
    return bare_environment() | mirrors.for_uv()
