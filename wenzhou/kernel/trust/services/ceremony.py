"""The key ceremony (密钥仪式): a root and the authorities below it, and the root's key taken off-line.

May be held again after being killed anywhere: what stands is left, what is missing is made. Only at its end is the root's key
sealed, split and taken from the store; until then the ceremony is not over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust import structures
from wenzhou.kernel.trust.keyring import files, make_key
from wenzhou.kernel.trust.keys.kinds import KeyKind
from wenzhou.kernel.trust.keys.sealing import Split, seal, unseal
from wenzhou.kernel.trust.models import Authority, Certificate, State, Use
from wenzhou.kernel.trust.names import ORDER
from wenzhou.kernel.trust.permissions import HOLD_CEREMONY
from wenzhou.kernel.trust.profiles import AUTHORITY
from wenzhou.kernel.trust.services import journal
from wenzhou.kernel.trust.services.issuing import Order, issue
from wenzhou.kernel.trust.services.lists import publish

ORGANISATION = "数字温州"
TITLES = {
    Use.ROOT: Text("温州市根认证机构", "Wenzhou Root CA"),
    Use.PERSONS: Text("温州市个人证书认证机构", "Wenzhou Persons CA"),
    Use.UNITS: Text("温州市单位证书认证机构", "Wenzhou Units CA"),
    Use.SERVERS: Text("温州市服务器证书认证机构", "Wenzhou Servers CA"),
    Use.STAMPING: Text("温州市时间戳认证机构", "Wenzhou Time Stamping CA"),
}
ROOT_DAYS = 7305
ROOT_LIST = timedelta(days=366)
"""The root's list holds until the next ceremony, once a year."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a ceremony did, line by line, and the shares of the root's key, which are told once and stand nowhere."""

    root: Authority
    lines: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)


def sealed_at(root: Authority) -> Path:
    """Where a root's sealed key lies until somebody carries it away; another city's in the same folder is another file."""
    return Path(settings.WZ_DATA) / "trust" / "offline" / f"{root.code}-{root.key.handle[:8]}.sealed"


def hold(actor: Actor, kind: KeyKind, split: Split) -> Protocol:
    """Root and authorities of one suite. Raises Refused, and Conflict when they stand already."""
    require(actor, HOLD_CEREMONY)
    root = _authority(actor, kind, Use.ROOT, None)
    if sealed_at(root).exists():
        raise Conflict(
            Text(
                "这套认证机构已经建立；更换机构请办理换发。",
                "These authorities stand already; to replace one, roll it over.",
            )
        )
    done = Protocol(root)
    _say(done, f"{root.code}: {_print_of(root)}")
    for use in Use:
        if use is not Use.ROOT:
            authority = _authority(actor, kind, use, root)
            _say(done, f"{authority.code}: {_print_of(authority)}")
    for authority in Authority.objects.filter(key__kind=kind.code).order_by("code"):
        row = publish(actor, authority, lasts=ROOT_LIST if authority.use == Use.ROOT else None)
        _say(done, f"{authority.code}: CRL {row.number}")
    _take_offline(actor, root, split, done)
    return done


@contextmanager
def opened(actor: Actor, root: Authority, shares: Sequence[str]) -> Iterator[None]:
    """The root's key back in the store for the acts inside, then gone again. Raises Refused, Invalid (shares)."""
    require(actor, HOLD_CEREMONY)
    raw = unseal(sealed_at(root), shares)
    store, handle = files(), root.key.handle
    store.destroy(handle)  # what a killed ceremony left
    store.put(handle, raw)
    try:
        with transaction.atomic():
            journal.write(actor, "open-key", root.code, shares=len(shares))
        yield
    finally:
        store.destroy(handle)


def _authority(actor: Actor, kind: KeyKind, use: Use, root: Authority | None) -> Authority:
    code = f"{use.value}-{kind.code}"
    found = Authority.objects.select_related("key", "certificate", "issuer__key").filter(code=code).first()
    row = found or _made(actor, kind, use, root, code)
    if row.certificate is None:
        _certify(actor, row)
    return row


def _made(actor: Actor, kind: KeyKind, use: Use, root: Authority | None, code: str) -> Authority:
    title = TITLES[use]
    parts = {
        "country_name": "CN",
        "organization_name": ORGANISATION,
        "common_name": f"{title.en} {kind.code.upper()} {timezone.localdate().year}",
    }
    with transaction.atomic():
        key = make_key(kind)
        row = Authority.objects.create(
            code=code,
            use=use,
            title_zh=title.zh,
            title_en=title.en,
            issuer=root,
            key=key,
            subject=structures.name({part: parts[part] for part in ORDER if part in parts}),
            key_identifier=structures.key_id(bytes(key.spki)),
        )
        journal.write(
            actor, "make-authority", code, kind=kind.code, key=hashlib.sha256(bytes(key.spki)).hexdigest()
        )
        audit.record(actor, "trust.make-authority", row, code=code)
    return row


def _certify(actor: Actor, row: Authority) -> None:
    """Its certificate, by the root or by itself; found again when the ceremony was killed between the two writes."""
    order = Order(
        authority=row.issuer or row,
        profile=AUTHORITY,
        parts={},
        subject=bytes(row.subject),
        spki=bytes(row.key.spki),
        days=ROOT_DAYS if row.use == Use.ROOT else 0,
        path_length=None if row.use == Use.ROOT else 0,
    )
    found = Certificate.objects.filter(
        authority=order.authority, key_digest=hashlib.sha256(order.spki).digest(), state=State.ISSUED
    ).first()
    row.certificate = found or issue(actor, order)
    row.save(update_fields=["certificate"])


def _take_offline(actor: Actor, root: Authority, split: Split, done: Protocol) -> None:
    path = sealed_at(root)
    shares = seal(path, files().take(root.key.handle), split)
    unseal(path, shares[: split.needed])  # before the key is gone: the shares open it
    with transaction.atomic():
        journal.write(actor, "seal-key", root.code, split=str(split))
    files().destroy(root.key.handle)
    done.shares.extend(shares)
    _say(done, f"{root.code}: off-line, {split}")


def _print_of(authority: Authority) -> str:
    digest = hashlib.sha256(authority.own.content).hexdigest().upper()
    return "SHA-256 " + ":".join(digest[at : at + 2] for at in range(0, 64, 2))


def _say(done: Protocol, line: str) -> None:
    done.lines.append(f"{timezone.now():%Y-%m-%d %H:%M:%S} UTC  {line}")
