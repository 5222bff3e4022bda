"""Uploads and reading on the real database: who may, what is kept, two at once, rolled back, tidied, damaged."""

import errno
import hashlib
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from wenzhou.kernel.base.actors import ANONYMOUS, CLERK, Actor
from wenzhou.kernel.base.errors import NotFound, Refused, Unauthenticated
from wenzhou.kernel.base.file_store import FileStore
from wenzhou.kernel.base.malware import EICAR
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents import api, services
from wenzhou.kernel.documents.contracts import FilePurpose, FileRef
from wenzhou.kernel.documents.models import File
from wenzhou.kernel.documents.testing import pdf_of, png_of, upload_of
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office

CASE = UUID("0193b0aa-0000-7000-8000-000000000001")
READING = Purpose("case.review", Text("办理事项", "Handling a case"))
CASE_PAPERS = FilePurpose(
    code="test.case-papers",
    title=Text("申请材料", "Papers of a case"),
    limits=api.Limits(size=200_000, kinds=(api.PDF, api.PNG)),
    may_add=lambda actor, subject: actor.account is not None and subject == CASE,
    may_read=lambda actor, file: READING if "food-office" in actor.offices else None,
)


@pytest.fixture
def store(tmp_path, settings, monkeypatch) -> FileStore:
    settings.WZ_DATA = tmp_path
    settings.WZ_CLAMD = ""
    mine = Module(
        code="test",
        title=Text("x", "x"),
        summary=Text("x", "x"),
        group="kernel",
        rows=(),
        declares=(CASE_PAPERS,),
    )
    monkeypatch.setattr(registry, "modules", (*registry.modules, mine))
    return services.file_store()


def kept(store: FileStore) -> list[str]:
    return sorted(store.names(older_than=-60))


