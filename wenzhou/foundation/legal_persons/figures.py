"""Firms by area, for the maps of the city."""

from __future__ import annotations

from django.db.models import Count
from django.db.models.functions import Left
from django.utils import timezone

from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import AreaFigure
from wenzhou.kernel.registers.api import as_of


def firms_by_town() -> dict[str, int]:
    """Active legal persons today by the nine digits of their town."""
    rows = as_of(OrganisationVersion.objects.filter(status=Status.ACTIVE), timezone.localdate())
    counted = rows.annotate(town=Left("division", 9)).values_list("town").annotate(n=Count("id")).order_by()
    return dict(counted)


FIRMS = AreaFigure(
    code="firms",
    title=Text("在营市场主体", "Active firms"),
    unit=Text("家", "firms"),
    counts=firms_by_town,
)
