"""Residents by area, for the maps of the city."""

from __future__ import annotations

from django.db.models import Count
from django.db.models.functions import Left
from django.utils import timezone

from wenzhou.foundation.population.models import Membership
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import AreaFigure
from wenzhou.kernel.registers.api import as_of


def persons_by_town() -> dict[str, int]:
    """Registered persons today by the nine digits of the town where their household is."""
    rows = as_of(Membership.objects.all(), timezone.localdate())
    counted = (
        rows.annotate(town=Left("household__division", 9))
        .values_list("town")
        .annotate(n=Count("id"))
        .order_by()
    )
    return dict(counted)


PERSONS = AreaFigure(
    code="persons",
    title=Text("户籍人口", "Registered persons"),
    unit=Text("人", "persons"),
    counts=persons_by_town,
)