@pytest.mark.django_db
class TestUpload:
    def test_a_paper_is_taken_kept_audited_and_told(self, store):
        citizen = actor_with()
        ref = api.accept_upload(
            citizen, upload_of(name="健康证明.PDF"), purpose=CASE_PAPERS, subject=CASE, made=True
        )
        assert (ref.name, ref.kind, ref.size) == ("健康证明.PDF", "pdf", len(pdf_of()))
        assert ref.uploaded_by == citizen.account
        assert store.read(ref.sha256) == pdf_of()
        entry = AuditEntry.objects.get(action="documents.upload")
        assert (entry.object_id, entry.actor, entry.outcome) == (str(ref.id), citizen.account, "done")
        assert OutboxEntry.objects.get(name="documents.file-kept").payload["file"] == str(ref.id)
        assert api.files_of(CASE_PAPERS, CASE) == [api.file(ref.id)]
        assert list(api.files([ref.id, uuid4()])) == [ref.id]

    def test_the_same_bytes_twice_are_two_files_and_one_content(self, store):
        citizen = actor_with()
        one, two = (
            api.accept_upload(citizen, upload_of(name=f"{n}.pdf"), purpose=CASE_PAPERS, subject=CASE)
            for n in "ab"
        )
        assert one.id != two.id
        assert kept(store) == [one.sha256] == [two.sha256]

    def test_who_may_not_add_leaves_nothing_but_a_line_in_the_audit(self, store):
        with pytest.raises(Unauthenticated):
            api.accept_upload(ANONYMOUS, upload_of(), purpose=CASE_PAPERS, subject=CASE)
        with pytest.raises(Refused):
            api.accept_upload(actor_with(), upload_of(), purpose=CASE_PAPERS, subject=uuid4())
        with pytest.raises(Refused):
            silent = FilePurpose(code="silent", title=Text("x", "x"))
            api.accept_upload(actor_with(), upload_of(), purpose=silent)
        assert kept(store) == []
        assert File.objects.count() == 0
        assert AuditEntry.objects.filter(action="documents.upload", outcome="refused").count() == 3

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file-empty"),
            (b"MZ" + bytes(50), "file-executable"),
            (pdf_of() + bytes(200_000), "file-too-large"),
            (pdf_of(objects=(b"(" + EICAR + b")",)), "file-malware"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_beside_its_field(self, store, content, code):
        with pytest.raises(api.Unacceptable) as refusal:
            api.accept_upload(actor_with(), upload_of(content, "店招.pdf"), purpose=CASE_PAPERS, subject=CASE)
        assert refusal.value.code == code
        assert "店招.pdf" in refusal.value.fields["file"].zh
        assert kept(store) == []
        assert not any(store.temporary.iterdir()) if store.temporary.exists() else True

    def test_a_sender_that_lies_about_the_size_is_stopped_while_writing(self, store):
        upload = upload_of(pdf_of() + bytes(300_000))
        upload.size = 10
        with pytest.raises(api.Unacceptable, match=r"larger than 0\.2 MB"):
            api.accept_upload(actor_with(), upload, purpose=CASE_PAPERS, subject=CASE)

    def test_without_an_answer_of_the_scanner_nothing_is_taken(self, store, settings):
        settings.WZ_CLAMD = "127.0.0.1:1"
        with pytest.raises(api.Unacceptable) as refusal:
            api.accept_upload(actor_with(), upload_of(), purpose=CASE_PAPERS, subject=CASE)
        assert refusal.value.code == "file-not-scanned"
        assert kept(store) == []

    def test_a_full_disk_is_said_in_words(self, store, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("wenzhou.kernel.base.file_store.os.fsync", full)
        with pytest.raises(api.StorageTrouble, match="no room left"):
            api.accept_upload(actor_with(), upload_of(), purpose=CASE_PAPERS, subject=CASE)
        assert File.objects.count() == 0

    def test_the_database_refuses_rows_that_cannot_be(self, store):
        good = {"name": "a.pdf", "kind": "pdf", "media_type": "application/pdf", "size": 1, "purpose": "p"}
        for bad in ({"sha256": "../x"}, {"sha256": "a" * 64, "size": 0}, {"sha256": "a" * 64, "purpose": ""}):
            with pytest.raises(IntegrityError), transaction.atomic():
                File.objects.create(**{**good, **bad})


@pytest.mark.django_db
class TestReading:
    def test_deny_by_default_even_to_the_one_who_gave_it(self, store):
        citizen = actor_with()
        ref = api.accept_upload(citizen, upload_of(), purpose=CASE_PAPERS, subject=CASE)
        for actor in (citizen, actor_with(CLERK, office="fire-office"), Actor.system("job")):
            with pytest.raises(Refused):
                api.read_file(actor, ref.id)
        with pytest.raises(Unauthenticated):
            api.read_file(ANONYMOUS, ref.id)
        assert AuditEntry.objects.filter(action="documents.read", outcome="refused").count() == 4

    def test_the_guard_of_the_owner_lets_in_and_the_purpose_is_written(self, store):
        ref = api.accept_upload(actor_with(), upload_of(), purpose=CASE_PAPERS, subject=CASE)
        clerk = actor_with(CLERK, office="food-office")
        opened = api.read_file(clerk, ref.id)
        assert b"".join(opened.chunks) == pdf_of()
        entry = AuditEntry.objects.get(action="documents.read", outcome="done")
        assert (entry.purpose, entry.actor) == ("case.review", clerk.account)

    def test_a_file_whose_owner_module_is_gone_is_read_by_nobody(self, store, monkeypatch):
        clerk = actor_with(CLERK, office="food-office")
        ref = api.accept_upload(clerk, upload_of(), purpose=CASE_PAPERS, subject=CASE)
        monkeypatch.setattr(registry, "modules", registry.modules[:-1])
        with pytest.raises(Refused):
            api.read_file(clerk, ref.id)

    def test_missing_and_damaged_content_is_not_given_out(self, store):
        clerk = actor_with(CLERK, office="food-office")
        ref = api.accept_upload(clerk, upload_of(), purpose=CASE_PAPERS, subject=CASE)
        path = store.path_of(ref.sha256)
        path.chmod(0o600)
        path.write_bytes(b"%PDF-1.7 changed")
        with pytest.raises(api.StorageTrouble, match="damaged"):
            api.read_file(clerk, ref.id)
        path.unlink()
        with pytest.raises(api.StorageTrouble):
            api.read_file(clerk, ref.id)
        with pytest.raises(NotFound):
            api.read_file(clerk, uuid4())

    def test_the_page_gives_safe_headers(self, store):
        citizen = actor_with()
        picture = api.accept_upload(citizen, upload_of(png_of(), "店 招\n.png"), purpose=api.OWN)
        response = client_for(citizen).get(picture.url)
        assert response.status_code == 200
        assert b"".join(response) == png_of()
        assert response["Content-Type"] == "image/png"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
        assert "no-store" in response["Cache-Control"]
        assert int(response["Content-Length"]) == picture.size
        assert (
            client_for(citizen)
            .get(picture.url + "?download=1")["Content-Disposition"]
            .startswith("attachment")
        )

    def test_the_page_refuses_others(self, store):
        ref = api.accept_upload(actor_with(), upload_of(), purpose=api.OWN)
        assert client_for(None).get(ref.url).status_code == 302
        other = client_for(actor_with()).get(ref.url, headers={"accept": "application/json"})
        assert other.status_code == 403
        assert other["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_issued_papers_are_kept_with_their_office(store):
    office = make_office("food-office")
    ref = api.keep_issued(
        Actor.system("cases.issue"), pdf_of("licence"), name="证照.pdf", purpose=CASE_PAPERS, subject=CASE,
        office=office.code, made=True,
    )  # fmt: skip
    assert (ref.uploaded_by, ref.office, ref.made) == (None, "food-office", True)
    assert AuditEntry.objects.get(action="documents.issue").object_id == str(ref.id)


@pytest.mark.django_db
def test_what_a_rolled_back_upload_left_is_tidied_and_the_rest_stays(store):
    citizen = actor_with()
    stays = api.accept_upload(citizen, upload_of(), purpose=CASE_PAPERS, subject=CASE)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        gone = api.accept_upload(citizen, upload_of(png_of()), purpose=CASE_PAPERS, subject=CASE)
        raise ZeroDivisionError
    assert kept(store) == sorted([stays.sha256, gone.sha256])
    assert services.tidy() == 0  # too young: its transaction might still be open
    assert services.tidy(older_than=timedelta(seconds=-60)) == 1
    assert kept(store) == [stays.sha256]


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_file_at_once(store):
    actors = [actor_with() for _ in range(6)]
    gate = threading.Barrier(len(actors))
    body = png_of(100, 100, shade=9)
    refs, failures = [], []

    def upload(actor):
        try:
            gate.wait()
            refs.append(
                api.accept_upload(actor, upload_of(body, "同一张.png"), purpose=CASE_PAPERS, subject=CASE)
            )
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({ref.id for ref in refs}) == len(actors) == File.objects.count()
    assert kept(store) == [hashlib.sha256(body).hexdigest()]
    assert store.read(kept(store)[0]) == body


@pytest.mark.django_db(transaction=True)
def test_tidying_never_takes_content_that_is_being_handed_in_again(store):
    """The bytes lie there unnamed and old; an upload of the same bytes is in its transaction while the job runs."""
    citizen = actor_with()
    old = store.put([pdf_of()], limit=10_000)
    inside, done = threading.Event(), threading.Event()

    def tidy():
        inside.wait()
        services.tidy(older_than=timedelta(seconds=-60))
        done.set()
        connection.close()

    thread = threading.Thread(target=tidy)
    thread.start()
    with transaction.atomic():
        ref = api.accept_upload(citizen, upload_of(), purpose=CASE_PAPERS, subject=CASE)
        inside.set()
        time.sleep(0.5)
        assert not done.is_set()  # it waits for us
    thread.join(10)
    assert ref.sha256 == old.sha256
    assert store.read(ref.sha256) == pdf_of()


def test_a_purpose_that_says_nothing_denies():
    silent = FilePurpose(code="silent", title=Text("x", "x"))
    assert not silent.may_add(actor := replace(ANONYMOUS, account=uuid4()), None)
    assert silent.may_read(actor, cast("FileRef", None)) is None
