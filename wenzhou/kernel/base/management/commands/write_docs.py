"""``./wz manage write_docs``: the pages of ``docs/`` that are made from the manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from wenzhou.kernel.base.system_docs import pages


class Command(BaseCommand):
    """Writes the made pages of ``docs/``; needs no database."""

    help = "Write the pages of docs/ that are made from the manifests."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for file, text in pages().items():
            (Path(settings.ROOT) / file).write_text(text, encoding="utf-8")
            self.stdout.write(file)
