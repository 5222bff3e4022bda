"""Kinds of keys (密钥算法): what their public keys and signatures look like on the wire.

Two suites stand beside each other: the international one (ECDSA on P-256, RSA) and the Chinese one (SM2 with SM3, GB/T 32918,
GB/T 32905; object identifiers of GM/T 0006).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.keys import sm2

SM2_CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
LEAST_RSA = 2048
"""Bits of an RSA key that is still taken of a subscriber (NIST SP 800-131A rev. 2)."""

# asn1crypto reads the curve of a key by name; SM2's is not among those that it knows.
keys.NamedCurve.register("sm2p256v1", SM2_CURVE, 32)


@dataclass(frozen=True)
class KeyKind:
    """One kind: ``algorithm`` is that of its signatures, ``verify`` says whether a signature is of these bytes."""

    code: str
    title: Text
    algorithm: algos.SignedDigestAlgorithm
    verify: Callable[[bytes, bytes, bytes], bool]


def _verify_ec(spki: bytes, signature: bytes, data: bytes) -> bool:
    key = cast("ec.EllipticCurvePublicKey", load_der_public_key(spki))
    return _holds(lambda: key.verify(signature, data, ec.ECDSA(hashes.SHA256())))


def _verify_rsa(spki: bytes, signature: bytes, data: bytes) -> bool:
    key = cast("rsa.RSAPublicKey", load_der_public_key(spki))
    return _holds(lambda: key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256()))


def _verify_sm2(spki: bytes, signature: bytes, data: bytes) -> bool:
    return sm2.verify(sm2_point(spki), signature, data)


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except InvalidSignature:
        return False
    return True


P256 = KeyKind(
    "p256",
    Text("ECDSA P-256 / SHA-256", "ECDSA P-256 with SHA-256"),
    algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
    _verify_ec,
)
RSA = KeyKind(
    "rsa",
    Text("RSA / SHA-256", "RSA with SHA-256"),
    algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": None}),
    _verify_rsa,
)
SM2 = KeyKind(
    "sm2",
    Text("国密 SM2 / SM3", "SM2 with SM3"),
    algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3}),
    _verify_sm2,
)
KINDS = {kind.code: kind for kind in (P256, RSA, *((SM2,) if sm2.AVAILABLE else ()))}


def sm2_spki(point: bytes) -> bytes:
    """The public key structure (SubjectPublicKeyInfo) of an SM2 point of 64 bytes."""
    info = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "sm2p256v1")},
            "public_key": b"\x04" + point,
        }
    )
    encoded: bytes = info.dump()
    return encoded


def sm2_point(spki: bytes) -> bytes:
    """The point, 64 bytes, of an SM2 public key structure."""
    info = keys.PublicKeyInfo.load(spki)
    return sm2.normal_point(bytes(info["public_key"]))


def kind_of(spki: bytes) -> KeyKind:
    """The kind of a public key that somebody brings. Raises Invalid for one that is none of ours, or too weak."""
    try:
        info = keys.PublicKeyInfo.load(spki, strict=True)
        if info.algorithm == "ec" and info["algorithm"]["parameters"].native == "sm2p256v1":
            sm2_point(spki)
            return SM2
        key = load_der_public_key(spki)
    except (ValueError, TypeError, KeyError) as error:
        raise _unknown() from error
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return P256
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < LEAST_RSA or key.public_numbers().e < 65537:
            raise _invalid(
                Text(
                    f"RSA 密钥太弱；请使用不少于 {LEAST_RSA} 位、指数不小于 65537 的密钥。",
                    f"The RSA key is too weak; make one of at least {LEAST_RSA} bits with an exponent of 65537 or more.",
                )
            )
        return RSA
    raise _unknown()


def _unknown() -> Invalid:
    return _invalid(
        Text(
            "公钥不能使用；请使用 P-256、RSA（2048 位以上）或 SM2 密钥。",
            "The public key cannot be used; make one of P-256, RSA (2,048 bits or more) or SM2.",
        )
    )


def _invalid(text: Text) -> Invalid:
    return Invalid(text, fields={"public_key": text})
