"""Stores of private keys (密钥库): what keeps a key makes it and signs with it; the key itself never leaves."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from wenzhou.kernel.trust.keys import sm2
from wenzhou.kernel.trust.keys.kinds import P256, RSA, SM2, KeyKind, sm2_spki

RSA_BITS = 3072


class KeyStore(Protocol):
    """A store. A handle is what it calls a key by; it says nothing of the key."""

    code: str

    def make(self, kind: KeyKind) -> tuple[str, bytes]:
        """A new key: its handle and its public key (SubjectPublicKeyInfo, DER)."""

    def sign(self, kind: KeyKind, handle: str, data: bytes) -> bytes:
        """The signature of the bytes, as X.509 carries it. Raises KeyMissingError."""

    def destroy(self, handle: str) -> None:
        """The key is gone for good; again: nothing."""


class KeyMissingError(Exception):
    """The store has no key of this handle, or cannot open it."""


class FileKeyStore:
    """Keys in files of one folder, each sealed (AES-256-GCM) under a key that follows from the city's secret.

    What a file holds is opened once a process and kept in its memory: signing costs no reading.
    """

    code = "files"

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"wenzhou trust keys 1").derive(secret.encode())
        self._seal = AESGCM(derived)
        self._opened = lru_cache(maxsize=64)(self._open)

    def make(self, kind: KeyKind) -> tuple[str, bytes]:
        """A new key in a new file, which is on the disk before this returns."""
        handle = secrets.token_hex(16)
        raw, spki = new_key(kind)
        self.put(handle, raw)
        return handle, spki

    def put(self, handle: str, raw: bytes) -> None:
        """Keep a key that comes from elsewhere (the root's, put together from its shares)."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        nonce = secrets.token_bytes(12)
        sealed = nonce + self._seal.encrypt(nonce, raw, handle.encode())
        path = self._path(handle)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())

    def take(self, handle: str) -> bytes:
        """The key itself, to be sealed otherwise: for the ceremony alone. Raises KeyMissingError."""
        return self._opened(handle)

    def sign(self, kind: KeyKind, handle: str, data: bytes) -> bytes:
        """See :class:`KeyStore`."""
        return sign_with(kind, self._opened(handle), data)

    def destroy(self, handle: str) -> None:
        """See :class:`KeyStore`."""
        self._opened.cache_clear()
        self._path(handle).unlink(missing_ok=True)

    def _open(self, handle: str) -> bytes:
        try:
            sealed = self._path(handle).read_bytes()
            return self._seal.decrypt(sealed[:12], sealed[12:], handle.encode())
        except (
            Exception
        ) as error:  # a missing file, another city's secret, a damaged file: all the same to the caller
            raise KeyMissingError(handle) from error

    def _path(self, handle: str) -> Path:
        if not handle.isalnum():
            raise KeyMissingError(handle)
        return self._folder / f"{handle}.key"


def new_key(kind: KeyKind) -> tuple[bytes, bytes]:
    """A private key as this module keeps it (PKCS #8; for SM2 point and number), and its public key."""
    if kind is SM2:
        point, number = sm2.generate()
        return point + number, sm2_spki(point)
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if kind is P256:
        key = ec.generate_private_key(ec.SECP256R1())
    elif kind is RSA:
        key = rsa.generate_private_key(65537, RSA_BITS)
    else:
        raise ValueError(kind.code)
    raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return raw, key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=64)
def _loaded(raw: bytes) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    return cast("ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey", load_der_private_key(raw, None))


def sign_with(kind: KeyKind, raw: bytes, data: bytes) -> bytes:
    """The signature of the bytes with a key as :func:`new_key` gives it."""
    if kind is SM2:
        return sm2.sign(raw[:64], raw[64:], data)
    key = _loaded(raw)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
