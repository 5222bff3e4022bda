"""Checking a name: free or borne, like by sound and by characters, and the public page that is counted."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from wenzhou.foundation.legal_persons.similar import Why, check, similar
from wenzhou.foundation.legal_persons.testing import register_firm
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.api import name_of
from wenzhou.kernel.geo.testing import load_city

pytestmark = pytest.mark.django_db
LUCHENG = "330302"


def test_names_like_it_by_sound_trade_name_and_characters():
    load_city()
    register_firm(name="温州鹿城宏达鞋业有限公司")
    register_firm(name="温州市宏大鞋业有限公司")
    register_firm(name="温州宏达箱包有限公司")
    register_firm(name="温州五马餐饮有限公司")
    register_firm(name="温州宏达鞋业有限公司", division="330381001001")
    name_of(LUCHENG)  # the divisions are held in memory
    with at_most_queries(3):
        found = similar("温州宏达鞋业有限责任公司", LUCHENG)
    assert [(one.name, one.why) for one in found] == [
        ("温州鹿城宏达鞋业有限公司", Why.TRADE),
        ("温州市宏大鞋业有限公司", Why.SOUND),
        ("温州宏达箱包有限公司", Why.TRADE),
    ]


def test_borne_refused_and_free_with_hints():
    load_city()
    register_firm(name="温州宏达鞋业有限公司")
    borne = check("温州（宏达）鞋业有限责任公司", LUCHENG)
    assert not borne.free and borne.reason and borne.similar[0].why == Why.SAME
    assert not check("温州宏达国家级鞋业有限公司", LUCHENG).free
    assert not check("温州海风鞋业", LUCHENG, "limited").free, "a limited company says so"
    free = check("海风鞋业有限公司", LUCHENG)
    assert free.free and not free.similar and free.hints


def test_the_page_is_public_says_what_is_missing_and_is_counted(monkeypatch):
    load_city()
    url = reverse("legal_persons:name-check")
    wrong = Client().get(url, {"name": "海", "county": "1"})
    assert wrong.status_code == 422 and "请选择县" in wrong.content.decode()
    register_firm(name="温州宏达鞋业有限公司")
    monkeypatch.setattr("wenzhou.foundation.legal_persons.views_names.TRIES", 2)
    asked = [
        Client().get(url, {"name": "温州宏达鞋业有限公司", "county": LUCHENG}, REMOTE_ADDR="203.0.113.88")
        for _ in range(3)
    ]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert "已有同名单位" in asked[0].content.decode()
