"""Reads of trust that everybody may have: authorities, their certificates and lists, one certificate by its serial."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.models import Authority, Certificate, State

_SERIAL = re.compile(r"[0-9a-f]{1,40}")


def authorities() -> Sequence[Authority]:
    """All authorities, the roots first, each with its certificate and issuer."""
    rows = Authority.objects.select_related("certificate", "issuer", "key").exclude(certificate=None)
    return sorted(rows, key=lambda one: (one.key.kind, one.issuer_id is not None, one.code))


def authority_of(code: str) -> Authority:
    """The authority of this code. Raises NotFound."""
    row = Authority.objects.select_related("key", "certificate").filter(code=code).first()
    if row is None or row.certificate is None:
        raise NotFound(Text("没有这个认证机构，请查看机构列表。", "No such authority; see the list."))
    return row


def certificates_of(serial: str) -> list[Certificate]:
    """The certificates of a serial, as people write it (blanks, colons, capitals); whatever authority gave them out."""
    plain = re.sub(r"[\s:]", "", serial).lower().removeprefix("0x").lstrip("0")
    if _SERIAL.fullmatch(plain) is None:
        return []
    rows = Certificate.objects.filter(serial=plain).exclude(state__in=(State.PREPARED, State.VOID))
    return list(rows.select_related("authority"))
