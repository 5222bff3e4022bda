"""Give the base page its locale and translation key, once Wagtail's table of locales is there."""

from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslatableModel, BootstrapTranslationKeyField


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        BootstrapLocaleField("content.CityPage"),
        BootstrapTranslationKeyField("content.CityPage"),
        BootstrapTranslatableModel("content.CityPage"),
    ]
