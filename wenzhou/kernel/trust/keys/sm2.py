"""SM2 (GB/T 32918) by gmssl, which has wheels for Linux alone: elsewhere a city stands without the Chinese suite."""

from __future__ import annotations

try:
    import gmssl_pyx
except ImportError:  # no wheel for this system
    gmssl_pyx = None

AVAILABLE = gmssl_pyx is not None


class UnusableKeyError(ValueError):
    """No point of the curve."""


def generate() -> tuple[bytes, bytes]:
    """A new pair: the point, 64 bytes, and the number, 32 bytes."""
    point, number = gmssl_pyx.sm2_key_generate()
    return bytes(point), bytes(number)


def sign(point: bytes, number: bytes, data: bytes) -> bytes:
    """The signature over SM3, DER, with the signer's identifier of GM/T 0009."""
    return bytes(gmssl_pyx.sm2_sign(number, point, data))


def verify(point: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature is of these bytes."""
    try:
        return bool(gmssl_pyx.sm2_verify(point, data, signature))
    except (gmssl_pyx.GmsslInnerError, gmssl_pyx.InvalidValueError):
        return False


def normal_point(encoded: bytes) -> bytes:
    """The point, 64 bytes, of any encoding (SEC 1). Raises UnusableKeyError."""
    if gmssl_pyx is None:
        raise UnusableKeyError("no SM2 on this system")
    try:
        return bytes(gmssl_pyx.normalize_sm2_public_key(encoded))
    except gmssl_pyx.InvalidValueError as error:
        raise UnusableKeyError(str(error)) from error
