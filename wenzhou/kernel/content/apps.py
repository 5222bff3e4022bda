"""Django's registration of the content block."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The content block of the kernel; holds the base page that Wagtail's own tables point at."""

    name = "wenzhou.kernel.content"
    label = "content"
    verbose_name = "Content 内容"
    default_auto_field = "django.db.models.BigAutoField"
