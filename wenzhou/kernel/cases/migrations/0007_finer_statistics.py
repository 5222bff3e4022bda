from django.db import migrations


class Migration(migrations.Migration):
    """How often a beginning of a name or number occurs is known to a thousandth, not to a hundredth.

    A hundredth of the tasks is taken for too many to be looked up and sorted: the planner would rather walk the whole
    list for a name that only a few have.
    """

    dependencies = [("cases", "0006_office_days")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE cases_task ALTER number SET STATISTICS 1000, ALTER title SET STATISTICS 1000",
            "ALTER TABLE cases_task ALTER number SET STATISTICS -1, ALTER title SET STATISTICS -1",
        ),
    ]
