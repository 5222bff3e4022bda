"""A demonstration city has its authorities from the start; what a ceremony hands to people lies in a folder instead."""

from __future__ import annotations

import os
from collections.abc import Callable

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.trust.keys.kinds import KINDS
from wenzhou.kernel.trust.keys.sealing import Split
from wenzhou.kernel.trust.models import Authority
from wenzhou.kernel.trust.services.ceremony import hold, sealed_at
from wenzhou.kernel.trust.services.speaking import renew

SPLIT = Split(2, 3)


def load(persons: int, say: Callable[[str], None]) -> None:
    """Both suites, once; again: what is missing."""
    for kind in (KINDS[code] for code in ("p256", "sm2") if code in KINDS):
        root = Authority.objects.filter(code=f"root-{kind.code}").first()
        if root is not None and sealed_at(root).exists():
            continue
        done = hold(Actor.system("demo"), kind, SPLIT)
        sealed = sealed_at(done.root)
        for at, share in enumerate(done.shares, 1):
            path = sealed.with_name(f"{sealed.stem}.share-{at}.demo.txt")
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write("演示数据：真实仪式中每份只交给一位保管人，不落盘。\n")
                file.write(
                    "Demonstration: in a real ceremony each share is told to one holder and kept nowhere.\n\n"
                )
                file.write(f"{share}\n")
        say(f"trust: {kind.code}, {len(done.lines)} steps")
    renew()
