"""Django application of messages; `django.contrib.messages` has the label ``messages`` already."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices and outgoing mail."""

    name = "wenzhou.kernel.messages"
    label = "notices"
