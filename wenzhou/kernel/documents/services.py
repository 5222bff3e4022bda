"""Writes of documents: take an upload, keep what we issued, drop what was taken back, open for reading, tidy up."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound, Problem, Refused, Unauthenticated
from wenzhou.kernel.base.file_store import Damaged, FileStore, Missing, Staged, TooLarge
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.malware import ScannerUnavailable, scanner_for
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.contracts import FilePurpose, FileRef
from wenzhou.kernel.documents.events import FileDropped, FileKept
from wenzhou.kernel.documents.inspect import examine, safe_name, too_large
from wenzhou.kernel.documents.kinds import Kind, Unacceptable
from wenzhou.kernel.documents.models import File
from wenzhou.kernel.documents.room import count_upload, forget_days, require_room

ORPHAN_AFTER = timedelta(days=1)
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class StorageTrouble(Problem):
    """The store is full, read-only or damaged: nothing the reader did."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "storage"
    title = Text("存储故障", "The file store is in trouble")


@dataclass(frozen=True)
class OpenFile:
    """A file that may be read: its record and its verified content in chunks."""

    ref: FileRef
    chunks: Iterator[bytes]


def file_store() -> FileStore:
    """The store of this city: ``<WZ_DATA>/files``."""
    return FileStore(Path(settings.WZ_DATA) / "files")


def accept_upload(
    actor: Actor,
    uploaded: UploadedFile[bytes],
    *,
    purpose: FilePurpose,
    subject: UUID | None = None,
    office: str = "",
    made: bool = False,
) -> FileRef:
    """Take a file from a person for `purpose`, belonging to `subject`.

    Raises Refused, Unauthenticated, `Unacceptable` (field ``file``: what is wrong with it and the remedy) or
    `StorageTrouble`. Nothing of a refused file is kept.
    """
    name = uploaded.name or ""
    _may_add(actor, purpose, subject)
    if uploaded.size is not None and uploaded.size > purpose.limits.size:
        raise too_large(name, purpose.limits)
    if actor.account is not None:
        require_room(actor.account, purpose.code, subject, name, uploaded.size or 0)
    try:
        with file_store().stage(uploaded.chunks(), limit=purpose.limits.size) as staged:
            kind = examine(staged.path, name, purpose.limits)
            _refuse_malware(actor, staged.path, name, purpose)
            row = File(
                name=safe_name(name, kind),
                purpose=purpose.code,
                subject=subject,
                uploaded_by_id=actor.account,
                office_id=office or None,
                made=made,
            )
            return _keep(actor, staged, row, kind, action="documents.upload")
    except TooLarge:
        raise too_large(name, purpose.limits) from None
    except OSError as error:
        raise _storage_trouble(error) from error


def keep_issued(
    actor: Actor,
    content: bytes,
    *,
    name: str,
    purpose: FilePurpose,
    subject: UUID | None,
    office: str = "",
    made: bool = False,
) -> FileRef:
    """Keep a paper that this city itself made (a licence, a receipt). The caller has checked its own permission.

    Goes through the same inspection as an upload, so that what we issue can also be handed in again.
    """
    try:
        with file_store().stage([content], limit=purpose.limits.size) as staged:
            kind = examine(staged.path, name, purpose.limits)
            row = File(
                name=safe_name(name, kind),
                purpose=purpose.code,
                subject=subject,
                office_id=office or None,
                made=made,
            )
            return _keep(actor, staged, row, kind, action="documents.issue")
    except OSError as error:
        raise _storage_trouble(error) from error


def drop_files(actor: Actor, file_ids: Iterable[UUID]) -> int:
    """Keep these files no longer; returns how many there were. The caller has checked its own permission.

    Their content goes with the next tidying, unless another file has the same.
    """
    with transaction.atomic():
        rows = list(File.objects.select_for_update().filter(id__in=list(file_ids)).order_by("id"))
        for row in rows:
            audit.record(actor, "documents.drop", row, sha256=row.sha256, purpose_code=row.purpose)
            emit(FileDropped(file=row.id, purpose=row.purpose, subject=row.subject), actor=actor)
        File.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


