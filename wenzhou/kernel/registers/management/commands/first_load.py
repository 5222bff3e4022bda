"""``wz manage first_load``: the files of an old register into an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.first_load import STREAMS, Part, first_load, recover


class Command(BaseCommand):
    """Exit code 0: everything is loaded, indexed and proven; else nothing is."""

    help = (
        "初始入库：把旧系统的文件（COPY 文本格式，UTF-8）一次装入空登记簿。"
        " / First load of an empty register from files in the text format of COPY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", nargs="?", help="登记簿代号 / code of the register (person, …)")
        for what in ("anchors", "versions"):
            parser.add_argument(f"--{what}", type=Path, nargs="+", default=[], metavar="FILE")
            parser.add_argument(f"--{what}-columns", metavar="a,b,c", help="fields, in the order of the file")
        parser.add_argument("--streams", type=int, default=STREAMS)
        parser.add_argument("--recover", action="store_true", help="只清除被中断的入库 / undo a killed load")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recover"]:
            recover(self.stdout.write)
            return
        if not options["register"]:
            raise CommandError("请给出登记簿代号 / name the register")
        model: Any = register_of(options["register"]).model
        anchor: type[models.Model] = model._meta.get_field(model.entity_fields[0]).related_model
        parts = [
            Part(table, tuple((options[f"{what}_columns"] or "").split(",")), tuple(options[what]))
            for what, table in (("anchors", anchor), ("versions", model))
            if options[what]
        ]
        actor = Actor.system("registers.first-load")
        try:
            rows = first_load(
                actor, options["register"], parts, streams=options["streams"], say=self.stdout.write
            )
        except Problem as problem:
            raise CommandError(f"{problem.detail.zh} / {problem.detail.en}") from problem
        self.stdout.write(f"已入库 loaded: {rows:,}")
