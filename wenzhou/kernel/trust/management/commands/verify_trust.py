"""``./wz manage verify_trust``: read the authority's journal end to end, and hold the certificates against it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wenzhou.kernel.trust.services.journal import BrokenChainError, verify
from wenzhou.kernel.trust.services.reckoning import strays


class Command(BaseCommand):
    """Exit code 1 and where, when the chain is broken or a certificate is not as the journal has it."""

    help = "核验认证日志。 Verify the authority's journal."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            head = verify()
        except BrokenChainError as error:
            raise CommandError(f"认证日志不完整 The journal is broken: {error}") from error
        found = strays()
        if found:
            raise CommandError(
                "证书与日志不符 Certificates are not as the journal has them: " + ", ".join(found[:20])
            )
        self.stdout.write(f"认证日志完整 The journal is whole: {head.seq} {head.digest.hex()}")
