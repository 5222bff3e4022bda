from django.db import migrations


class Migration(migrations.Migration):
    """Serials of gb32100.make(): generated firms take the low ones, founded firms the high ones."""

    dependencies = [("legal_persons", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER SEQUENCE legal_persons_number MAXVALUE 887503680 START 500000000 RESTART",
            "ALTER SEQUENCE legal_persons_number START 1 RESTART MAXVALUE 99999999",
        )
    ]
