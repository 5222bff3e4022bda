"""The model graph: foreign keys cross modules only to the anchors, and never grow a reverse name there."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from wenzhou.kernel.base.registry import registry

ANCHORS = {
    "identity.Person",
    "identity.Organisation",
    "identity.Office",
    "identity.Account",
    "geo.Division",
    "geo.Location",
    "cases.Case",
    "documents.File",
}
BASE_PAGE = "content.CityPage"
"""What page types of every module inherit from (docs/adr/0003): the one table that may be extended across modules."""
OURS = {module.code for module in registry.modules}
OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


def ours(field: models.Field[Any, Any], model: type[models.Model]) -> bool:
    """Whether we declared the field: Wagtail's abstract models bring foreign keys of their own making."""
    return not any(
        base._meta.abstract and base.__module__.startswith("wagtail.") and field.name in names_in(base)
        for base in model.__mro__
        if hasattr(base, "_meta")
    )


def names_in(base: type[models.Model]) -> set[str]:
    return {field.name for field in base._meta.local_fields}


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_cross_modules_only_to_anchors(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignKey) or field.model is not model or not ours(field, model):
            continue
        target = field.related_model._meta
        if target.app_label in {model._meta.app_label} or target.app_label not in OURS:
            continue
        if field.remote_field.parent_link and target.label == BASE_PAGE:
            continue
        assert target.label in ANCHORS, f"{model._meta.label}.{field.name} points into {target.label}"
        assert field.remote_field.related_name == "+", f"{model._meta.label}.{field.name}: related_name='+'"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_protect_what_they_point_to(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if (
            isinstance(field, models.ForeignKey)
            and field.model is model
            and not field.remote_field.parent_link
            and ours(field, model)
        ):
            assert field.remote_field.on_delete in (models.PROTECT, models.CASCADE), field.name
            if field.remote_field.on_delete is models.CASCADE:
                assert field.related_model._meta.app_label == model._meta.app_label, (
                    f"{model._meta.label}.{field.name} would vanish with another module's row"
                )


def test_only_librarys_own_keys_are_excused() -> None:
    page = apps.get_model("content", "CityPage")
    assert ours(page._meta.get_field("office"), page)
    assert not ours(page._meta.get_field("owner"), page)
