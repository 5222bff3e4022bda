"""The editor's door: posts decide, groups follow, and the CSP is loosened there alone."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Group

from wenzhou.kernel.base.actors import ANONYMOUS, AUDITOR, CITIZEN, CLERK, EDITOR, HEAD, OPERATOR
from wenzhou.kernel.base.errors import Refused, Unauthenticated
from wenzhou.kernel.base.models import AuditEntry
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
