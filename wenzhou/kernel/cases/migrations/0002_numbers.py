from django.db import migrations

from wenzhou.kernel.base.sql import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number", "DROP SEQUENCE cases_number"),
        migrations.RunSQL("CREATE SEQUENCE cases_licence_number", "DROP SEQUENCE cases_licence_number"),
        append_only("cases_act"),
    ]
