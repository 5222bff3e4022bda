"""Status of certificates on request (在线证书状态, OCSP; RFC 6960, profile RFC 5019 for what is cached).

An answer is signed by a certificate that the authority itself gave out for nothing else (4.2.2.2), renewed by a job. Answers
to questions without a nonce are the same for everybody for a while: whoever stands between may keep them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from asn1crypto import core, ocsp, x509
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.keyring import make_key, signer
from wenzhou.kernel.trust.keys.kinds import KINDS
from wenzhou.kernel.trust.models import Authority, Certificate, Key, Responder, State, Use
from wenzhou.kernel.trust.profiles import STATUS
from wenzhou.kernel.trust.services.issuing import Order, issue
from wenzhou.kernel.trust.structures import Signer

GOOD_FOR = timedelta(hours=1)
CLOCKS = timedelta(minutes=2)
RENEW_BEFORE = timedelta(days=30)
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
    responder = _responder(authority)
    if responder is None:
        return Answer(_refusal(INTERNAL))
    return _signed(authority, responder, [one for one, _ in ids], nonce)


def _matches(authority: Authority, asked: ocsp.CertId) -> bool:
    """Whether it is about a certificate of this authority: by the hashes of its name and key."""
    algorithm = asked["hash_algorithm"]["algorithm"].native
    if algorithm not in ("sha1", "sha256", "sha384", "sha512"):
        return False
    bits = bytes(ocsp_key(bytes(authority.key.spki)))
    name: bytes = asked["issuer_name_hash"].native
    key: bytes = asked["issuer_key_hash"].native
    return name == _hash(algorithm, bytes(authority.subject)) and key == _hash(algorithm, bits)


def ocsp_key(spki: bytes) -> bytes:
    """The bits of a public key, which an asker hashes (RFC 6960 4.1.1)."""
    bits: bytes = x509.PublicKeyInfo.load(spki)["public_key"].contents[1:]
    return bits


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _nonce(question: ocsp.OCSPRequest) -> bytes | None:
    for one in question["tbs_request"]["request_extensions"] or ():
        if one["extn_id"].native == "nonce":
            nonce: bytes = one["extn_value"].parsed.native
            return nonce
    return None


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A responder ready to sign."""

    id: UUID
    key_hash: bytes
    certificate: x509.Certificate
    algorithm: object
    sign: Signer
    until: datetime


_speakers: dict[UUID, tuple[datetime, _Speaker]] = {}
_REMEMBERED = timedelta(minutes=5)


def _responder(authority: Authority) -> _Speaker | None:
    """Who signs for the authority; looked up every few minutes, so that a new one takes over in every process."""
    now = timezone.now()
    kept = _speakers.get(authority.id)
    if kept is not None and kept[0] > now:
        return kept[1]
    row = (
        Responder.objects.filter(
            authority=authority, certificate__state=State.ISSUED, certificate__not_after__gt=now
        )
        .select_related("key", "certificate")
        .order_by("-certificate__not_after")
        .first()
    )
    if row is None:
        return None
    speaker = _Speaker(
        id=row.id,
        key_hash=_hash("sha1", ocsp_key(bytes(row.key.spki))),
        certificate=x509.Certificate.load(row.certificate.content),
        algorithm=KINDS[row.key.kind].algorithm,
        sign=signer(row.key),
        until=row.certificate.not_after,
    )
    _speakers[authority.id] = (now + _REMEMBERED, speaker)
    return speaker


def _signed(
    authority: Authority, speaker: _Speaker, ids: Sequence[ocsp.CertId], nonce: bytes | None
) -> Answer:
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    until = min(now + GOOD_FOR, speaker.until)
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
            "responder_id": ocsp.ResponderId("by_key", core.OctetString(speaker.key_hash)),
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
            "signature_algorithm": speaker.algorithm,
            "signature": speaker.sign(data.dump()),
            "certs": [speaker.certificate],
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


def renew_responders() -> None:
    """Every authority whose key is here has somebody to answer for it, for a month at least. Again: nothing."""
    now = timezone.now()
    for authority in Authority.objects.exclude(use=Use.ROOT).select_related("key", "certificate"):
        if not Responder.objects.filter(
            authority=authority,
            certificate__state=State.ISSUED,
            certificate__not_after__gt=now + RENEW_BEFORE,
        ).exists():
            _new_responder(authority)


def _new_responder(authority: Authority) -> None:
    key: Key = make_key(KINDS[authority.key.kind])
    actor = Actor.system("trust")
    row = issue(
        actor,
        Order(
            authority=authority,
            profile=STATUS,
            parts={"common_name": f"OCSP {authority.code} {timezone.localdate():%Y-%m-%d}"},
            spki=bytes(key.spki),
        ),
    )
    with transaction.atomic():
        Responder.objects.create(authority=authority, key=key, certificate=row)


RENEW_RESPONDERS = Job(
    name="trust.renew-responders",
    title=Text("更新状态查询证书", "Renew the certificates that answer for status"),
    run=renew_responders,
    cron="41 * * * *",
    lock="trust.responders",
)
