"""How much may be uploaded: to one matter, and by one person on one day (上传限额).

The numbers are settings of the city (``WZ_UPLOAD_…``, docs/how-to/operate.md). What is dropped again makes room in
its matter; for the day it has been uploaded all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.kinds import MIB, Unacceptable, megabytes
from wenzhou.kernel.documents.models import File, UploadDay

KEPT_DAYS = 30

_MERGE = Text(
    "请删除不再需要的文件，或把多页合并为一个 PDF 后上传；确需更多的，请到政务服务中心窗口提交。",
    "Remove what is no longer needed, or join pages into one PDF; for more, bring the papers to the service centre.",
)
_SMALLER = Text(
    "请降低扫描分辨率或压缩后再上传，或删除不再需要的文件；确需更大的，请到政务服务中心窗口提交。",
    "Scan at a lower resolution or compress it, or remove what is no longer needed; "
    "for more, bring the papers to the service centre.",
)
_TOMORROW = Text(
    "请明天再上传，或到政务服务中心窗口提交。", "Upload it tomorrow, or bring it to the service centre."
)


@dataclass(frozen=True, slots=True)
class Used:
    """How many files there are and how large they are together."""

    files: int
    size: int


def require_room(account: UUID, purpose: str, subject: UUID | None, name: str, size: int) -> None:
    """Whether one more file of this size fits. Raises Unacceptable: which limit it would pass, and the remedy."""
    if subject is not None:
        _in_matter(_used_by(purpose, subject), name, size)
    _on_day(_used_on(account), name, size)


def count_upload(account: UUID, purpose: str, subject: UUID | None, name: str, size: int) -> None:
    """Count a file that is being kept, in its transaction; two at once cannot both take the last place.

    Raises Unacceptable.
    """
    if subject is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{purpose} {subject}"])
    today = timezone.localdate()
    UploadDay.objects.get_or_create(account_id=account, day=today)
    row = UploadDay.objects.select_for_update().get(account=account, day=today)
    require_room(account, purpose, subject, name, size)
    row.files += 1
    row.size += size
    row.save(update_fields=["files", "size"])


def forget_days() -> int:
    """Remove the counts of days that no limit looks at any more."""
    removed, _ = UploadDay.objects.filter(day__lt=timezone.localdate() - timedelta(days=KEPT_DAYS)).delete()
    return removed


def _used_by(purpose: str, subject: UUID) -> Used:
    """Uploads only: what an office issues in the matter takes no room from its applicant."""
    rows = File.objects.filter(purpose=purpose, subject=subject, uploaded_by__isnull=False)
    found = rows.aggregate(files=Count("id"), size=Sum("size"))
    return Used(found["files"], found["size"] or 0)


def _used_on(account: UUID) -> Used:
    row = UploadDay.objects.filter(account=account, day=timezone.localdate()).first()
    return Used(row.files, row.size) if row else Used(0, 0)


def _in_matter(used: Used, name: str, size: int) -> None:
    most, largest = settings.WZ_UPLOAD_CASE_FILES, settings.WZ_UPLOAD_CASE_MB * MIB
    if used.files >= most:
        why = Text(
            f"未保存：这件事项已有 {used.files} 个文件，最多 {most} 个。",
            f"was not kept: this matter has {used.files} files already, and {most} is the most.",
        )
        raise Unacceptable("matter-files", name, why, _MERGE)
    if used.size + size > largest:
        why = Text(
            f"未保存：这件事项的文件合计不能超过 {megabytes(largest)}，已有 {megabytes(used.size)}。",
            f"was not kept: the files of this matter may have {megabytes(largest)} together, "
            f"and there are {megabytes(used.size)} already.",
        )
        raise Unacceptable("matter-size", name, why, _SMALLER)


def _on_day(used: Used, name: str, size: int) -> None:
    most, largest = settings.WZ_UPLOAD_DAY_FILES, settings.WZ_UPLOAD_DAY_MB * MIB
    if used.files >= most:
        why = Text(
            f"未保存：您今天已上传 {used.files} 个文件，每天最多 {most} 个。",
            f"was not kept: you have uploaded {used.files} files today, and {most} a day is the most.",
        )
        raise Unacceptable("day-files", name, why, _TOMORROW)
    if used.size + size > largest:
        why = Text(
            f"未保存：每天上传合计不能超过 {megabytes(largest)}，您今天已上传 {megabytes(used.size)}。",
            f"was not kept: {megabytes(largest)} a day is the most, and you have uploaded {megabytes(used.size)} today.",
        )
        raise Unacceptable("day-size", name, why, _TOMORROW)
