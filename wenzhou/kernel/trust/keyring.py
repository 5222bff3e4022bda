"""The key stores of this city, and signing with a key wherever it is kept."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from wenzhou.kernel.trust.keys.kinds import KINDS, KeyKind
from wenzhou.kernel.trust.keys.stores import FileKeyStore, KeyMissingError, KeyStore
from wenzhou.kernel.trust.models import Key
from wenzhou.kernel.trust.structures import Signer


@lru_cache(maxsize=4)
def _files(folder: str, secret: str) -> FileKeyStore:
    return FileKeyStore(Path(folder), secret)


def files() -> FileKeyStore:
    """The store in files: ``<WZ_DATA>/trust/keys``."""
    return _files(str(Path(settings.WZ_DATA) / "trust" / "keys"), settings.WZ_TRUST_SECRET)


def store_of(code: str) -> KeyStore:
    """The store of this code. Raises KeyMissingError for one that this city has not."""
    if code == FileKeyStore.code:
        return files()
    raise KeyMissingError(code)


def make_key(kind: KeyKind, store: str = FileKeyStore.code) -> Key:
    """A new key in a store, and its row."""
    handle, spki = store_of(store).make(kind)
    return Key.objects.create(kind=kind.code, store=store, handle=handle, spki=spki)


def signer(key: Key) -> Signer:
    """What signs with this key. It raises KeyMissingError when the store has not got it (the root's is off-line)."""
    store, kind = store_of(key.store), KINDS[key.kind]
    return lambda data: store.sign(kind, key.handle, data)


def destroy_key(key: Key) -> None:
    """The key is gone from its store; its public half stays for those who verify."""
    store_of(key.store).destroy(key.handle)
    key.destroyed_at = timezone.now()
    key.save(update_fields=["destroyed_at"])
