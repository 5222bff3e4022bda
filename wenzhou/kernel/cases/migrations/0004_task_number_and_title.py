from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_worklist_indexes")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="number",
            field=models.CharField(default="", max_length=24),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="task",
            name="title",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.RunSQL(
            "UPDATE cases_task t SET number = c.number, title = c.title FROM cases_case c WHERE c.id = t.case_id",
            migrations.RunSQL.noop,
        ),
    ]
