"""Temporal constraints (PostgreSQL 18); on 17 exclusion serves, and the load checks the parents."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

UNIQUE = "ALTER TABLE geo_division ADD CONSTRAINT division_one_meaning UNIQUE (code, valid WITHOUT OVERLAPS)"
PARENT = (
    "ALTER TABLE geo_division ADD CONSTRAINT division_within_parent "
    "FOREIGN KEY (parent_code, PERIOD valid) REFERENCES geo_division (code, PERIOD valid) "
    "DEFERRABLE INITIALLY DEFERRED"
)
EXCLUDE = (
    "ALTER TABLE geo_division ADD CONSTRAINT division_one_meaning "
    "EXCLUDE USING gist (code WITH =, valid WITH &&)"
)


def constrain(apps, editor):
    if editor.connection.pg_version >= 180000:
        editor.execute(UNIQUE)
        editor.execute(PARENT)
    else:
        editor.execute(EXCLUDE)


def release(apps, editor):
    editor.execute("ALTER TABLE geo_division DROP CONSTRAINT IF EXISTS division_within_parent")
    editor.execute("ALTER TABLE geo_division DROP CONSTRAINT division_one_meaning")


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_initial")]
    operations = [BtreeGistExtension(), migrations.RunPython(constrain, release)]
