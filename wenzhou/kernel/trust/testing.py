"""For the tests of other modules: a hierarchy, and key pairs."""

from __future__ import annotations

import base64

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.trust.keys.kinds import P256, KeyKind
from wenzhou.kernel.trust.keys.sealing import Split
from wenzhou.kernel.trust.keys.stores import new_key
from wenzhou.kernel.trust.models import Authority, Use
from wenzhou.kernel.trust.services.ceremony import hold

__all__ = ["SAMPLES", "authorities", "pair", "pem"]


def authorities(kind: KeyKind = P256, use: Use = Use.SERVERS) -> tuple[Authority, Authority]:
    """A ceremony of one suite: its root, and the authority for a use."""
    hold(Actor.system("test"), kind, Split(2, 3))
    rows = Authority.objects.select_related("key", "certificate")
    return rows.get(key__kind=kind.code, use=Use.ROOT), rows.get(key__kind=kind.code, use=use)


def pair(kind: KeyKind = P256) -> bytes:
    """The public half of a new key pair."""
    return new_key(kind)[1]


def pem(label: str, der: bytes) -> bytes:
    """The bytes in letters (RFC 7468)."""
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


def _servers(**more: str) -> Sample:
    _, row = authorities()
    return Sample(kwargs={"code": row.code, **more})


def _stampers() -> Sample:
    return Sample(kwargs={"code": authorities(use=Use.STAMPING)[1].code})


def _subscriber() -> Sample:
    root, row = authorities()
    return Sample(kwargs={"code": root.code, "serial": row.own.serial})


SAMPLES: dict[str, SampleMaker] = {
    "certificate": _servers,
    "list": _servers,
    "subscriber": _subscriber,
    "status": _servers,
    "status-get": lambda: _servers(asked="AAAA"),
    "stamp": _stampers,
}
