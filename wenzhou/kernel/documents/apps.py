"""Django application of documents."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Papers and files."""

    name = "wenzhou.kernel.documents"
    label = "documents"
