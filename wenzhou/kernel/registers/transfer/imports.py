"""The steps of an import: a file comes in, its columns are confirmed, a dry run is looked over, and it is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.file_store import TooLarge
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.permissions import IMPORT_RECORDS
from wenzhou.kernel.registers.transfer import mapping
from wenzhou.kernel.registers.transfer.exports import expire
from wenzhou.kernel.registers.transfer.files import (
    content_of,
    lock_content,
    refuse_malware,
    sweep,
    transfer_store,
)
from wenzhou.kernel.registers.transfer.models import BadRow, Export, Foreign, Format, Import, ImportState
from wenzhou.kernel.registers.transfer.reading import Line, header, lines
from wenzhou.kernel.registers.transfer.running import run, shape_of_import
from wenzhou.kernel.registers.transfer.shape import Shape, estimate, recognise, sheets

SIZE: Final = 256 << 20
"""Most bytes of a file that comes by the page; the command line takes any."""
PROPOSALS: Final = 500
"""Most corrections that one file may propose to other offices: each is a case for somebody."""
STALE: Final = timedelta(seconds=60)
_RUNNING: Final = (ImportState.CHECKING, ImportState.LOADING)
_RESTING: Final = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.REFUSED)


def _work(import_id: str) -> None:
    run(UUID(import_id))


WORK = Job(
    name="registers.import",
    title=Text("导入登记数据", "Import records"),
    run=_work,
    queue="transfers",
    lock="registers.import",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is confirmed before the dry run. ``fields`` stand beside the file's columns, empty for those left out."""

    fields: Sequence[str]
    valid_from: date | None = None
    all_or_nothing: bool = False
    foreign: Foreign = Foreign.PROPOSE


def importable_registers(actor: Actor) -> list[Register]:
    """The registers into which the actor may import."""
    return [one for one in registers() if holding_posts(actor, one.maintain)]


def receive(
    actor: Actor, register: Register, name: str, chunks: Iterable[bytes], *, limit: int | None = SIZE
) -> Import:
    """Take a file: it is kept, looked into, and its columns are matched as far as they can be. Nothing is read from it yet.

    Raises Refused; Invalid (``file``: what is wrong with it and the remedy), and then nothing of it is kept.
    """
    account = _may(actor, register)
    office = _office(actor, register)
    try:
        with transfer_store().stage(chunks, limit=limit or 1 << 62) as staged:
            refuse_malware(actor, staged.path)
            shape = recognise(staged.path)
            columns = header(staged.path, shape)
            total = estimate(staged.path, shape)
            with transaction.atomic():
                lock_content(staged.stored.sha256)
                stored = staged.keep()
                row = Import.objects.create(
                    register=register.code,
                    account=account,
                    account_name=actor.name,
                    office=office,
                    file_name=Path(name.replace("\\", "/")).name[-120:] or "file",
                    sha256=stored.sha256,
                    size=stored.size,
                    total=total,
                    **_described(register, office, shape, columns),
                )
                audit.record(
                    actor,
                    "registers.import-upload",
                    row,
                    register=register.code,
                    sha256=stored.sha256,
                    size=stored.size,
                )
            return row
    except TooLarge as error:
        text = Text(
            f"文件超过 {SIZE >> 20} MB，请拆分后上传，或由运维人员用命令行导入。",
            f"The file is larger than {SIZE >> 20} MB; split it, or have the operator import it by the command line.",
        )
        raise Invalid(text, fields={"file": text}) from error


def _described(register: Register, office: str, shape: Shape, columns: Sequence[str]) -> dict[str, object]:
    remembered = mapping.recall(office, register, columns)
    return {
        "format": shape.format,
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "sheet": shape.sheet,
        "columns": list(columns),
        "fields": remembered or mapping.guess(register, columns),
    }


