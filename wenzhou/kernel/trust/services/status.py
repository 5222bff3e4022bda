"""Status of certificates on request (在线证书状态, OCSP; RFC 6960, profile RFC 5019 for what is cached).

An answer is signed by a certificate that the authority itself gave out for nothing else (4.2.2.2), renewed by a job. Answers
to questions without a nonce are the same for everybody for a while: whoever stands between may keep them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import core, ocsp, x509
from django.utils import timezone

from wenzhou.kernel.trust.cms import Signatory
from wenzhou.kernel.trust.models import Authority, Certificate, Role, State
from wenzhou.kernel.trust.services.speaking import speaker

GOOD_FOR = timedelta(hours=1)
CLOCKS = timedelta(minutes=2)
MOST_ASKED = 20
LONGEST_NONCE = 128  # RFC 9654
MALFORMED, INTERNAL, UNAUTHORISED = "malformed_request", "internal_error", "unauthorized"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, DER, and until when everybody may keep it; None for one that is for the asker alone."""

    der: bytes
    until: datetime | None = None


def answer(authority: Authority, asked: bytes) -> Answer:
    """What is to be said to a request of an authority's address. Never raises for what a stranger sends."""
    try:
        question = ocsp.OCSPRequest.load(asked, strict=True)
        wanted = list(question["tbs_request"]["request_list"])
        ids = [(one["req_cert"], _matches(authority, one["req_cert"])) for one in wanted]
        nonce = _nonce(question)
    except (ValueError, TypeError, KeyError):
        return Answer(_refusal(MALFORMED))
    if not 1 <= len(ids) <= MOST_ASKED or (nonce is not None and not 1 <= len(nonce) <= LONGEST_NONCE):
        return Answer(_refusal(MALFORMED))
    if not all(ours for _, ours in ids):
        return Answer(_refusal(UNAUTHORISED))
    responder = speaker(authority, Role.STATUS)
    if responder is None:
        return Answer(_refusal(INTERNAL))
    return _signed(authority, responder, [one for one, _ in ids], nonce)


def _matches(authority: Authority, asked: ocsp.CertId) -> bool:
    """Whether it is about a certificate of this authority: by the hashes of its name and key."""
    algorithm = asked["hash_algorithm"]["algorithm"].native
    if algorithm not in ("sha1", "sha256", "sha384", "sha512"):
        return False
    bits = _bits(x509.PublicKeyInfo.load(bytes(authority.key.spki)))
    name: bytes = asked["issuer_name_hash"].native
    key: bytes = asked["issuer_key_hash"].native
    return name == _hash(algorithm, bytes(authority.subject)) and key == _hash(algorithm, bits)


def _bits(info: x509.PublicKeyInfo) -> bytes:
    """The bits of a public key, which an asker hashes (RFC 6960 4.1.1)."""
    return bytes(info["public_key"].contents)[1:]


def _key_hash(certificate: x509.Certificate) -> bytes:
    return _hash("sha1", _bits(certificate.public_key))


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _nonce(question: ocsp.OCSPRequest) -> bytes | None:
    for one in question["tbs_request"]["request_extensions"] or ():
        if one["extn_id"].native == "nonce":
            nonce: bytes = one["extn_value"].parsed.native
            return nonce
    return None


def _signed(
    authority: Authority, responder: Signatory, ids: Sequence[ocsp.CertId], nonce: bytes | None
) -> Answer:
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    until = min(now + GOOD_FOR, responder.certificate.not_valid_after)
    standing = _standing(authority, [int(one["serial_number"].native) for one in ids])
    responses = [
        {
            "cert_id": one,
            "cert_status": standing[int(one["serial_number"].native)],
            "this_update": now - CLOCKS,
            "next_update": until,
        }
        for one in ids
    ]
    data = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId("by_key", core.OctetString(_key_hash(responder.certificate))),
            "produced_at": now,
            "responses": responses,
            "response_extensions": [{"extn_id": "nonce", "extn_value": core.OctetString(nonce)}]
            if nonce is not None
            else None,
        }
    )
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": data,
            "signature_algorithm": responder.algorithm,
            "signature": responder.sign(data.dump()),
            "certs": [responder.certificate],
        }
    )
    whole = ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {"response_type": "basic_ocsp_response", "response": basic},
        }
    )
    return Answer(whole.dump(), until if nonce is None else None)


def _standing(authority: Authority, serials: Sequence[int]) -> dict[int, ocsp.CertStatus]:
    """What is so of each serial. What was never given out is "unknown"; written off, "revoked" from the day it was made."""
    rows = Certificate.objects.filter(authority=authority, serial__in=[f"{one:x}" for one in serials])
    found = {one: ocsp.CertStatus("unknown", core.Null()) for one in serials}
    for serial, state, at, reason, made in rows.values_list(
        "serial", "state", "revoked_at", "reason", "prepared_at"
    ):
        if state == State.ISSUED:
            found[int(serial, 16)] = ocsp.CertStatus("good", core.Null())
        else:
            found[int(serial, 16)] = ocsp.CertStatus("revoked", _revoked(at or made, reason or 0))
    return found


def _revoked(at: datetime, reason: int) -> ocsp.RevokedInfo:
    fields: dict[str, object] = {"revocation_time": at.astimezone(UTC).replace(microsecond=0)}
    if reason:
        fields["revocation_reason"] = ocsp.CRLReason(reason)
    return ocsp.RevokedInfo(fields)


def _refusal(status: str) -> bytes:
    encoded: bytes = ocsp.OCSPResponse({"response_status": status}).dump()
    return encoded
