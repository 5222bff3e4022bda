"""Issuing and revoking: refusals, two at once, what is killed half-way, and the journal that tells of it all."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from wenzhou.kernel.base.actors import CITIZEN, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.trust.keyring import files, signer
from wenzhou.kernel.trust.keys.kinds import KINDS, kind_of
from wenzhou.kernel.trust.keys.sealing import Split
from wenzhou.kernel.trust.keys.stores import KeyMissingError
from wenzhou.kernel.trust.models import Certificate, JournalLine, State, Use
from wenzhou.kernel.trust.profiles import PERSON, SERVER
from wenzhou.kernel.trust.services import ceremony, issuing, journal
from wenzhou.kernel.trust.services.issuing import Order, issue, void_stale
from wenzhou.kernel.trust.services.lists import publish
from wenzhou.kernel.trust.services.revoking import Reason, release, revoke
from wenzhou.kernel.trust.testing import authorities, pair

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings) -> None:
    settings.WZ_DATA = tmp_path / "data"


def order(authority: Any, **more: Any) -> Order:
    values: dict[str, Any] = {
        "profile": SERVER,
        "parts": {"common_name": "wenzhou.example"},
        "spki": pair(),
        "names": (("dns", "wenzhou.example"),),
    }
    return Order(authority=authority, **(values | more))


def spki(key: Any) -> bytes:
    encoding, structure = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_key().public_bytes(encoding, structure))


def test_a_certificate_stands_with_its_line_in_the_journal_and_never_outlives_its_authority() -> None:
    _, servers = authorities()
    row = issue(
        SYSTEM, order(servers, names=(("dns", "温州.EXAMPLE"), ("ip", "::1"), ("dns", "*.a.example")))
    )
    assert (row.state, row.kind) == ("issued", "p256")
    host = "温州".encode("idna").decode()
    assert row.names == [f"dns:{host}.example", "ip:::1", "dns:*.a.example"]
    line = JournalLine.objects.get(act="issue", subject=row.serial)
    assert line.detail["sha256"] == hashlib.sha256(row.content).hexdigest()
    assert row.not_after - row.not_before == timedelta(days=SERVER.days)
    servers.own.not_after = timezone.now() + timedelta(days=3)
    short = issue(SYSTEM, order(servers))
    assert short.not_after == servers.own.not_after
    servers.own.not_after = timezone.now() - timedelta(days=3)
    with pytest.raises(Conflict):
        issue(SYSTEM, order(servers))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parts": {}}, "common_name"),
        ({"parts": {"common_name": "x" * 65}}, "common_name"),
        ({"parts": {"common_name": "a\x00b"}}, "common_name"),
        ({"parts": {"common_name": "a", "title": "b"}}, "title"),
        ({"names": ()}, "names"),
        ({"names": (("dns", "-bad.example"),)}, "names"),
        ({"names": (("dns", "127.0.0.1"),)}, "names"),
        ({"names": (("dns", "*.*.example"),)}, "names"),
        ({"names": (("ip", "999.1.1.1"),)}, "names"),
        ({"names": (("email", "a@b.example"),)}, "names"),
        ({"spki": b"nonsense"}, "public_key"),
        ({"spki": spki(ec.generate_private_key(ec.SECP256K1()))}, "public_key"),
        ({"spki": spki(rsa.generate_private_key(65537, 1024))}, "public_key"),
        ({"spki": spki(rsa.generate_private_key(3, 2048))}, "public_key"),
    ],
)
def test_what_cannot_be_certified_is_refused_by_its_field_and_leaves_nothing(
    change: dict[str, Any], field: str
) -> None:
    _, servers = authorities()
    before = Certificate.objects.count()
    with pytest.raises(Invalid) as caught:
        issue(SYSTEM, order(servers, **change))
    assert field in caught.value.fields
    assert Certificate.objects.count() == before


def test_a_key_stands_for_one_holder_and_a_compromised_one_for_nobody() -> None:
    _, servers = authorities()
    person = actor_with(CITIZEN).person
    key = pair()
    first = issue(SYSTEM, order(servers, spki=key, person=person))
    issue(SYSTEM, order(servers, spki=key, person=person))
    with pytest.raises(Invalid):
        issue(SYSTEM, order(servers, spki=key))
    revoke(SYSTEM, first.id, Reason.KEY_COMPROMISE)
    with pytest.raises(Invalid):
        issue(SYSTEM, order(servers, spki=key, person=person))


def test_a_citizen_neither_issues_nor_revokes() -> None:
    _, servers = authorities()
    row = issue(SYSTEM, order(servers))
    citizen = actor_with(CITIZEN)
    with pytest.raises(Refused):
        issue(citizen, order(servers))
    with pytest.raises(Refused):
        revoke(citizen, row.id, Reason.UNSPECIFIED)
    with pytest.raises(Refused):
        ceremony.hold(citizen, KINDS["rsa"], Split(2, 3))


def test_what_is_killed_between_signing_and_recording_is_known_and_written_off(monkeypatch) -> None:
    _, servers = authorities()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "_record", killed)
        with pytest.raises(KeyboardInterrupt):
            issue(SYSTEM, order(servers))
    row = Certificate.objects.get(state=State.PREPARED)
    assert void_stale() == 0  # it may still be at work
    assert void_stale(timedelta(0)) == 1
    assert void_stale(timedelta(0)) == 0
    row.refresh_from_db()
    assert row.state == State.VOID
    with pytest.raises(Conflict):  # whoever comes late finds it written off
        issuing._record(SYSTEM, row, b"late")
    with pytest.raises(Conflict):
        revoke(SYSTEM, row.id, Reason.UNSPECIFIED)
    call_command("verify_trust")


def test_states_follow_the_rules_and_the_same_again_does_nothing() -> None:
    _, servers = authorities()
    row = issue(SYSTEM, order(servers))
    held = revoke(SYSTEM, row.id, Reason.CERTIFICATE_HOLD)
    assert revoke(SYSTEM, row.id, Reason.CERTIFICATE_HOLD).revoked_at == held.revoked_at
    assert release(SYSTEM, row.id).state == "issued"
    assert release(SYSTEM, row.id).state == "issued"
    revoke(SYSTEM, row.id, Reason.CERTIFICATE_HOLD)
    gone = revoke(SYSTEM, row.id, Reason.SUPERSEDED)
    assert revoke(SYSTEM, row.id, Reason.SUPERSEDED).revoked_at == gone.revoked_at
    with pytest.raises(Conflict):
        revoke(SYSTEM, row.id, Reason.KEY_COMPROMISE)
    with pytest.raises(Conflict):
        release(SYSTEM, row.id)
    acts = list(JournalLine.objects.filter(subject=row.serial).order_by("seq").values_list("act", flat=True))
    assert acts == ["issue", "hold", "release", "hold", "revoke"]
    assert publish(SYSTEM, servers).entries == 1
    Certificate.objects.filter(id=row.id).update(
        not_before="2020-01-01T00:00Z", not_after="2021-01-01T00:00Z"
    )
    assert publish(SYSTEM, servers).entries == 0  # what has run out leaves the list


@pytest.mark.django_db(transaction=True)
def test_two_clerks_revoke_at_once_and_one_reason_stands() -> None:
    _, servers = authorities()
    row = issue(SYSTEM, order(servers))
    outcomes = at_once(
        lambda: revoke(SYSTEM, row.id, Reason.SUPERSEDED),
        lambda: revoke(SYSTEM, row.id, Reason.KEY_COMPROMISE),
    )
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert JournalLine.objects.filter(subject=row.serial, act="revoke").count() == 1
    at_once(*[lambda: issue(SYSTEM, order(servers)) for _ in range(4)])
    assert journal.verify().seq == JournalLine.objects.count()


def test_the_journal_only_grows() -> None:
    authorities()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalLine.objects.filter(seq=3).update(act="other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalLine.objects.all().delete()
    call_command("verify_trust")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE trust_journalline SET act = 'nothing' WHERE seq = 3",
        "UPDATE trust_journalline SET detail = '{}' WHERE seq = 4",
        "DELETE FROM trust_journalline WHERE seq = 5",
        "UPDATE trust_journalline SET at = at + interval '1 second' WHERE seq = 1",
        "UPDATE trust_certificate SET der = '\\x00' WHERE serial = (SELECT max(serial) FROM trust_certificate)",
    ],
)
def test_who_gets_round_the_triggers_is_found_by_the_verification(tampering: str) -> None:
    authorities()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering)
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(CommandError):
        call_command("verify_trust")


def test_the_roots_key_is_off_line_and_comes_back_by_its_shares_alone() -> None:
    done = ceremony.hold(SYSTEM, KINDS["p256"], Split(2, 3))
    root = done.root
    with pytest.raises(KeyMissingError):
        signer(root.key)(b"data")
    for shares in (done.shares[:1], [done.shares[0], "wrong words"], []):
        with pytest.raises(Invalid), ceremony.opened(SYSTEM, root, shares):
            pass
    with ceremony.opened(SYSTEM, root, done.shares[1:]):
        assert kind_of(bytes(root.key.spki)).verify(bytes(root.key.spki), signer(root.key)(b"data"), b"data")
    with pytest.raises(KeyMissingError):
        signer(root.key)(b"data")
    with pytest.raises(Conflict):
        ceremony.hold(SYSTEM, KINDS["p256"], Split(2, 3))


def test_a_ceremony_that_was_killed_goes_on_where_it_stood(monkeypatch) -> None:
    calls = []

    def breaks(*arguments: Any, **more: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return issue(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(ceremony, "issue", breaks)
        with pytest.raises(KeyboardInterrupt):
            ceremony.hold(SYSTEM, KINDS["p256"], Split(2, 3))
    done = ceremony.hold(SYSTEM, KINDS["p256"], Split(2, 3))
    assert Certificate.objects.filter(profile="authority", state="issued").count() == 5
    assert len(done.shares) == 3


def test_keys_lie_sealed_and_another_secret_does_not_open_them(settings) -> None:
    authorities()
    folder = Path(settings.WZ_DATA) / "trust" / "keys"
    [one, *_] = sorted(folder.iterdir())
    assert one.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    settings.WZ_TRUST_SECRET = "another"
    with pytest.raises(KeyMissingError):
        files().take(one.stem)


def test_profiles_take_the_names_they_are_for() -> None:
    _, persons = authorities(use=Use.PERSONS)
    row = issue(SYSTEM, order(persons, profile=PERSON, names=(("email", "someone@wenzhou.example"),)))
    assert row.names == ["email:someone@wenzhou.example"]
