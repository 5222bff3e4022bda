"""The pages of ``docs/`` that are made from the manifests say what the manifests say."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.system_docs import COMMAND, FILE, systems_page


def test_the_page_of_systems_is_up_to_date() -> None:
    path = Path(settings.ROOT) / FILE
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert written == systems_page(registry.modules), f"{FILE} is stale: run {COMMAND} and commit it"


def test_every_module_and_whatever_it_declares_is_on_the_page() -> None:
    page = systems_page(registry.modules)
    for module in registry.modules:
        section = page.split(f"\n## {module.code}\n")[1].split("\n## ")[0]
        named = [
            *(permission.code for permission in module.permissions),
            *(f"/{one.path}" for one in module.pages),
            *(f"{one.method} /api/{module.code}/{one.path.lstrip('/')}" for one in module.endpoints),
            *(event.name for event in module.emits),
            *(handler.event.name for handler in module.handles),
            *(job.name for job in module.jobs),
            *(declared.code for declared in module.declares),
        ]
        for name in named:
            assert f"`{name}`" in section, (module.code, name)
