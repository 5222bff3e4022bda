"""The editor's door: posts decide, groups follow, and the CSP is loosened there alone."""

from __future__ import annotations

import datetime
import io
import threading

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image
from wagtail.models import Collection

from wenzhou.kernel.base.actors import ANONYMOUS, AUDITOR, CITIZEN, CLERK, EDITOR, HEAD, OPERATOR
from wenzhou.kernel.base.errors import Refused, Unauthenticated
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.content.api import CityDocument, CityImage, ContentRevision, content_changed
from wenzhou.kernel.content.editors import admit
from wenzhou.kernel.identity.models import Account, PostHolding
from wenzhou.kernel.identity.testing import actor_with, client_for, make_account

pytestmark = pytest.mark.django_db


def groups_of(actor) -> set[str]:
    return set(Group.objects.filter(user=actor.account).values_list("name", flat=True))


@pytest.mark.parametrize(("role", "group"), [(EDITOR, "Editors"), (HEAD, "Moderators")])
def test_posts_earn_groups(role, group):
    actor = actor_with(role, office="portal-office")
    admit(actor, path="/cms/")
    admit(actor, path="/cms/")
    assert groups_of(actor) == {group}
    assert AuditEntry.objects.filter(action="content.join-groups", actor=actor.account).count() == 1


@pytest.mark.parametrize("role", [CITIZEN, CLERK, AUDITOR, OPERATOR])
def test_others_are_refused_and_it_is_written_down(role):
    actor = actor_with(role, office="" if role is CITIZEN else "some-office")
    with pytest.raises(Refused):
        admit(actor, path="/cms/")
    assert groups_of(actor) == set()
    assert (
        AuditEntry.objects.filter(action="content.enter", outcome="refused", actor=actor.account).count() == 1
    )
    assert client_for(actor).get("/cms/").status_code == 403
    assert client_for(actor).get("/cms/pages/").status_code == 403


def test_anonymous_are_led_to_sign_in():
    with pytest.raises(Unauthenticated):
        admit(ANONYMOUS, path="/cms/")
    response = client_for(None).get("/cms/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/login/?next=/cms/"


def test_ended_post_shuts_the_door_at_the_next_click():
    account = make_account(EDITOR, office="portal-office")
    client = client_for(account)
    assert client.get("/cms/").status_code == 200
    PostHolding.objects.filter(account=account.id).update(until=datetime.date(2021, 1, 1))
    assert client.get("/cms/").status_code == 403


def test_changed_post_changes_the_groups():
    actor = actor_with(EDITOR, office="portal-office")
    admit(actor, path="/cms/")
    account = Account.objects.get(id=str(actor.account))
    account.groups.set(Group.objects.filter(name__in=["Editors", "Moderators"]))
    admit(actor, path="/cms/")
    assert groups_of(actor) == {"Editors"}


def test_only_the_editor_may_run_inline_script():
    client = client_for(make_account(EDITOR, office="portal-office"))
    policy = client.get("/cms/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "unsafe-inline" not in client.get("/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in client.get("/no/such/page/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/cms/account/", "/cms/images/", "/cms/documents/", "/cms/reports/locked/", "/cms/pages/"]
)
def test_rooms_of_the_editor_open(path):
    client = client_for(make_account(EDITOR, office="portal-office"))
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["/cms/users/", "/cms/groups/", "/cms/sites/", "/cms/workflows/list/"])
def test_accounts_and_sites_are_not_the_editors_business(path):
    client = client_for(make_account(EDITOR, office="portal-office"))
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == "/cms/"


def picture(name="a.png", data=None):
    if data is None:
        made = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(made, "PNG")
        data = made.getvalue()
    return SimpleUploadedFile(name, data)


def upload(client, kind, file):
    fields = {"title": "图一", "file": file, "collection": Collection.get_first_root_node().pk}
    return client.post(
        f"/cms/{kind}/add/", fields | {"title_en": "One", "alt_zh": "一", "alt_en": "one", "tags": ""}
    )


def test_editor_uploads_a_picture_and_a_paper(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    client = client_for(make_account(EDITOR, office="portal-office"))
    upload(client, "images", picture())
    upload(client, "documents", SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"))
    assert CityImage.objects.get().alt_en == "one"
    paper = CityDocument.objects.get()
    response = client_for(None).get(paper.url)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_liars_are_told_beside_the_field(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    client = client_for(make_account(EDITOR, office="portal-office"))
    for kind, file in (
        ("images", picture("a.png", b"<script>alert(1)</script>")),
        ("images", picture("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
        ("documents", SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")),
        ("documents", SimpleUploadedFile("a.html", b"<p>x</p>")),
    ):
        response = upload(client, kind, file)
        assert response.status_code == 200
        assert "file" in response.context["form"].errors
    assert not CityImage.objects.exists()
    assert not CityDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_count_twice():
    before = ContentRevision.objects.get().number
    ready = threading.Barrier(2)

    def change():
        try:
            with transaction.atomic():
                ready.wait(5)
                content_changed()
        finally:
            connection.close()

    writers = [threading.Thread(target=change) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(10)
    assert ContentRevision.objects.get().number == before + 2
