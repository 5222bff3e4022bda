from django.db import migrations

from wenzhou.kernel.base.standards.database import check_functions


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_corrections_and_erasure")]

    operations = [check_functions()]