def read_as(
    actor: Actor, import_id: UUID, *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Import:
    """The reader knows better how the file is written. Raises Refused, NotFound, Conflict, Invalid."""
    with transaction.atomic():
        row = _locked(actor, import_id, _RESTING)
        register = register_of(row.register)
        with content_of(row.sha256) as path:
            shape = recognise(path, encoding=encoding, delimiter=delimiter, sheet=sheet)
            columns = header(path, shape)
        for name, value in _described(register, row.office, shape, columns).items():
            setattr(row, name, value)
        row.state = ImportState.UPLOADED
        row.save()
        audit.record(actor, "registers.import-read-as", row, encoding=shape.encoding, sheet=shape.sheet)
    return row


def start_check(actor: Actor, import_id: UUID, choice: Choice, *, by_job: bool = True) -> Import:
    """Confirm the columns, remember them for the office, and begin the dry run.

    Raises Refused, NotFound, Conflict (it runs, or has run), Invalid (the columns cannot be taken like this).
    """
    with transaction.atomic():
        row = _locked(actor, import_id, _RESTING)
        register = register_of(row.register)
        mapping.check(register, choice.fields, choice.valid_from)
        if len(choice.fields) != len(row.columns):
            text = Text("列数与文件不符，请刷新页面。", "Not the columns of the file; reload the page.")
            raise Invalid(text, fields={"mapping": text})
        mapping.remember(row.office, register, row.columns, choice.fields, row.account)
        row.fields = list(choice.fields)
        row.valid_from = choice.valid_from
        row.all_or_nothing = choice.all_or_nothing
        row.foreign = choice.foreign
        _set_going(row, ImportState.CHECKING, by_job=by_job)
        audit.record(actor, "registers.import-check", row, register=register.code, fields=row.fields)
    return row


def start_load(actor: Actor, import_id: UUID, *, by_job: bool = True) -> Import:
    """After the dry run has been looked over: load it.

    Raises Refused, NotFound, Conflict (no dry run, bad rows where all or nothing was asked, too many proposals).
    """
    with transaction.atomic():
        row = _locked(actor, import_id, (ImportState.CHECKED,))
        if row.all_or_nothing and row.bad:
            raise Conflict(
                Text(
                    "有不能入库的行，而您选择了“全部或都不”；请改正文件，或改为只导入无误的行。",
                    "Some rows cannot be taken and you chose all or nothing; mend the file, or load the good rows.",
                )
            )
        if row.proposed > PROPOSALS:
            raise Conflict(
                Text(
                    f"一个文件最多可提出 {PROPOSALS} 条更正建议；请不导入其他部门负责的列。",
                    f"One file may propose {PROPOSALS} corrections; leave out the columns that other offices answer for.",
                )
            )
        BadRow.objects.filter(run=row).delete()
        row.position = row.created = row.changed = row.unchanged = row.bad = row.proposed = 0
        row.reasons = {}
        _set_going(row, ImportState.LOADING, by_job=by_job)
        audit.record(actor, "registers.import-load", row, register=row.register, sha256=row.sha256)
    return row


def go_on(actor: Actor, import_id: UUID) -> Import:
    """Set an import going again that has stood still. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        row = _locked(actor, import_id, _RUNNING)
        if row.beat_at is not None and timezone.now() - row.beat_at < STALE:
            raise Conflict(Text("导入正在进行，请稍候。", "It is running; wait a moment."))
        _set_going(row, ImportState(row.state), by_job=True)
        audit.record(actor, "registers.import-go-on", row)
    return row


def cancel(actor: Actor, import_id: UUID) -> Import:
    """Stop it; what has been loaded stays, and is said. Raises Refused, NotFound, Conflict (it has ended)."""
    with transaction.atomic():
        row = _locked(actor, import_id, (*_RUNNING, *_RESTING))
        row.state = ImportState.CANCELLED
        row.ended_at = timezone.now()
        row.save(update_fields=["state", "ended_at"])
        audit.record(actor, "registers.import-cancel", row, position=row.position)
    return row


def _set_going(row: Import, state: ImportState, *, by_job: bool) -> None:
    now = timezone.now()
    row.state = state
    row.begun_at = row.beat_at = now
    row.ended_at = None
    row.trouble = None
    row.save()
    if by_job:
        WORK.defer(import_id=str(row.id))


def _may(actor: Actor, register: Register) -> UUID:
    """The account that answers for the import: no job may begin one."""
    require(actor, IMPORT_RECORDS)
    require(actor, register.maintain)
    if actor.account is None:
        raise Refused(Text("批量导入须由工作人员办理。", "A member of staff has to import."))
    return actor.account


def _office(actor: Actor, register: Register) -> str:
    """The office for which the actor maintains the register; the first by its code."""
    return min((post.office for post in holding_posts(actor, register.maintain) if post.office), default="")


def _locked(actor: Actor, import_id: UUID, states: Sequence[str]) -> Import:
    require(actor, IMPORT_RECORDS)
    row = visible_imports(actor).select_for_update().filter(id=import_id).first()
    if row is None:
        raise unknown_import()
    require(actor, register_of(row.register).maintain)
    if row.state not in states:
        raise Conflict(
            Text(
                "这次导入的状态已变化，请刷新页面。", "This import stands elsewhere by now; reload the page."
            )
        )
    return row


def unknown_import() -> NotFound:
    """None, for this reader."""
    return NotFound(Text("没有这次导入，或者您不能查看。", "No such import, or not for you to see."))


def visible_imports(actor: Actor) -> QuerySet[Import]:
    """One's own, and those of the offices in which one maintains the register."""
    mine = Q(account=actor.account) if actor.account else Q(pk__in=[])
    for register in registers():
        offices = [post.office for post in holding_posts(actor, register.maintain) if post.office]
        mine |= Q(register=register.code, office__in=offices)
    return Import.objects.filter(mine)


def imports(actor: Actor, *, register: str = "", token: str = "") -> Slice[Import]:
    """Newest first, of one register when it is named. Raises Refused."""
    require(actor, IMPORT_RECORDS)
    rows = visible_imports(actor)
    return keyset(rows.filter(register=register) if register else rows, "-id", token=token, size=30)


def preview(actor: Actor, import_id: UUID, size: int = 5) -> list[Line]:
    """The first rows of the file, as they are read. Raises Refused, NotFound, Invalid."""
    row = import_of(actor, import_id)
    with content_of(row.sha256) as path:
        return list(islice(lines(path, shape_of_import(row), row.columns), size))


def sheets_of(actor: Actor, import_id: UUID) -> list[str]:
    """The sheets among which a reader may choose; none for text. Raises Refused, NotFound, Invalid."""
    row = import_of(actor, import_id)
    if row.format != Format.XLSX:
        return []
    with content_of(row.sha256) as path:
        return sheets(path)


def import_of(actor: Actor, import_id: UUID) -> Import:
    """One. Raises Refused, NotFound."""
    require(actor, IMPORT_RECORDS)
    row = visible_imports(actor).filter(id=import_id).first()
    if row is None:
        raise unknown_import()
    return row


KEPT: Final = timedelta(days=30)
_SWEPT: Final = timedelta(hours=1)
"""Content that nobody names is let go when it is older: a row may be on its way to it."""


def tidy() -> None:
    """Files and bad rows hold personal data: a month after an import has ended they go; the counts stay."""
    before = timezone.now() - KEPT
    ended = Import.objects.exclude(state__in=_RUNNING).filter(
        Q(ended_at__lt=before) | Q(ended_at=None, at__lt=before)
    )
    BadRow.objects.filter(run__in=ended).delete()
    ended.exclude(sha256="").update(sha256="")
    expire()
    sweep(_named, older_than=_SWEPT.total_seconds())


def _named(sha256: str) -> bool:
    return Import.objects.filter(sha256=sha256).exists() or Export.objects.filter(sha256=sha256).exists()


TIDY = Job(
    name="registers.tidy-transfers",
    title=Text("清理导入导出文件", "Let go of imported and exported files"),
    run=tidy,
    cron="41 * * * *",
)
