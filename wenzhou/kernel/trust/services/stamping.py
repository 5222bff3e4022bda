"""Time stamps (时间戳, RFC 3161): that some bytes, known by their digest alone, were there at an instant.

The clock is that of the server, which its operators keep by NTP; the accuracy that is promised is a second.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import ClassVar

from asn1crypto import cms, core, tsp

from wenzhou.kernel.trust.cms import signed
from wenzhou.kernel.trust.models import Authority, Role, Stamp
from wenzhou.kernel.trust.profiles import STAMPING
from wenzhou.kernel.trust.services.speaking import speaker

ACCURACY = 1
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


class Response(core.Sequence):
    """TimeStampResp (2.4.2), whose token is left out of a refusal; asn1crypto's own demands it."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def answer(authority: Authority, asked: bytes) -> bytes:
    """The response, DER, to a request. Never raises for what a stranger sends; a refusal says why (2.4.2)."""
    try:
        request = tsp.TimeStampReq.load(asked, strict=True)
        request.native  # noqa: B018 - parsed through and through
    except (ValueError, TypeError, KeyError):
        return _refusal("bad_data_format")
    imprint = request["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if _SIZES.get(algorithm) is None:
        return _refusal("bad_alg")
    if len(imprint["hashed_message"].native) != _SIZES[algorithm]:
        return _refusal("bad_data_format")
    if request["req_policy"].native not in (None, STAMPING.policy):
        return _refusal("unaccepted_policy")
    if any(one["critical"].native for one in request["extensions"] or ()):
        return _refusal("unaccepted_extensions")
    return _stamped(authority, request)


def stamp(authority: Authority, content: bytes) -> cms.ContentInfo:
    """A stamp of bytes that are here: the token itself. Raises LookupError while nobody stamps."""
    digest = hashlib.sha256(content).digest()
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "cert_req": True,
        }
    )
    response = Response.load(_stamped(authority, request))
    if response["status"]["status"].native != "granted":
        raise LookupError(authority.code)
    token: cms.ContentInfo = response["time_stamp_token"]
    return token


def _stamped(authority: Authority, request: tsp.TimeStampReq) -> bytes:
    signatory = speaker(authority, Role.STAMP)
    if signatory is None:
        return _refusal("time_not_available")
    at = datetime.now(UTC)
    serial = secrets.randbits(126) | 1 << 126
    fields: dict[str, object] = {
        "version": "v1",
        "policy": STAMPING.policy,
        "message_imprint": request["message_imprint"],
        "serial_number": serial,
        "gen_time": at,
        "accuracy": {"seconds": ACCURACY},
    }
    if request["nonce"].native is not None:
        fields["nonce"] = request["nonce"].native
    token = signed(
        signatory,
        "tst_info",
        tsp.TSTInfo(fields).dump(),
        with_certificates=bool(request["cert_req"].native),
    )
    Stamp.objects.create(
        serial=f"{serial:x}",
        authority=authority,
        at=at,
        digest=request["message_imprint"]["hashed_message"].native,
    )
    return _response({"status": {"status": "granted"}, "time_stamp_token": token})


def _refusal(failure: str) -> bytes:
    return _response({"status": {"status": "rejection", "fail_info": {failure}}})


def _response(fields: dict[str, object]) -> bytes:
    encoded: bytes = Response(fields).dump()
    return encoded
