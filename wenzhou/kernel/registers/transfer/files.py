"""The files on their way in and out: under ``<WZ_DATA>/transfers``, let go when they have served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.file_store import Damaged, FileStore, Missing
from wenzhou.kernel.base.malware import ScannerUnavailable, scanner_for
from wenzhou.kernel.base.text import Text


def transfer_store() -> FileStore:
    """The store of this city."""
    return FileStore(Path(settings.WZ_DATA) / "transfers")


@contextmanager
def content_of(sha256: str) -> Iterator[Path]:
    """Where the content lies, verified. Raises NotFound for what was let go or is damaged."""
    store = transfer_store()
    try:
        if not sha256:
            raise Missing(sha256)
        store.verify(sha256)
    except (Missing, Damaged) as error:
        raise NotFound(
            Text("文件已不在存储中或已损坏，请重新上传。", "The file is gone or damaged; upload it again.")
        ) from error
    yield store.path_of(sha256)


def refuse_malware(actor: Actor, path: Path) -> None:
    """The look at a file before it is kept. Raises Invalid (``file``) for malware, and when nobody could look."""
    try:
        found = scanner_for(settings.WZ_CLAMD).found(path)
    except ScannerUnavailable as error:
        text = Text(
            "暂时无法进行病毒检查，请几分钟后重试。",
            "The file cannot be checked for malware at the moment; try again in a few minutes.",
        )
        raise Invalid(text, fields={"file": text}) from error
    if found is not None:
        audit.record(actor, "registers.import-upload", outcome="refused", malware=found)
        text = Text(
            f"文件含有病毒（{found}），不予接收；请查杀后重新准备。",
            f"The file contains malware ({found}); clean your device and prepare it again.",
        )
        raise Invalid(text, fields={"file": text})


def lock_content(sha256: str) -> None:
    """Until the end of the transaction nobody else keeps or removes this content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [sha256])


def sweep(named: Callable[[str], bool], *, older_than: float) -> None:
    """Removes what nobody names any more and is older than so many seconds."""
    store = transfer_store()
    store.sweep()
    for name in store.names(older_than=older_than):
        with transaction.atomic():
            lock_content(name)
            if not named(name):
                store.remove(name)
