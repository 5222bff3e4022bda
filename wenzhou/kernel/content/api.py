"""The door of the content block for other modules."""

from __future__ import annotations

from django.db import connection

from wenzhou.kernel.content.models import Audience, CityDocument, CityImage, CityPage, ContentRevision
from wenzhou.kernel.content.public_mark import mark_public
from wenzhou.kernel.content.public_pages import LOOK, STORE

__all__ = [
    "LOOK",
    "STORE",
    "Audience",
    "CityDocument",
    "CityImage",
    "CityPage",
    "ContentRevision",
    "content_changed",
    "mark_public",
]


def content_changed() -> None:
    """Count the revision up within the caller's transaction, so that no kept page outlives the change.

    For modules whose public pages are marked with ``mark_public`` but whose rows the triggers do not watch.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO content_contentrevision AS r (id, number) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET number = r.number + 1"
        )
