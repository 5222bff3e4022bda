"""How much one matter and one person's day take; what is told; two at once; what makes room again."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents import api, services
from wenzhou.kernel.documents.contracts import FilePurpose, FileRef
from wenzhou.kernel.documents.models import File, UploadDay
from wenzhou.kernel.documents.room import forget_days
from wenzhou.kernel.documents.testing import pdf_of, upload_of
from wenzhou.kernel.identity.testing import actor_with

pytestmark = pytest.mark.django_db
PAPERS = FilePurpose(code="test.papers", title=Text("材料", "Papers"), may_add=lambda actor, subject: True)


@pytest.fixture(autouse=True)
def limits(settings: Any, tmp_path: Any) -> Any:
    settings.WZ_DATA = tmp_path
    settings.WZ_UPLOAD_CASE_FILES, settings.WZ_UPLOAD_CASE_MB = 3, 10
    settings.WZ_UPLOAD_DAY_FILES, settings.WZ_UPLOAD_DAY_MB = 5, 20
    return settings


def give(actor: Actor, subject: UUID | None = None, *, mb: int = 0, name: str = "图.pdf") -> FileRef:
    content = pdf_of(objects=(b"(" + b"x" * (mb * 1024 * 1024) + b")",)) if mb else pdf_of()
    return api.accept_upload(actor, upload_of(content, name), purpose=PAPERS, subject=subject)


def refusal(actor: Actor, subject: UUID | None = None, *, mb: int = 0) -> api.Unacceptable:
    before = File.objects.count()
    with pytest.raises(api.Unacceptable) as caught:
        give(actor, subject, mb=mb)
    assert File.objects.count() == before
    assert set(caught.value.fields) == {"file"}
    return caught.value


def test_one_matter_takes_so_many_files() -> None:
    actor, case = actor_with(), uuid4()
    kept = [give(actor, case) for _ in range(3)]
    told = refusal(actor, case)
    assert told.code == "file-matter-files"
    assert "图.pdf" in told.detail.zh and "最多 3 个" in told.detail.zh and "合并为一个 PDF" in told.detail.zh
    assert "3 is the most" in told.detail.en and "service centre" in told.detail.en
    give(actor, uuid4())  # another matter has its own room
    with transaction.atomic():
        assert api.drop_files(actor, [kept[0].id]) == 1
    assert give(actor, case).subject == case, "what was taken back makes room"


def test_one_matter_takes_so_many_megabytes(limits: Any) -> None:
    limits.WZ_UPLOAD_DAY_MB = 100
    actor, case = actor_with(), uuid4()
    give(actor, case, mb=6)
    told = refusal(actor, case, mb=5)
    assert told.code == "file-matter-size"
    assert "不能超过 10 MB，已有 6 MB" in told.detail.zh and "压缩" in told.detail.zh
    give(actor, case, mb=3)


def test_one_person_uploads_so_much_a_day_over_all_matters(limits: Any) -> None:
    actor = actor_with()
    with time_machine.travel("2026-11-24T15:00:00+08:00", tick=False):
        for _ in range(5):
            give(actor, uuid4())
        told = refusal(actor, uuid4())
        assert told.code == "file-day-files"
        assert "每天最多 5 个" in told.detail.zh and "明天再上传" in told.detail.zh
        assert refusal(actor).code == "file-day-files"
        give(actor_with(), uuid4())  # another person
    with time_machine.travel("2026-11-25T00:01:00+08:00", tick=False):  # midnight here, not in Greenwich
        give(actor, uuid4())
        limits.WZ_UPLOAD_DAY_MB = 6
        give(actor, uuid4(), mb=5)
        told = refusal(actor, uuid4(), mb=1)
        assert told.code == "file-day-size"
        assert "不能超过 6 MB，您今天已上传 5 MB" in told.detail.zh


def test_what_was_dropped_still_counts_for_the_day() -> None:
    actor = actor_with()
    for _ in range(5):
        api.drop_files(actor, [give(actor, uuid4()).id])
    assert File.objects.count() == 0
    assert refusal(actor, uuid4()).code == "file-day-files"


def test_refused_files_count_for_nothing_and_offices_take_no_room() -> None:
    actor, case = actor_with(), uuid4()
    for _ in range(6):
        with pytest.raises(api.Unacceptable):
            api.accept_upload(actor, upload_of(b"MZ"), purpose=PAPERS, subject=case)
        api.keep_issued(Actor.system("test"), pdf_of(), name="x.pdf", purpose=PAPERS, subject=case)
    give(actor, case)
    assert UploadDay.objects.get(account=actor.account).files == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place(limits: Any) -> None:
    actor, case = actor_with(), uuid4()
    give(actor, case)
    give(actor, case)
    outcomes = at_once(*(lambda: give(actor, case),) * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["FileRef", "Unacceptable", "Unacceptable"]
    assert File.objects.filter(subject=case).count() == 3
    limits.WZ_UPLOAD_DAY_FILES = 4
    outcomes = at_once(*(lambda: give(actor, uuid4()),) * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["FileRef", "Unacceptable", "Unacceptable"]
    assert UploadDay.objects.get(account=actor.account).files == 4


def test_what_is_dropped_is_audited_told_and_its_content_goes_with_the_tidying() -> None:
    actor = actor_with()
    one, two = give(actor, name="一.pdf"), give(actor, name="二.pdf")  # the same content
    api.drop_files(actor, [one.id])
    assert services.tidy(older_than=-services.ORPHAN_AFTER) == 0
    assert services.file_store().read(two.sha256)
    assert api.drop_files(actor, [one.id, two.id]) == 1, "the first is gone already"
    assert services.tidy(older_than=-services.ORPHAN_AFTER) == 1
    assert AuditEntry.objects.filter(action="documents.drop", actor=actor.account).count() == 2
    assert OutboxEntry.objects.filter(name="documents.file-dropped").count() == 2


def test_old_days_are_forgotten() -> None:
    actor = actor_with()
    with time_machine.travel("2026-01-05T10:00:00+08:00", tick=False):
        give(actor)
    give(actor)
    assert forget_days() == 1
    assert UploadDay.objects.filter(account=actor.account).count() == 1
