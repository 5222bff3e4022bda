"""Search by name, sound, number, telephone and address: what is found, what is asked for, within the area."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from wenzhou.foundation.population import services as act
from wenzhou.foundation.population.searching import By, looks_like, search
from wenzhou.foundation.population.testing import make_household, register, registrar
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import client_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("330302199001010013", By.NUMBER),
        ("33030219900101001x", By.NUMBER),
        ("3303", By.NUMBER),
        ("13800001234", By.PHONE),
        ("0577-88880000", By.PHONE),
        ("Lin Xiaohui", By.PINYIN),
        ("lxh", By.PINYIN),
        ("欧阳芷若", By.NAME),
        ("陈明", By.NAME),
        ("鹿城区五马街道12号", By.ADDRESS),
        ("五马街道", By.ADDRESS),
    ],
)
def test_what_a_text_looks_like(text, by):
    assert looks_like(text) == by


def found(actor, text, **more):
    return {row.name for row in search(actor, text, **more).rows}


def test_by_sound_whole_in_part_and_by_initials():
    for name in ("曾小明", "曾晓敏", "增明", "欧阳芷若", "单立"):
        register(name=name)
    police = registrar()
    assert found(police, "zengxiaoming") == {"曾小明"}, "the surname is read as a surname"
    assert found(police, "zeng xiao") == {"曾小明", "曾晓敏"}
    assert found(police, "zxm") == {"曾小明", "曾晓敏"}
    assert found(police, "oyzr") == {"欧阳芷若"} and found(police, "shanli") == {"单立"}
    assert found(police, "zz") == set()
    for text, by in (("z", By.PINYIN), ("陈", By.NAME), ("曾小明", By.PINYIN), ("123", By.PHONE)):
        with pytest.raises(Invalid) as error:
            search(police, text, by=by)
        assert set(error.value.fields) == {"q"}


def test_a_new_name_can_be_found_by_its_sound():
    person = register(name="陈小明")
    act.register_change(registrar(), person.id, date(2026, 1, 1), {"name": "仇英"})
    assert found(registrar(), "qiuying") == {"仇英"} and found(registrar(), "chenxiaoming") == set()


def test_by_telephone_and_by_address_within_the_area():
    load_city()
    home = make_household(division="330302006044", address="浙江省温州市鹿城区五马街道墨池社区信河街12号")
    register(name="林一", household=home, phone="13905770001")
    register(name="林二", household=home, phone="13905770002")
    register(name="林三", division="330303001001", phone="13905770001")
    police = registrar()
    assert found(police, "13905770001") == {"林一", "林三"}
    assert found(registrar(area="330302"), "13905770001") == {"林一"}
    with at_most_queries(6):
        assert found(police, "浙江省温州市鹿城区五马街道墨池社区信河街12号") == {"林一", "林二"}
    assert found(police, "五马街道 墨池社区") == {"林一", "林二"}
    assert found(police, "五马街道无名路") == set()
    assert found(registrar(area="330304"), "五马街道墨池社区") == set()
    with pytest.raises(Invalid, match="names a town"):
        search(police, "信河街12号")
    page = client_for(police).get(reverse("population:search"), {"q": "五马街道墨池社区", "by": "address"})
    assert len(page.context["people"]) == 2 and "信河街" not in page.content.decode().replace('value="', "")
