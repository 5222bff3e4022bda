"""The pages of ``docs/`` that are made from the manifests say what the manifests say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.system_docs import COMMAND, pages, systems_page
from wenzhou.kernel.registers.api import registers


@pytest.mark.parametrize("file", sorted(pages()))
def test_a_made_page_is_up_to_date(file: str) -> None:
    path = Path(settings.ROOT) / file
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert written == pages()[file], f"{file} is stale: run {COMMAND} and commit it"


def test_every_register_and_its_fields_are_on_the_page() -> None:
    page = pages()["docs/registers.md"]
    for register in registers():
        section = page.split(f"\n## {register.code} ")[1].split("\n## ")[0]
        for field in register.fields:
            assert f"| `{field.name}` |" in section, (register.code, field.name)
            assert f"| `{field.element.code}` |" in page, field.element.code


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
