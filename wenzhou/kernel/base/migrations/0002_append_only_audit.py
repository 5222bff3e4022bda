from django.db import migrations

from wenzhou.kernel.base.sql import append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [append_only("base_auditentry")]
