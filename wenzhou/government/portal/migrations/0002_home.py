"""The front door: a home page in the place of the one that Wagtail's first migration makes, and the site on it."""

from django.db import migrations


def make_home(apps, schema_editor):
    CityPage = apps.get_model("content", "CityPage")
    HomePage = apps.get_model("portal", "HomePage")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    ContentType = apps.get_model("contenttypes", "ContentType")

    Site.objects.all().delete()
    CityPage.objects.filter(path="00010001", slug="home").delete()
    content_type, _ = ContentType.objects.get_or_create(app_label="portal", model="homepage")
    home = HomePage.objects.create(
        title="温州市门户网站",
        draft_title="温州市门户网站",
        title_en="City portal of Wenzhou",
        hero="想办什么事，从这里开始",
        hero_en="Whatever you need done, start here",
        slug="home",
        content_type=content_type,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=Locale.objects.order_by("id").first(),
    )
    CityPage.objects.filter(depth=1).update(numchild=1)
    Site.objects.create(
        hostname="localhost", site_name="数字温州 Digital Wenzhou", root_page_id=home.pk, is_default_site=True
    )


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("content", "0004_count_revisions"),
    ]

    operations = [migrations.RunPython(make_home, migrations.RunPython.noop)]
