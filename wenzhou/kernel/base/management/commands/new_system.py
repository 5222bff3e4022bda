"""``./wz new-system GROUP NAME``: a module to begin with, which passes ``./wz check`` and its own tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.scaffolding import NewSystem, check, made


class Command(BaseCommand):
    """Nothing is left behind when it fails. It needs no database: the migration comes from the models alone."""

    help = "Generate a new system (docs/how-to/add-a-system.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        # Not required by argparse, whose message would be in English alone: an empty word is refused below.
        parser.add_argument(
            "group", nargs="?", default="", help="foundation, enterprise, government, community or assurance"
        )
        parser.add_argument("name", nargs="?", default="", help="the module's code, such as parks")
        parser.add_argument("--zh", default="", help="its name in Chinese")
        parser.add_argument("--en", default="", help="its name in English")
        parser.add_argument("--thing", default="entry", help="what one row is, such as park")
        parser.add_argument("--thing-zh", default="条目", help="the same in Chinese")
        parser.add_argument("--row", action="append", default=[], help="row of the inventory, such as G5f")
        parser.add_argument("--clause", action="append", default=[], help="clause of the plan, such as 2.12")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        new = NewSystem(
            group=options["group"],
            code=name,
            zh=options["zh"] or f"新系统 {name}",
            en=options["en"] or name.replace("_", " ").capitalize(),
            thing=options["thing"],
            thing_zh=options["thing_zh"],
            rows=tuple(options["row"]),
            clauses=tuple(options["clause"]),
        )
        root = Path(settings.ROOT)
        try:
            check(new, root, labels=_labels(), paths=_paths())
        except Invalid as problem:
            raise CommandError(f"{problem.detail.zh} · {problem.detail.en}") from None
        try:
            with made(new, root) as folder:
                _finish(new, root, folder)
        except subprocess.CalledProcessError as error:
            raise CommandError(
                f"生成未完成，已全部撤回 · it could not be finished and has been taken back: {error.output}"
            ) from None
        self._say(new)

    def _say(self, new: NewSystem) -> None:
        self.stdout.write(
            f"已生成 · made: {new.folder}  (/{new.path}/)\n"
            f"请按 RENAME 标记改为实际内容 · rename what is marked:  grep -rn RENAME {new.folder}\n"
            f"试一试 · try it:  ./wz test {new.folder}\n"
            "步骤 · the steps:  docs/how-to/add-a-system.md"
        )


def _finish(new: NewSystem, root: Path, folder: Path) -> None:
    """Order and layout by ruff, the migration by Django, the page of systems: in processes that know the module."""
    for arguments in (
        ["ruff", "check", "--quiet", "--select", "I", "--fix", str(folder)],
        ["wenzhou.city", "makemigrations", new.code],
        ["ruff", "format", "--quiet", str(folder)],
        ["wenzhou.city", "write_docs"],
    ):
        subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=root,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _labels() -> frozenset[str]:
    return frozenset(config.label for config in apps.get_app_configs())


def _paths() -> frozenset[str]:
    """First parts of all addresses, so that a new module's pages hide nobody's and are hidden by none."""
    return frozenset(_first_parts(get_resolver().url_patterns))


def _first_parts(patterns: list[URLPattern | URLResolver]) -> list[str]:
    found = []
    for pattern in patterns:
        first = str(pattern.pattern).lstrip("^").partition("/")[0]
        if isinstance(pattern, URLResolver) and not first:
            found += _first_parts(pattern.url_patterns)
        else:
            found.append(first)
    return found
