"""A key taken off-line (离线保管): sealed under a key that is split among several people (Shamir), in words (SLIP-0039)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shamir_mnemonic
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True)
class Split:
    """How a key is shared: ``needed`` of ``holders`` open it together."""

    needed: int
    holders: int

    def __post_init__(self) -> None:
        if not 2 <= self.needed <= self.holders <= 16:
            raise ValueError("2 <= needed <= holders <= 16")

    def __str__(self) -> str:
        return f"{self.needed}/{self.holders}"


def seal(path: Path, raw: bytes, split: Split) -> list[str]:
    """Write the key sealed; gives the shares, one for each holder, which stand nowhere else."""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(nonce + AESGCM(key).encrypt(nonce, raw, path.stem.encode()))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    [shares] = shamir_mnemonic.generate_mnemonics(1, [(split.needed, split.holders)], key)
    return list(shares)


def unseal(path: Path, shares: Sequence[str]) -> bytes:
    """The key again. Raises Invalid when the shares are too few, wrong, or of another key."""
    try:
        key = shamir_mnemonic.combine_mnemonics([" ".join(one.split()).lower() for one in shares])
        sealed = path.read_bytes()
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], path.stem.encode())
    except (shamir_mnemonic.MnemonicError, InvalidTag, OSError, ValueError) as error:
        problem = Text(
            "密钥份额不足、有误，或不属于这把密钥；请逐份核对。",
            "The shares are too few, wrong, or of another key; check each.",
        )
        raise Invalid(problem, fields={"shares": problem}) from error
