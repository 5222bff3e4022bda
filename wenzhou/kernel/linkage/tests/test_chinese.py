"""Names as offices type them."""

from __future__ import annotations

import pytest

from wenzhou.kernel.linkage.model.chinese import read_name, variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陳曉峯", "陈晓峰"),
        ("陈　晓峰", "陈晓峰"),
        ("买买提·艾力", "买买提艾力"),
        ("林煇", "林辉"),
        ("黄堃", "黄坤"),
        ("ｃｈｅｎ　Ｗｅｉ", "CHEN WEI"),
    ],
)
def test_written_otherwise_and_the_same_name(one: str, other: str) -> None:
    left, right = read_name(one), read_name(other)
    assert left is not None
    assert right is not None
    assert left.folded == right.folded
    assert left.sound == right.sound


def test_names_that_only_sound_alike_stay_apart_in_writing() -> None:
    left, right = read_name("陈玮"), read_name("陈伟")
    assert left is not None
    assert right is not None
    assert left.folded != right.folded
    assert left.sound == right.sound == "chenwei"


@pytest.mark.parametrize(
    ("typed", "sound"),
    [
        ("单国强", "shanguoqiang"),
        ("曾丽", "zengli"),
        ("吕布", "lvbu"),
        ("诸葛亮", "zhugeliang"),
        ("欧阳修", "ouyangxiu"),
    ],
)
def test_surnames_are_read_as_surnames(typed: str, sound: str) -> None:
    name = read_name(typed)
    assert name is not None
    assert name.sound == sound


def test_order_of_a_name_in_pinyin_does_not_matter() -> None:
    names = [read_name(typed) for typed in ("陈晓明", "Chen Xiaoming", "Xiaoming CHEN", "chenxiaoming")]
    assert len({name.letters for name in names if name}) == 1
    assert names[1] is not None
    assert names[1].surname == ""


def test_surname_of_two_characters() -> None:
    name = read_name("欧阳娜")
    assert name is not None
    assert name.surname == "欧阳"


@pytest.mark.parametrize("typed", ["", "   ", "·"])
def test_no_name_in_it(typed: str) -> None:
    assert read_name(typed) is None


def test_variants_fold_back() -> None:
    assert variants()["陈"] == "陳"
    for standard, variant in variants().items():
        name = read_name(variant)
        assert name is not None
        assert name.folded == standard.upper()
