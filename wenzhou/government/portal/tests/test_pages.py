"""Public pages in both languages: what is published is there, what is not is not."""

from __future__ import annotations

import pytest
from django.test import Client

from wenzhou.government.portal import demo, testing
from wenzhou.government.portal.models import HomePage, InformationPage, NewsPage
from wenzhou.kernel.content.api import LOOK, CityPage
from wenzhou.kernel.content.testing import forget_kept_pages
from wenzhou.kernel.identity.testing import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    forget_kept_pages()
    yield
    forget_kept_pages()


def text(response):
    return response.content.decode()


def test_home_in_chinese_and_in_english():
    chinese, english = client_for(None).get("/"), client_for(None, language="en").get("/")
    assert "想办什么事，从这里开始" in text(chinese)
    assert 'lang="zh-Hans"' in text(chinese)
    assert "Whatever you need done, start here" in text(english)
    assert "想办什么事" not in text(english)


def test_empty_home_says_so():
    page = text(client_for(None, language="en").get("/"))
    assert "There are no notices now." in page
    assert "There is no news now." in page


def test_language_link_changes_and_remembers():
    client = Client(headers={"accept-language": "zh-CN"})
    assert "Whatever you need done" in text(client.get("/?lang=en"))
    assert "Whatever you need done" in text(client.get("/"))
    assert "想办什么事" in text(client.get("/?lang=zh"))
    assert "想办什么事" in text(client.get("/?lang=fr"))


def test_demo_is_whole_and_can_be_run_again():
    said: list[str] = []
    demo.load(100, said.append)
    count = CityPage.objects.count()
    demo.load(100, said.append)
    assert CityPage.objects.count() == count
    assert said[-1] == "portal: 0 pages"
    assert CityPage.objects.filter(depth__gt=2, made=False).count() == 0
    for page in CityPage.objects.filter(depth__gt=1):
        for language in ("zh-hans", "en"):
            LOOK.forget()
            response = client_for(None, language=language).get(page.url)
            assert response.status_code == 200, page.url
            assert page.title_en in text(response) or language == "zh-hans"


def test_demo_keeps_what_an_editor_wrote():
    demo.load(100, lambda _: None)
    page = NewsPage.objects.get(slug="promise")
    page.title = "编辑改过的标题"
    page.save_revision().publish()
    demo.load(100, lambda _: None)
    page.refresh_from_db()
    assert page.title == "编辑改过的标题"


def test_draft_is_not_visible_anywhere():
    index = testing.make_index()
    draft = testing.make_news(index, live=False, title="尚未发布的公告")
    client = client_for(None)
    assert client.get(index.url + draft.slug + "/").status_code == 404
    for address in ("/", index.url, "/feed.xml", "/sitemap.xml", "/search/?q=尚未发布的公告"):
        LOOK.forget()
        assert draft.title not in text(client.get(address)).replace("“尚未发布的公告”", "").replace(
            'value="尚未发布的公告"', ""
        ).replace("<title>搜索 尚未发布的公告", ""), address


def test_draft_of_a_published_page_shows_the_published_text():
    page = testing.make_information(title="原来的标题")
    page.title = "修改中的标题"
    page.save_revision()
    shown = text(client_for(None).get(page.url))
    assert "原来的标题" in shown
    assert "修改中的标题" not in shown


def test_news_list_is_newest_first_and_paged():
    index = testing.make_index()
    for day in range(1, 26):
        testing.make_news(index, title=f"第{day}日", date=f"2026-03-{day:02d}")
    first, second = (text(client_for(None).get(f"{index.url}?page={n}")) for n in (1, 2))
    assert first.index("第25日") < first.index("第24日")
    assert "第5日" not in first
    assert "第5日" in second
    assert text(client_for(None).get(f"{index.url}?page=99")).count("第5日") == 1
    assert client_for(None).get(f"{index.url}?page=x").status_code == 200


def test_empty_list_says_so():
    assert "这里还没有内容" in text(client_for(None).get(testing.make_index().url))


def test_search_finds_titles_before_bodies_in_both_languages():
    testing.make_information(title="别的", body=testing.body("<p>台风预警信号</p>", "<p>Typhoon signals</p>"))
    testing.make_information(title="台风防御指南", title_en="Typhoon guide")
    page = text(client_for(None).get("/search/", {"q": "台风"}))
    assert page.index("台风防御指南") < page.index("别的")
    assert "Typhoon guide" in text(client_for(None, language="en").get("/search/?q=typhoon"))
    assert "没有找到" in text(client_for(None).get("/search/?q=不存在的东西"))
    assert client_for(None).get("/search/").status_code == 200
    assert client_for(None).get("/search/", {"q": "%' OR 1=1 --" * 40}).status_code == 200
    assert "<script>" not in text(client_for(None).get("/search/", {"q": "<script>"}))


def test_feed_sitemap_and_robots():
    page = testing.make_news(testing.make_index(), title="一条公告", title_en="One notice")
    feed = client_for(None, language="en").get("/feed.xml")
    assert "One notice" in text(feed)
    assert feed.headers["Content-Type"].startswith("application/rss+xml")
    sitemap = text(client_for(None).get("/sitemap.xml"))
    assert f"http://testserver{page.url}" in sitemap
    assert f'hreflang="en" href="http://testserver{page.url}?lang=en"' in sitemap
    robots = text(client_for(None).get("/robots.txt"))
    assert "Disallow: /cms/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots


def test_page_names_its_languages_and_its_place():
    page = testing.make_information(title="上级")
    child = InformationPage(
        title="下级", title_en="Child", slug="child", body=testing.body("<p>一</p>", "<p>one</p>")
    )
    page.add_child(instance=child)
    child.save_revision().publish()
    shown = text(client_for(None).get(child.url))
    assert f'hreflang="en" href="http://testserver{child.url}?lang=en"' in shown
    assert f'<a href="{page.url}">上级</a>' in shown
    assert "下级" in text(client_for(None).get(page.url))


def test_unknown_address_is_404():
    assert client_for(None).get("/no/such/page/").status_code == 404


def test_one_home_page_only():
    assert HomePage.objects.count() == 1
    assert not HomePage.can_create_at(CityPage.objects.get(depth=1))
