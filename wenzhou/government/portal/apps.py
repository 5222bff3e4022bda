"""Django's registration of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The city portal."""

    name = "wenzhou.government.portal"
    label = "portal"
    verbose_name = "Portal 门户网站"
    default_auto_field = "django.db.models.BigAutoField"
