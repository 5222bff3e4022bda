"""``./wz manage write_docs``: the pages of ``docs/`` that are made from the manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.system_docs import FILE, systems_page


class Command(BaseCommand):
    """Writes ``docs/systems.md``; needs no database."""

    help = "Write docs/systems.md from the manifests."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.ROOT) / FILE
        path.write_text(systems_page(registry.modules), encoding="utf-8")
        self.stdout.write(f"{FILE}: {len(registry.modules)} 个系统 · modules")
