"""The portal's demonstration content: real subject matter, written for this platform and marked so on every page.

Facts come from the Digital Wenzhou plan (figures of 2003) and from the administrative divisions of mid-2023. May be
run again at any time: a page that is there, whatever an editor made of it, is left alone.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from importlib import resources
from typing import Any

from django.db import transaction

from wenzhou.government.portal.models import HomePage, InformationPage, NewsIndexPage, NewsPage
from wenzhou.kernel.content.api import CityPage

TYPES: dict[str, type[CityPage]] = {
    "information": InformationPage,
    "index": NewsIndexPage,
    "news": NewsPage,
}


def load(persons: int, say: Callable[[str], None]) -> None:
    """Put the demonstration pages under the home page. ``persons`` does not matter here."""
    source: dict[str, Any] = json.loads(
        resources.files(__package__).joinpath("demo_pages.json").read_text("utf-8")
    )
    home = HomePage.objects.get()
    _fill_home(home, source["home"])
    made = sum(_plant(home, entry) for entry in source["pages"])
    say(f"portal: {made} pages")


@transaction.atomic
def _fill_home(home: HomePage, source: dict[str, Any]) -> None:
    if home.reach:
        return
    for name, value in source.items():
        setattr(home, name, json.dumps(value) if name == "reach" else value)
    home.save_revision().publish()


def _plant(parent: CityPage, entry: dict[str, Any]) -> int:
    """Make the page of this entry and those below it; returns how many were made."""
    fields = dict(entry)
    kind, below = TYPES[fields.pop("type")], fields.pop("below", [])
    found = kind.objects.child_of(parent).filter(slug=fields["slug"]).first()
    page = found or _make(parent, kind, fields)
    return (found is None) + sum(_plant(page, child) for child in below)


@transaction.atomic
def _make(parent: CityPage, kind: type[CityPage], fields: dict[str, Any]) -> CityPage:
    if "body" in fields:
        fields["body"] = json.dumps(fields["body"])
    if "date" in fields:
        fields["date"] = datetime.date.fromisoformat(fields["date"])
    page = kind(made=True, live=False, **fields)
    parent.refresh_from_db()  # the tree counts children in the parent's row
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page
