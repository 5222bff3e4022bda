"""Exports (数据导出): asked for with a reason, made by a job, taken by who asked, gone after a day.

What leaves is what a search or a reading would show this actor, no more: the same conditions, area, masks and purposes. The
file is made in one transaction with its lines in the access journal, and nobody can take it before that is committed: so every
record that leaves has its line, and a worker that is killed leaves neither file nor lines and begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.file_store import Damaged, Missing
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import Purpose, holding_posts, may, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import Sensitivity
from wenzhou.kernel.registers.changing import parsed
from wenzhou.kernel.registers.declaration import Field, Register, register_of, registers
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS
from wenzhou.kernel.registers.records import conditions, leaving, permission_for
from wenzhou.kernel.registers.transfer.files import transfer_store
from wenzhou.kernel.registers.transfer.making import make_file
from wenzhou.kernel.registers.transfer.mapping import DISPUTED, SINCE
from wenzhou.kernel.registers.transfer.models import Export, ExportState, Format
from wenzhou.kernel.registers.transfer.writing import MARKED

OPEN: Final = 3
"""Most exports that one account may have under way."""
ENCODINGS: Final = {
    MARKED: Text("UTF-8（带 BOM，Excel 可直接打开）", "UTF-8 with BOM, for Excel"),
    "utf-8": Text("UTF-8", "UTF-8"),
    "gb18030": Text("GB18030", "GB18030"),
}
_REASON: Final = (4, 200)
_UNDER_WAY: Final = (ExportState.WAITING, ExportState.RUNNING)


def _work(export_id: str) -> None:
    make_file(UUID(export_id))


WORK = Job(
    name="registers.export",
    title=Text("导出登记数据", "Export records"),
    run=_work,
    queue="transfers",
    lock="registers.export",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for. ``purpose``: code of the purpose for whole values, empty for masked ones.

    ``filters`` are texts by field, as in a search; ``fields`` empty: all that leave for this purpose. ``on``: the day, None for today.
    """

    reason: str
    purpose: str = ""
    format: str = Format.CSV
    encoding: str = MARKED
    on: date | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[str] = ()


def exportable_registers(actor: Actor) -> list[Register]:
    """The registers of which the actor may export."""
    if not may(actor, EXPORT_RECORDS):
        return []
    return [one for one in registers() if holding_posts(actor, one.search)]


def ask(actor: Actor, register: Register, wish: Wish, *, by_job: bool = True) -> Export:
    """Ask for an export. Raises Refused, Invalid (which names every field), Conflict (too many under way)."""
    require(actor, EXPORT_RECORDS)
    purpose = register.purpose(wish.purpose)
    require(actor, permission_for(register, purpose), purpose=purpose)
    if actor.account is None:
        raise Refused(Text("数据导出须由工作人员办理。", "A member of staff has to export."))
    _check(register, wish)
    told = _chosen(register, purpose, wish.fields)
    with transaction.atomic():
        under_way = Export.objects.select_for_update().filter(account=actor.account, state__in=_UNDER_WAY)
        if len(under_way.values_list("id")) >= OPEN:
            raise Conflict(
                Text(
                    f"您有 {OPEN} 个导出正在进行，请等待完成或取消后再试。",
                    f"{OPEN} exports of yours are under way; wait for one or cancel it.",
                )
            )
        row = Export.objects.create(
            register=register.code,
            account=actor.account,
            account_name=actor.name,
            office=min(
                (post.office for post in holding_posts(actor, register.search) if post.office), default=""
            ),
            purpose=wish.purpose,
            reason=wish.reason.strip(),
            filters=_conditions(register, wish),
            on=wish.on or timezone.localdate(),
            fields=[one.name for one in told],
            headings=_headings(told, by_name=wish.format == Format.JSONL),
            format=wish.format,
            encoding=wish.encoding if wish.format == Format.CSV else "",
        )
        audit.record(
            actor,
            "registers.export-ask",
            row,
            purpose=purpose or register.look,
            register=register.code,
            filters=sorted(row.filters),
            fields=row.fields,
            reason=row.reason,
        )
        if by_job:
            WORK.defer(export_id=str(row.id))
    return row


def _headings(told: Sequence[Field], *, by_name: bool) -> list[str]:
    """Programs read names; people titles, by which an import knows the columns again."""
    if by_name:
        return [*(one.name for one in told), "valid_from", "disputed"]
    return [*(str(one.title) for one in told), str(SINCE), str(DISPUTED)]


def _chosen(register: Register, purpose: Purpose | None, names: Sequence[str]) -> list[Field]:
    left = leaving(register, purpose)
    return [one for one in register.fields if one.name in left and (not names or one.name in names)]


