"""Time stamps before an outside judge: OpenSSL asks for them and verifies them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from django.db import DatabaseError, transaction
from django.test import Client

from wenzhou.kernel.trust.models import Authority, Stamp, Use
from wenzhou.kernel.trust.profiles import STAMPING
from wenzhou.kernel.trust.services import stamping
from wenzhou.kernel.trust.services.speaking import renew
from wenzhou.kernel.trust.testing import authorities, pem

pytestmark = pytest.mark.django_db


@pytest.fixture
def stampers(tmp_path: Path, settings) -> tuple[Authority, Authority]:
    settings.WZ_DATA = tmp_path / "data"
    found = authorities(use=Use.STAMPING)
    renew()
    return found


def ask(authority: Authority, query: bytes) -> stamping.Response:
    answer = Client(enforce_csrf_checks=True).post(
        f"/pki/tsa/{authority.code}/", data=query, content_type="application/timestamp-query"
    )
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/timestamp-reply"
    found: stamping.Response = stamping.Response.load(answer.content)
    return found


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program")
@pytest.mark.parametrize("options", [("-sha256", "-cert"), ("-sha512", "-no_nonce", "-cert"), ("-sha384",)])
def test_openssl_verifies_a_stamp_and_finds_other_bytes(
    options: tuple[str, ...], stampers: tuple[Authority, Authority], tmp_path: Path
) -> None:
    root, authority = stampers
    (tmp_path / "paper").write_bytes(b"licence")
    (tmp_path / "other").write_bytes(b"another licence")
    (tmp_path / "root.pem").write_bytes(pem("CERTIFICATE", root.own.content))
    tsa = authority.responders.get(role="stamp").certificate.content
    (tmp_path / "above.pem").write_bytes(pem("CERTIFICATE", authority.own.content) + pem("CERTIFICATE", tsa))

    def ts(*arguments: str) -> str:
        done = subprocess.run(["openssl", "ts", *arguments], cwd=tmp_path, capture_output=True, check=False)
        return f"{done.returncode} {done.stdout.decode()}{done.stderr.decode()}"

    assert ts("-query", "-data", "paper", *options, "-out", "query.tsq").startswith("0 ")
    response = ask(authority, (tmp_path / "query.tsq").read_bytes())
    (tmp_path / "reply.tsr").write_bytes(response.dump())
    trust = ("-CAfile", "root.pem", "-untrusted", "above.pem")
    told = ts("-verify", "-queryfile", "query.tsq", "-in", "reply.tsr", *trust)
    assert told.startswith("0 ") and "Verification: OK" in told
    assert ts("-verify", "-data", "paper", "-in", "reply.tsr", *trust).startswith("0 ")
    assert ts("-verify", "-data", "other", "-in", "reply.tsr", *trust).startswith("1 ")
    certificates = response["time_stamp_token"]["content"]["certificates"]
    assert bool(certificates) == ("-cert" in options)


def test_a_stamp_is_written_down_and_stays(stampers: tuple[Authority, Authority]) -> None:
    token = stamping.stamp(stampers[1], b"licence")
    said = token["content"]["encap_content_info"]["content"].parsed
    row = Stamp.objects.get()
    assert said["serial_number"].native == int(row.serial, 16)
    assert bytes(row.digest) == hashlib.sha256(b"licence").digest()
    assert abs(said["gen_time"].native - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Stamp.objects.update(at=datetime.now(UTC))


def query(**change: object) -> bytes:
    fields: dict[str, object] = {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
    }
    return bytes(tsp.TimeStampReq(fields | change).dump())


SHORT = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(31)}
WEAK = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
CRITICAL = [{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]
REFUSED = [
    (b"", "bad_data_format"),
    (b"\x30\x80nonsense", "bad_data_format"),
    (b"\x00" * 20_000, "bad_data_format"),
    (query() + b"\x00", "bad_data_format"),
    (query(message_imprint=SHORT), "bad_data_format"),
    (query(message_imprint=WEAK), "bad_alg"),
    (query(req_policy="1.2.3"), "unaccepted_policy"),
    (query(extensions=CRITICAL), "unaccepted_extensions"),
]


def test_what_cannot_be_stamped_is_refused_with_the_reason(stampers: tuple[Authority, Authority]) -> None:
    for asked, failure in REFUSED:
        told = ask(stampers[1], asked)["status"]
        assert told["status"].native == "rejection", failure
        assert told["fail_info"].native == {failure}
    assert not Stamp.objects.exists()


def test_the_citys_policy_may_be_asked_for_and_other_authorities_stamp_nothing(
    stampers: tuple[Authority, Authority],
) -> None:
    assert ask(stampers[1], query(req_policy=STAMPING.policy))["status"]["status"].native == "granted"
    servers = Authority.objects.get(use=Use.SERVERS)
    assert Client().post(f"/pki/tsa/{servers.code}/", b"", content_type="a/b").status_code == 404
    assert Client().get(f"/pki/tsa/{stampers[1].code}/").status_code == 405
