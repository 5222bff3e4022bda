import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import wenzhou.foundation.legal_persons.models


class Migration(migrations.Migration):
    """Uniqueness by the compared name; names by any part and by sound, addresses by any part, telephones."""

    dependencies = [("legal_persons", "0004_kinds_officers_branches")]

    operations = [
        migrations.RemoveConstraint(
            model_name="organisationversion",
            name="organisation_name_in_county",
        ),
        migrations.AddIndex(
            model_name="organisationversion",
            index=models.Index(
                models.F("phone"),
                condition=models.Q(("superseded_at", None), models.Q(("phone", ""), _negated=True)),
                name="organisation_version_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="organisationversion",
            index=django.contrib.postgres.indexes.GinIndex(
                wenzhou.foundation.legal_persons.models.Bigrams("name_key"),
                condition=models.Q(("superseded_at", None)),
                name="organisation_version_name_key",
            ),
        ),
        migrations.AddIndex(
            model_name="organisationversion",
            index=django.contrib.postgres.indexes.GinIndex(
                wenzhou.foundation.legal_persons.models.Bigrams("address"),
                condition=models.Q(("superseded_at", None)),
                name="organisation_version_address",
            ),
        ),
        migrations.AddIndex(
            model_name="organisationversion",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("pinyin", name="gin_trgm_ops"),
                condition=models.Q(("superseded_at", None)),
                name="organisation_version_pinyin",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationversion",
            constraint=models.UniqueConstraint(
                models.F("name_key"),
                django.db.models.functions.text.Left("division", 6),
                condition=models.Q(
                    ("superseded_at", None),
                    ("valid_to", None),
                    models.Q(("status", "deregistered"), _negated=True),
                ),
                name="organisation_name_in_county",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_key", ""), _negated=True), name="organisation_name_compared"
            ),
        ),
    ]
