"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class GeoConfig(AppConfig):
    """Divisions and outlines."""

    name = "wenzhou.kernel.geo"
    label = "geo"