def read_file(actor: Actor, file_id: UUID) -> OpenFile:
    """Open a file for reading, if the guard of its purpose lets this actor; written in the audit either way.

    Raises NotFound, Refused, Unauthenticated, `StorageTrouble` (missing or changed on disk).
    """
    row = File.objects.filter(id=file_id).first()
    if row is None:
        raise NotFound(Text("没有这个文件。", "There is no such file."))
    ref = FileRef.of(row)
    purpose = next((p for p in registry.declared(FilePurpose) if p.code == row.purpose), None)
    reason = purpose.may_read(actor, ref) if purpose is not None else None
    if reason is None:
        audit.record(actor, "documents.read", row, outcome="refused")
        raise _refusal(actor)
    try:
        chunks = file_store().verified_chunks(row.sha256)
    except (Missing, Damaged) as error:
        audit.record(actor, "documents.read", row, outcome="failed", error=type(error).__name__)
        raise StorageTrouble(
            Text(
                f"文件“{row.name}”在存储中缺失或已损坏，未予打开。请联系运维人员从备份恢复。",
                f"“{row.name}” is missing or damaged in the store and was not opened. Ask the operator to restore it.",
            )
        ) from error
    audit.record(actor, "documents.read", row, purpose=reason)
    return OpenFile(ref, chunks)


def _may_add(actor: Actor, purpose: FilePurpose, subject: UUID | None) -> None:
    if not purpose.may_add(actor, subject):
        audit.record(actor, "documents.upload", outcome="refused", purpose_code=purpose.code)
        raise _refusal(actor)


def _refusal(actor: Actor) -> Problem:
    if actor.is_anonymous:
        return Unauthenticated(Text("请先登录再查看或上传文件。", "Sign in to see or upload files."))
    return Refused(
        Text(
            "您无权查看或上传此文件。如因办理业务需要，请由承办人员在事项中操作。",
            "You may not see or upload this file. If your work needs it, open it from the case you handle.",
        )
    )


def _refuse_malware(actor: Actor, path: Path, name: str, purpose: FilePurpose) -> None:
    try:
        found = scanner_for(settings.WZ_CLAMD).found(path)
    except ScannerUnavailable as error:
        why = Text("暂时无法进行病毒检查。", "cannot be checked for malware at the moment.")
        remedy = Text("请几分钟后重试。", "Try again in a few minutes.")
        raise Unacceptable("not-scanned", name, why, remedy) from error
    if found is None:
        return
    audit.record(actor, "documents.upload", outcome="refused", malware=found, purpose_code=purpose.code)
    why = Text(f"含有病毒（{found}），不予接收。", f"contains malware ({found}) and is not accepted.")
    remedy = Text("请查杀病毒后重新准备材料。", "Clean your device and prepare the paper again.")
    raise Unacceptable("malware", name, why, remedy)


def _keep(actor: Actor, staged: Staged, row: File, kind: Kind, *, action: str) -> FileRef:
    row.sha256 = staged.stored.sha256
    row.size = staged.stored.size
    row.kind = kind.code
    row.media_type = kind.media_type
    with transaction.atomic():
        lock_content(row.sha256)  # against the tidying job, until the row is there to be seen
        if row.uploaded_by_id is not None:
            count_upload(row.uploaded_by_id, row.purpose, row.subject, row.name, row.size)
        staged.keep()
        row.save(force_insert=True)
        row.refresh_from_db(fields=["at"])
        audit.record(actor, action, row, sha256=row.sha256, size=row.size, purpose_code=row.purpose)
        emit(FileKept(file=row.id, purpose=row.purpose, subject=row.subject), actor=actor)
    return FileRef.of(row)


def lock_content(sha256: str) -> None:
    """Until the end of the transaction nobody else keeps or removes this content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 6))", [sha256])


def _storage_trouble(error: OSError) -> Problem:
    if error.errno in _NO_SPACE:
        detail = Text(
            "服务器存储空间不足，文件未保存，您填写的内容不受影响。请稍后重试。",
            "The server has no room left and the file was not kept; what you filled in is safe. Try again later.",
        )
    else:
        detail = Text("文件未能保存，请稍后重试。", "The file could not be kept. Try again later.")
    return StorageTrouble(detail)


def tidy(store: FileStore | None = None, *, older_than: timedelta = ORPHAN_AFTER) -> int:
    """Remove what killed or rolled-back uploads left: old temporary files and content that no row names."""
    store = store or file_store()
    removed = store.sweep(older_than=older_than.total_seconds())
    for names in _batches(store.names(older_than=older_than.total_seconds()), 500):
        known = set(File.objects.filter(sha256__in=names).values_list("sha256", flat=True))
        removed += sum(_remove_if_unnamed(store, name) for name in names if name not in known)
    return removed


def _remove_if_unnamed(store: FileStore, sha256: str) -> bool:
    with transaction.atomic():
        lock_content(sha256)
        if File.objects.filter(sha256=sha256).exists():
            return False  # somebody has just handed in the same bytes
        store.remove(sha256)
    return True


def _batches(names: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def run_tidy() -> None:
    """The job."""
    tidy()
    forget_days()


TIDY = Job(
    name="documents.tidy", title=Text("清理遗留文件", "Tidy the file store"), run=run_tidy, cron="17 19 * * *"
)
