"""Names of made roads, put together by rule as place-name offices do: after a village, or two words of good omen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

_SUFFIX = re.compile(
    r"(社区居民委员会|社区居委会|村民委员会|村委会|居委会|社区|虚拟生活区|生活区|管理区|村)$"
)

_FIRST = "安宁康泰兴隆昌盛和顺永春锦瑞文景德仁明新富乐惠崇育振"
_SECOND = "华宁泰康和平阳溪江山河园林塘桥港湾浦岙源达善信义祥茂"
_URBAN_TYPES = ("路", "路", "路", "街", "街", "巷", "里")
_RURAL_TYPES = ("路", "路", "路", "街", "巷")
_OF_STEM = (
    "路",
    "街",
    "东路",
    "西路",
    "南路",
    "北路",
    "中路",
    "前街",
    "后街",
    "新街",
    "横街",
    "老街",
    "一巷",
    "二巷",
)
_ARTERY_TYPES = ("大道", "中路", "东路", "西路", "路")


def stem(village: str) -> str:
    """The name proper of a village or community: 江都社区 → 江都."""
    return _SUFFIX.sub("", village) or village


def local_names(village: str, random: np.random.Generator, *, urban: bool) -> Iterator[str]:
    """Names for the roads of a village, without end; the caller passes over those that are taken."""
    own = stem(village)[:3]
    for kind in random.permutation(len(_OF_STEM))[:3]:
        yield own + _OF_STEM[kind]
    types = _URBAN_TYPES if urban else _RURAL_TYPES
    while True:
        yield pair(random) + types[random.integers(len(types))]


def artery_names(town: str, random: np.random.Generator) -> Iterator[str]:
    """Names for the roads that run through several communities of a town, without end."""
    yield stem(re.sub(r"(街道|镇|乡)$", "", town))[:3] + _ARTERY_TYPES[random.integers(len(_ARTERY_TYPES))]
    while True:
        yield pair(random) + _ARTERY_TYPES[random.integers(len(_ARTERY_TYPES))]


def pair(random: np.random.Generator) -> str:
    """Two words of good omen or of the landscape."""
    return _FIRST[random.integers(len(_FIRST))] + _SECOND[random.integers(len(_SECOND))]
