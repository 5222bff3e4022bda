import pytest

from wenzhou.foundation.legal_persons.naming import bigrams, canonical, core, likeness, name_key, pinyin

SAME = [
    ("温州五马餐饮有限公司", "温州五马餐饮有限责任公司"),
    ("温州五马（餐饮）有限公司", "温州五马(餐饮)有限公司"),
    ("温州五马餐饮有限公司", " 温州 五马餐饮有限公司"),
    ("温州Ａ１餐饮有限公司", "温州a1餐饮有限公司"),
    ("温州五马餐饮股份公司", "温州五马餐饮股份有限公司"),
    ("温州五·马餐饮店", "温州五•马餐饮店"),
]
OTHER = [
    ("温州五马餐饮有限公司", "温州五马餐饮股份有限公司"),
    ("温州五马餐饮店", "温州伍马餐饮店"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_count_as_the_same(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_names_that_do_not(one, other):
    assert name_key(one) != name_key(other)


def test_the_register_writes_names_with_wide_brackets_and_narrow_letters():
    assert canonical(" 温州（五马)Ａ 餐饮•店") == "温州（五马）A餐饮·店"


def test_the_core_is_without_place_and_form():
    places = ("鹿城区", "鹿城")
    assert core("浙江省温州市鹿城区宏达电气有限责任公司", places) == "宏达电气"
    assert core("温州宏达电气集团股份有限公司") == "宏达电气"
    assert core("有限公司") == "有限公司", "never nothing"


def test_likeness():
    assert likeness("宏达电气", "宏达电气") == 1
    assert likeness("宏达电气", "鸿运餐饮") == 0
    assert 0.4 < likeness("宏达电气", "宏达电子") < 1
    assert likeness("一", "一") == 1
    assert bigrams("宏达宏达") == ["宏达", "达宏"]


def test_names_sound_as_they_are_read_here():
    assert pinyin("乐清市宏达电气有限公司") == "yueqingshihongdadianqiyouxiangongsi yqshddqyxgs"
    assert pinyin("温州A1银行").split() == ["wenzhoua1yinhang", "wzayh"]
