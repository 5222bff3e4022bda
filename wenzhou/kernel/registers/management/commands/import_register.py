"""``wz manage import_register``: a file into a register, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.text import t
from wenzhou.kernel.identity.api import actor_of, actor_of_username
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.transfer.bad_rows import bad_rows_file, format_of, reasons
from wenzhou.kernel.registers.transfer.imports import Choice, read_as, receive, start_check, start_load
from wenzhou.kernel.registers.transfer.mapping import VALID_FROM, targets
from wenzhou.kernel.registers.transfer.models import Foreign, Import, ImportState
from wenzhou.kernel.registers.transfer.running import Tally, run
from wenzhou.kernel.registers.transfer.shape import DELIMITERS, ENCODINGS

_CHUNK = 1 << 20


class Command(BaseCommand):
    """Checks, reports, and loads. Exit code 0: every row was taken; 1: something was not."""

    help = "把文件导入登记簿；先试运行并报告 / Import a file into a register; a dry run comes first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", help="登记簿代号 / code of the register (person, organisation, …)")
        parser.add_argument("file", type=Path, nargs="?", help="CSV, xlsx, JSON Lines")
        parser.add_argument("--as", dest="username", help="以谁的岗位办理 / the account whose posts count")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不入库 / check only")
        parser.add_argument("--all-or-nothing", action="store_true", help="有一行不行则都不入库")
        parser.add_argument("--valid-from", type=date.fromisoformat, help="统一的生效日期 2026-01-31")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="列=项",
            help="column=field, again for each; column= leaves it out",
        )
        parser.add_argument(
            "--foreign", choices=Foreign.values, default=Foreign.PROPOSE, help="其他部门负责的项"
        )
        parser.add_argument("--encoding", choices=list(ENCODINGS), default="")
        parser.add_argument("--delimiter", choices=list(DELIMITERS), default="")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--bad", type=Path, help="不能入库的行写入此文件 / bad rows go to this file")
        parser.add_argument(
            "--resume", type=UUID, help="继续一次中断的导入 / go on with an import that was cut off"
        )
        parser.add_argument("--chunk", type=int, default=0, help=argparse.SUPPRESS)
        parser.add_argument("--english", action="store_true", help="report in English")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en" if options["english"] else "zh-hans"):
            try:
                row = self._resumed(options) if options["resume"] else self._begun(options)
            except Problem as problem:
                raise CommandError(_told(problem)) from problem
            self._report(row, options["bad"])

    def _begun(self, options: dict[str, Any]) -> Import:
        if options["file"] is None or not options["username"]:
            raise CommandError("FILE --as USERNAME")
        if not options["file"].is_file():
            raise CommandError(t("没有文件 {file}", "There is no file {file}", file=options["file"]))
        actor = actor_of_username(options["username"])
        row = receive(
            actor,
            register_of(options["register"]),
            options["file"].name,
            _pieces(options["file"]),
            limit=None,
        )
        wanted = {name: options[name] for name in ("encoding", "delimiter", "sheet") if options[name]}
        if wanted:
            row = read_as(actor, row.id, **wanted)
        self._describe(row)
        choice = Choice(
            fields=_mapped(row, options["map"]),
            valid_from=options["valid_from"],
            all_or_nothing=options["all_or_nothing"],
            foreign=Foreign(options["foreign"]),
        )
        start_check(actor, row.id, choice, by_job=False)
        row = self._run(row.id, options)
        return row if options["dry_run"] else self._loaded(actor, row, options)

    def _loaded(self, actor: Actor, row: Import, options: dict[str, Any]) -> Import:
        if row.state != ImportState.CHECKED:
            return row
        self._report_counts(row)
        start_load(actor, row.id, by_job=False)
        return self._run(row.id, options)

    def _resumed(self, options: dict[str, Any]) -> Import:
        row = Import.objects.filter(id=options["resume"], register=options["register"]).first()
        if row is None:
            raise CommandError(t("没有这次导入", "There is no such import"))
        checking = row.state == ImportState.CHECKING
        row = self._run(row.id, options)
        return (
            self._loaded(actor_of(row.account), row, options) if checking and not options["dry_run"] else row
        )

    def _run(self, import_id: UUID, options: dict[str, Any]) -> Import:
        run(import_id, say=self._progress, chunk=options["chunk"])
        return Import.objects.get(id=import_id)

    def _progress(self, tally: Tally) -> None:
        self.stderr.write(
            t("已处理 {done} 行，{bad} 行有误", "{done} rows, {bad} bad", done=tally.position, bad=tally.bad)
        )

    def _describe(self, row: Import) -> None:
        self.stdout.write(f"{t('导入编号', 'Import')} {row.id}")
        how = [row.format, ENCODINGS[row.encoding] if row.encoding else "", row.sheet]
        self.stdout.write(" · ".join(str(one) for one in how if one))

    def _report_counts(self, row: Import) -> None:
        self.stdout.write(
            t(
                "{title}：新增 {created}，变更 {changed}，相同 {unchanged}，有误 {bad}，拟提更正 {proposed}",
                "{title}: {created} new, {changed} changed, {unchanged} the same, {bad} bad, {proposed} proposed",
                title=t("试运行", "Dry run") if row.state == ImportState.CHECKED else t("入库", "Loaded"),
                created=row.created,
                changed=row.changed,
                unchanged=row.unchanged,
                bad=row.bad,
                proposed=row.proposed,
            )
        )

    def _report(self, row: Import, bad: Path | None) -> None:
        self._report_counts(row)
        for field, reason, number in reasons(row):
            self.stdout.write(f"  {number} × {field}: {reason}")
        if bad is not None and row.bad:
            with bad.open("wb") as stream:
                for piece in bad_rows_file(row):
                    stream.write(piece)
            self.stdout.write(f"{t('有误的行', 'Bad rows')}: {bad} ({format_of(row)})")
        if row.trouble:
            self.stdout.write(t(row.trouble["zh"], row.trouble["en"]))
        if row.bad or row.trouble:
            raise SystemExit(1)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _mapped(row: Import, told: list[str]) -> list[str]:
    """The fields as guessed or remembered, and as ``--map`` says otherwise."""
    fields = list(row.fields)
    known = {target.name for target in targets(register_of(row.register))}
    for pair in told:
        column, _, name = pair.rpartition("=")
        if column not in row.columns or (name and name not in known):
            raise CommandError(
                f"--map {pair}: {', '.join(row.columns)} = {', '.join(sorted(known))}, {VALID_FROM}"
            )
        fields[row.columns.index(column)] = name
    return fields


def _told(problem: Problem) -> str:
    return "\n".join([str(problem.detail), *(f"  {name}: {text}" for name, text in problem.fields.items())])
