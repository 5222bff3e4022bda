"""Count the revision of public content in the database, the one door that every writer passes.

Statement triggers, not row triggers: one statement counts once. The row lock of the update makes concurrent writers
queue until commit, so a higher number is never visible before a lower one. Drafts do not count: the columns named
are those that change what the public sees.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION content_count_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO content_contentrevision AS r (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = r.number + 1;
    RETURN NULL;
END $$;
"""
PAGE_COLUMNS = (
    "live, title, title_en, summary, summary_en, slug, url_path, path, area_code, office_id, audience, made, "
    "show_in_menus, last_published_at, expired, alias_of_id"
)
TABLES = {
    "content_citypage": f"INSERT OR DELETE OR TRUNCATE OR UPDATE OF {PAGE_COLUMNS}",
    "content_cityimage": "DELETE OR TRUNCATE OR UPDATE",
    "content_citydocument": "DELETE OR TRUNCATE OR UPDATE",
    "wagtailcore_site": "INSERT OR DELETE OR TRUNCATE OR UPDATE",
    "wagtailcore_pageviewrestriction": "INSERT OR DELETE OR TRUNCATE OR UPDATE",
}


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0003_finalize_page_model_and_media"),
    ]

    operations = [
        migrations.RunSQL(COUNT, "DROP FUNCTION content_count_revision()"),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER content_count_revision AFTER {events} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION content_count_revision()",
                f"DROP TRIGGER content_count_revision ON {table}",
            )
            for table, events in TABLES.items()
        ],
    ]
