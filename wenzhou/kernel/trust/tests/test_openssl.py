"""The authority before an outside judge: OpenSSL reads, verifies and asks what this city signs."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from asn1crypto import crl
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from django.test import Client

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.trust.keys.kinds import KINDS, SM2
from wenzhou.kernel.trust.models import Authority
from wenzhou.kernel.trust.profiles import SERVER
from wenzhou.kernel.trust.services.issuing import Order, issue
from wenzhou.kernel.trust.services.lists import publish
from wenzhou.kernel.trust.services.revoking import Reason, release, revoke
from wenzhou.kernel.trust.services.speaking import renew
from wenzhou.kernel.trust.testing import authorities, pair, pem

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program"),
]
SYSTEM = Actor.system("test")
DISTID = "distid:1234567812345678"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings) -> None:
    settings.WZ_DATA = tmp_path / "data"


def openssl(*arguments: str, data: bytes | None = None) -> str:
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False, timeout=20)
    return f"{done.returncode} {done.stdout.decode()} {done.stderr.decode()}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_openssl_verifies_a_chain_with_its_lists_and_sees_a_revocation(kind: str, tmp_path: Path) -> None:
    root, servers = authorities(KINDS[kind])
    holder = pair(KINDS[kind])
    row = issue(
        SYSTEM,
        Order(
            authority=servers,
            profile=SERVER,
            parts={"common_name": "wenzhou.example"},
            spki=holder,
            names=(("dns", "wenzhou.example"), ("ip", "127.0.0.1")),
        ),
    )
    (tmp_path / "root.pem").write_bytes(pem("CERTIFICATE", root.own.content))
    (tmp_path / "sub.pem").write_bytes(pem("CERTIFICATE", servers.own.content))
    (tmp_path / "leaf.pem").write_bytes(pem("CERTIFICATE", row.content))

    def verified() -> str:
        lists = b"".join(pem("X509 CRL", bytes(one.lists.latest("number").der)) for one in (root, servers))
        (tmp_path / "lists.pem").write_bytes(lists)
        return openssl(
            "verify", "-x509_strict", "-crl_check_all", "-purpose", "sslserver",
            "-verify_hostname", "wenzhou.example", "-CAfile", str(tmp_path / "root.pem"),
            "-untrusted", str(tmp_path / "sub.pem"), "-CRLfile", str(tmp_path / "lists.pem"),
            str(tmp_path / "leaf.pem"),
        )  # fmt: skip

    if kind == "sm2":
        # OpenSSL hands the identifier (GM/T 0009) to the signature of the last certificate alone: link by link.
        for above, below in (("root", "sub"), ("sub", "leaf")):
            judged = openssl("verify", "-x509_strict", "-partial_chain", "-vfyopt", DISTID,
                             "-CAfile", str(tmp_path / f"{above}.pem"), str(tmp_path / f"{below}.pem"))  # fmt: skip
            assert judged.startswith("0 "), judged
    else:
        assert verified().startswith("0 "), verified()
    revoke(SYSTEM, row.id, Reason.KEY_COMPROMISE)
    listed = bytes(publish(SYSTEM, servers).der)
    if kind == "sm2":
        assert row.serial.upper() in openssl("crl", "-inform", "DER", "-noout", "-text", data=listed)
        parsed = crl.CertificateList.load(listed)
        signed = parsed["tbs_cert_list"].dump(), parsed["signature"].native
        assert SM2.verify(bytes(servers.key.spki), signed[1], signed[0])
        assert not SM2.verify(bytes(root.key.spki), signed[1], signed[0])
    else:
        assert "certificate revoked" in verified()


def test_openssl_asks_for_the_status_with_and_without_a_nonce(tmp_path: Path) -> None:
    root, servers = authorities(KINDS["p256"])
    renew()
    good, bad = (
        issue(
            SYSTEM,
            Order(
                authority=servers,
                profile=SERVER,
                parts={"common_name": name},
                spki=pair(KINDS["p256"]),
                names=(("dns", name),),
            ),
        )
        for name in ("good.example", "bad.example")
    )
    revoke(SYSTEM, bad.id, Reason.CESSATION_OF_OPERATION)
    (tmp_path / "root.pem").write_bytes(pem("CERTIFICATE", root.own.content))
    (tmp_path / "sub.pem").write_bytes(pem("CERTIFICATE", servers.own.content))

    def asked(serial: str, *more: str) -> str:
        question, response = tmp_path / "question.der", tmp_path / "response.der"
        common = ("-issuer", str(tmp_path / "sub.pem"), "-serial", f"0x{serial}")
        assert openssl("ocsp", *more, *common, "-reqout", str(question)).startswith("0 ")
        answer = Client(enforce_csrf_checks=True).post(
            f"/pki/ocsp/{servers.code}/",
            data=question.read_bytes(),
            content_type="application/ocsp-request",
        )
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/ocsp-response"
        assert ("no-store" in answer["Cache-Control"]) == ("-no_nonce" not in more)
        response.write_bytes(answer.content)
        return openssl("ocsp", "-issuer", str(tmp_path / "sub.pem"), "-reqin", str(question), "-resp_text", "-respin", str(response), "-CAfile", str(tmp_path / "root.pem"),
                       "-verify_other", str(tmp_path / "sub.pem"))  # fmt: skip

    for more in ((), ("-no_nonce",), ("-sha256",)):
        assert "Cert Status: good" in asked(good.serial, *more), asked(good.serial, *more)
        assert "Response verify OK" in asked(good.serial, *more)
        assert "Cert Status: revoked" in asked(bad.serial, *more)
        assert "cessationOfOperation" in asked(bad.serial, *more)
        assert "Cert Status: unknown" in asked("7f00", *more)
    revoke(SYSTEM, good.id, Reason.CERTIFICATE_HOLD)
    assert "certificateHold" in asked(good.serial)
    release(SYSTEM, good.id)
    assert "Cert Status: good" in asked(good.serial)


def test_an_answer_is_had_by_get_too_and_nonsense_gets_a_refusal() -> None:
    _, servers = authorities(KINDS["p256"])
    renew()
    issuer = pyca.load_der_x509_certificate(servers.own.content)
    asked = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        *_hashes(issuer), 0x7F00, hashes.SHA1()
    ).build()  # fmt: skip
    encoded = quote(base64.b64encode(asked.public_bytes(serialization.Encoding.DER)).decode(), safe="")
    answer = Client().get(f"/pki/ocsp/{servers.code}/{encoded}")
    told = ocsp.load_der_ocsp_response(answer.content)
    assert told.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert told.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert "public" in answer["Cache-Control"]
    for nonsense in ("AAAA", "!!!", encoded[:-9]):
        refused = ocsp.load_der_ocsp_response(Client().get(f"/pki/ocsp/{servers.code}/{nonsense}").content)
        assert refused.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert Client().get(f"/pki/ocsp/{servers.code}/").status_code == 405
    assert Client().get("/pki/ocsp/nobody/AAAA").status_code == 404


def _hashes(issuer: pyca.Certificate) -> tuple[bytes, bytes]:
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    name = issuer.subject.public_bytes()
    return hashlib.sha1(name).digest(), hashlib.sha1(point).digest()


@pytest.mark.skipif("sm2" not in KINDS, reason="no SM2 on this system")
def test_sm2_certificates_carry_the_algorithms_of_the_chinese_suite(tmp_path: Path) -> None:
    root, _ = authorities(SM2)
    text = openssl("x509", "-inform", "DER", "-noout", "-text", data=root.own.content)
    assert "SM2-with-SM3" in text
    assert "SM2" in text
    assert Authority.objects.filter(key__kind="sm2").count() == 5
