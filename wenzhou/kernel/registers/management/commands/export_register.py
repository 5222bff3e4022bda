"""``wz manage export_register``: records of a register into a file, from the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.text import t
from wenzhou.kernel.identity.api import actor_of_username
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.transfer.exports import ENCODINGS, Wish, ask, cancel, take
from wenzhou.kernel.registers.transfer.making import make_file
from wenzhou.kernel.registers.transfer.models import Export, ExportState, Format
from wenzhou.kernel.registers.transfer.writing import MARKED


class Command(BaseCommand):
    """Asks for an export, makes it at once and takes it; every record has its line in the access journal."""

    help = "把登记簿导出为文件，脱敏或按用途 / Export a register: masked, or whole for a purpose."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", help="登记簿代号 / code of the register (person, organisation, …)")
        parser.add_argument("file", type=Path, help="*.csv *.xlsx *.jsonl")
        parser.add_argument("--as", dest="username", required=True, help="以谁的岗位办理 / whose posts count")
        parser.add_argument("--reason", required=True, help="导出用途说明 / what it is for, in words")
        parser.add_argument(
            "--purpose", default="", help="用途代码；不给则脱敏 / without one values are masked"
        )
        parser.add_argument("--filter", action="append", default=[], metavar="项=值", help="field=value")
        parser.add_argument("--field", action="append", default=[], metavar="项", help="only these fields")
        parser.add_argument("--on", type=date.fromisoformat, help="截至日期 2026-01-31 / as of this day")
        parser.add_argument("--format", choices=Format.values, default="")
        parser.add_argument("--encoding", choices=list(ENCODINGS), default=MARKED)
        parser.add_argument("--english", action="store_true", help="headings and report in English")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en" if options["english"] else "zh-hans"):
            try:
                self._export(options)
            except Problem as problem:
                told = [str(problem.detail), *(f"  {name}: {text}" for name, text in problem.fields.items())]
                raise CommandError("\n".join(told)) from problem

    def _export(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        actor = actor_of_username(options["username"])
        wish = Wish(
            reason=options["reason"],
            purpose=options["purpose"],
            format=options["format"] or file.suffix.lower().lstrip("."),
            encoding=options["encoding"],
            on=options["on"],
            filters=dict(_pair(one) for one in options["filter"]),
            fields=options["field"],
        )
        asked = ask(actor, register_of(options["register"]), wish, by_job=False)
        try:
            make_file(asked.id, say=self._progress)
        except BaseException:
            cancel(actor, asked.id)
            raise
        row = Export.objects.get(id=asked.id)
        if row.state != ExportState.READY:
            trouble = row.trouble or {"zh": "导出已取消。", "en": "The export was cancelled."}
            raise CommandError(t(trouble["zh"], trouble["en"]))
        part = file.with_name(f"{file.name}.part")
        with part.open("wb") as stream:
            for piece in take(actor, row.id)[1]:
                stream.write(piece)
        part.replace(file)
        self.stdout.write(
            t("已导出 {n} 条记录：{file}", "{n} records exported: {file}", n=row.done, file=file)
        )

    def _progress(self, done: int) -> None:
        self.stderr.write(t("已导出 {n} 条", "{n} records", n=done))


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise CommandError(f"--filter {text}: name=value")
    return name, value
