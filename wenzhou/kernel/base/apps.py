"""Start of the toolkit: load the manifests, make jobs known."""

from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Must stand last in INSTALLED_APPS: its ``ready`` needs every model."""

    name = "wenzhou.kernel.base"
    label = "base"

    def ready(self) -> None:
        """Load all manifests once the models of all modules are there."""
        from django.conf import settings
        from procrastinate.contrib.django import app as procrastinate_app

        from wenzhou.kernel.base.jobs import install
        from wenzhou.kernel.base.registry import registry

        registry.load(settings.WZ_MODULES)
        install(procrastinate_app, registry.jobs)
