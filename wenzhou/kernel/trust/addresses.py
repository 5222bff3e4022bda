"""The addresses that stand in certificates: they must answer as long as the certificate lives, so they never change."""

from __future__ import annotations

from django.conf import settings

from wenzhou.kernel.trust.keys.kinds import KINDS
from wenzhou.kernel.trust.models import Authority
from wenzhou.kernel.trust.structures import Issuer


def issuer_of(authority: Authority) -> Issuer:
    """The authority as it signs; ``authority.key`` is read."""
    base = f"{settings.WZ_PUBLIC_URL.rstrip('/')}/pki"
    return Issuer(
        subject=bytes(authority.subject),
        key_id=bytes(authority.key_identifier),
        algorithm=KINDS[authority.key.kind].algorithm,
        list_url=f"{base}/{authority.code}.crl",
        certificate_url=f"{base}/{authority.code}.cer",
        status_url=f"{base}/ocsp/{authority.code}/",
        practice_url=f"{base}/practice/",
    )
