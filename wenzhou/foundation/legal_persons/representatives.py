"""Tells identity whom a person represents: a legal representative acts for her firm without a delegation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.kernel.identity.api import Representatives
from wenzhou.kernel.registers.api import as_of


def represented_by(person: UUID) -> Sequence[UUID]:
    """Firms whose legal representative (法定代表人) the person is today; deregistered ones not."""
    rows = as_of(OrganisationVersion.objects.filter(legal_representative=person), timezone.localdate())
    return list(rows.exclude(status=Status.DEREGISTERED).values_list("organisation_id", flat=True))


REPRESENTATIVES = Representatives(code="legal_persons.representatives", represented_by=represented_by)