def _check(register: Register, wish: Wish) -> None:
    """Raises Invalid, which names every field."""
    wrong = _wrong_kind(register, wish)
    shortest, longest = _REASON
    if not shortest <= len(wish.reason.strip()) <= longest:
        wrong["reason"] = Text(
            f"请说明导出的用途，{shortest} 至 {longest} 字",
            f"Say what it is for, in {shortest} to {longest} characters",
        )
    if wish.on is not None and wish.on > timezone.localdate():
        wrong["on"] = Text("日期不能晚于今天", "The day cannot be later than today")
    known = {one.name for one in register.fields}
    nowhere = Text("登记簿没有此项", "The register has no such field")
    wrong |= {name: nowhere for name in wish.fields if name not in known}
    try:
        conditions(register, parsed(register, _conditions(register, wish)))
    except Invalid as problem:
        wrong |= problem.fields
    if wrong:
        raise Invalid(
            Text(
                "导出申请有需要修改的内容，见各项说明。", "The request cannot be taken like this; see each."
            ),
            fields=wrong,
        )


def _wrong_kind(register: Register, wish: Wish) -> dict[str, Text]:
    """What is chosen from lists, and is not in them."""
    wrong = {}
    if wish.purpose and register.purpose(wish.purpose) is None:
        codes = "、".join(one.code for one in register.purposes)
        wrong["purpose"] = Text(f"用途代码应为：{codes}", f"The purpose is one of {codes}")
    if wish.format not in Format.values:
        wrong["format"] = Text("格式应为 csv、xlsx 或 jsonl", "The format is csv, xlsx or jsonl")
    if wish.format == Format.CSV and wish.encoding not in ENCODINGS:
        codes = "、".join(ENCODINGS)
        wrong["encoding"] = Text(f"编码应为：{codes}", f"The encoding is one of {codes}")
    return wrong


def _conditions(register: Register, wish: Wish) -> dict[str, str]:
    """The conditions that say something; a key is written in capitals."""
    return {
        name: text.strip().upper() if name == register.key else text.strip()
        for name, text in wish.filters.items()
        if text.strip()
    }


def hides(register: Register) -> bool:
    """Whether a reader without a purpose sees less than everything."""
    return any(one.element.sensitivity >= Sensitivity.PERSONAL for one in register.fields)


def cancel(actor: Actor, export_id: UUID) -> Export:
    """Stop it: no file, and nothing has left. Raises Refused, NotFound, Conflict (it has ended)."""
    with transaction.atomic():
        row = _own(actor, export_id, lock=True)
        if row.state not in _UNDER_WAY:
            raise Conflict(Text("这次导出已经结束，请刷新页面。", "This export has ended; reload the page."))
        row.state = ExportState.CANCELLED
        row.ended_at = timezone.now()
        row.save(update_fields=["state", "ended_at"])
        audit.record(actor, "registers.export-cancel", row, register=row.register)
    return row


def exports(actor: Actor, *, token: str = "") -> Slice[Export]:
    """One's own, newest first. Raises Refused."""
    require(actor, EXPORT_RECORDS)
    own = Export.objects.filter(account=actor.account) if actor.account else Export.objects.none()
    return keyset(own, "-id", token=token, size=30)


def export_of(actor: Actor, export_id: UUID) -> Export:
    """One's own. Raises Refused, NotFound."""
    return _own(actor, export_id)


def take(actor: Actor, export_id: UUID) -> tuple[Export, Iterator[bytes]]:
    """The file, for the one who asked as long as she has the right by which it was made.

    Raises Refused, NotFound (also when it has expired), Conflict (not made yet).
    """
    row = _own(actor, export_id)
    register = register_of(row.register)
    purpose = register.purpose(row.purpose)
    require(actor, permission_for(register, purpose), purpose=purpose)
    if row.state in _UNDER_WAY:
        raise Conflict(Text("文件还在生成，请稍候。", "The file is being made; wait a moment."))
    if row.state != ExportState.READY or row.expires_at is None or row.expires_at <= timezone.now():
        raise _gone()
    try:
        chunks = transfer_store().verified_chunks(row.sha256)
    except (Missing, Damaged) as error:
        raise _gone() from error
    audit.record(actor, "registers.export-take", row, purpose=purpose or register.look, register=row.register)
    return row, chunks


def _own(actor: Actor, export_id: UUID, *, lock: bool = False) -> Export:
    require(actor, EXPORT_RECORDS)
    rows = Export.objects.select_for_update() if lock else Export.objects.all()
    row = rows.filter(id=export_id, account=actor.account).first() if actor.account else None
    if row is None:
        raise NotFound(
            Text("没有这次导出，或者不是您申请的。", "No such export, or it is not you who asked for it.")
        )
    return row


def _gone() -> NotFound:
    return NotFound(
        Text(
            "文件已过期删除或未能生成，请重新申请导出。",
            "The file is gone or was never made; ask for the export again.",
        )
    )


def expire() -> None:
    """Files whose time is over go; what was asked by whom stays, without the values it was asked by."""
    over = Export.objects.filter(expires_at__lte=timezone.now(), state=ExportState.READY)
    over.update(state=ExportState.EXPIRED, sha256="", filters={})
