"""The public face of trust: authorities, their certificates and lists, status, and one certificate by its serial."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.trust.models import Authority, Certificate, State, Use
from wenzhou.kernel.trust.profiles import SUBSCRIBERS, profile_of
from wenzhou.kernel.trust.selectors import authorities, authority_of, certificates_of
from wenzhou.kernel.trust.services import lists, stamping, status
from wenzhou.kernel.trust.services.revoking import TITLES, reason_of

MOST_BYTES = 16 * 1024
"""Of a question about status: twenty certificates take some two thousand."""
STATES = {
    State.ISSUED: ("ok", Text("有效", "Good")),
    State.HELD: ("waiting", Text("已冻结", "Suspended")),
    State.REVOKED: ("refused", Text("已撤销", "Revoked")),
}


def index(request: HttpRequest) -> HttpResponse:
    """The authorities, with what is needed to trust them, and the search for a certificate."""
    serial = request.GET.get("serial", "").strip()
    found = certificates_of(serial) if serial else []
    return render(
        request,
        "trust/index.html",
        {
            "authorities": [_shown(one) for one in authorities()],
            "serial": serial,
            "found": [_certificate(one) for one in found],
        },
    )


def practice(request: HttpRequest) -> HttpResponse:
    """The practice statement (电子认证业务规则): who is certified how, for how long, and when it ends."""
    return render(request, "trust/practice.html", {"profiles": SUBSCRIBERS, "lists": lists, "status": status})


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """An authority's certificate, DER."""
    return _download(authority_of(code).own.content, "application/pkix-cert", f"{code}.cer")


def subscriber(request: HttpRequest, code: str, serial: str) -> HttpResponse:
    """A certificate of an authority, DER."""
    for row in certificates_of(serial):
        if row.authority.code == code:
            return _download(row.content, "application/pkix-cert", f"{row.serial}.cer")
    raise NotFound(Text("没有这张证书，请核对序列号。", "No such certificate; check the serial."))


def revocation_list(request: HttpRequest, code: str) -> HttpResponse:
    """The list that counts, DER (RFC 5280 4.2.1.13); kept by others until the next is due at the latest."""
    row = lists.newest(authority_of(code))
    if row is None:
        raise NotFound(Text("撤销列表尚未生成，请稍后再试。", "There is no list yet; try again later."))
    response = _download(bytes(row.der), "application/pkix-crl", f"{code}.crl")
    _may_be_kept(response, min(row.next_update, timezone.now() + lists.AGE))
    response["Last-Modified"] = http_date(row.this_update.timestamp())
    return response


def status_post(request: HttpRequest, code: str) -> HttpResponse:
    """OCSP by POST (RFC 6960 A.1)."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    return _status(code, request.read(MOST_BYTES + 1))


def status_get(request: HttpRequest, code: str, asked: str) -> HttpResponse:
    """OCSP by GET: the request in base 64 as part of the address."""
    try:
        question = base64.b64decode(asked.replace(" ", "+"), validate=True)
    except binascii.Error:
        question = b""
    return _status(code, question)


def _status(code: str, asked: bytes) -> HttpResponse:
    if len(asked) > MOST_BYTES:
        asked = b""
    given = status.answer(authority_of(code), asked)
    response = HttpResponse(given.der, content_type="application/ocsp-response")
    if given.until is None:
        response["Cache-Control"] = "no-store"
    else:
        _may_be_kept(response, given.until)
        response["ETag"] = f'"{hashlib.sha256(given.der).hexdigest()[:32]}"'
    return response


def stamp(request: HttpRequest, code: str) -> HttpResponse:
    """A time stamp (RFC 3161 3.4): a query is posted, a reply comes back."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    authority = authority_of(code)
    if authority.use != Use.STAMPING:
        raise NotFound(
            Text("该机构不签发时间戳，请查看机构列表。", "This authority stamps no time; see the list.")
        )
    asked = request.read(MOST_BYTES + 1)
    given = stamping.answer(authority, asked if len(asked) <= MOST_BYTES else b"")
    return HttpResponse(
        given, content_type="application/timestamp-reply", headers={"Cache-Control": "no-store"}
    )


def _may_be_kept(response: HttpResponse, until: datetime) -> None:
    seconds = max(int((until - datetime.now(UTC)).total_seconds()), 0)
    response["Cache-Control"] = f"max-age={seconds}, public, no-transform, must-revalidate"
    response["Expires"] = http_date(until.timestamp())


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(row: Authority) -> dict[str, object]:
    return {
        "row": row,
        "title": t(row.title_zh, row.title_en),
        "fingerprint": _fingerprint(row.own.content),
        "list": lists.newest(row),
    }


def _certificate(row: Certificate) -> dict[str, object]:
    badge, words = STATES[State(row.state)]
    if row.state == State.ISSUED and row.not_after <= timezone.now():
        badge, words = "neutral", Text("已过期", "Expired")
    reason = TITLES[reason_of(row.reason)] if row.reason is not None else None
    facts = [
        (t("序列号", "Serial"), row.serial),
        (t("证书类型", "Profile"), str(profile_of(row.profile).title)),
        (t("颁发机构", "Issued by"), t(row.authority.title_zh, row.authority.title_en)),
        (t("有效期", "Valid"), f"{row.not_before:%Y-%m-%d} – {row.not_after:%Y-%m-%d}"),
        (t("指纹 SHA-256", "Fingerprint, SHA-256"), _fingerprint(row.content)),
    ]
    if reason is not None and row.revoked_at is not None:
        facts.append(
            (t("撤销或冻结", "Revoked or suspended"), f"{row.revoked_at:%Y-%m-%d %H:%M} UTC · {reason}")
        )
    return {"row": row, "badge": badge, "words": words, "facts": facts}


def _fingerprint(der: bytes) -> str:
    digest = hashlib.sha256(der).hexdigest().upper()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))
