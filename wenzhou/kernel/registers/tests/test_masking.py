from __future__ import annotations

import pytest

from wenzhou.kernel.registers.api import mask_address, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"), [("陈明", "陈*"), ("陈大文", "陈**"), ("陈", "陈"), ("", ""), ("Li Na", "L****")]
)
def test_names(name, masked):
    assert mask_name(name) == masked


def test_numbers_keep_the_division_and_the_end():
    assert mask_number("330302199001011234") == "3303**********1234"
    assert mask_number("1234") == "****"


def test_telephones():
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("88888") == "*****"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省温州市鹿城区五马街道鼓楼社区公园路1号", "浙江省温州市鹿城区五马街道***"),
        ("浙江省温州市永嘉县岩头镇丽水街2号", "浙江省温州市永嘉县岩头镇***"),
        ("浙江省温州市瑞安市安阳路3号", "浙江省温州市瑞安市***"),
        ("somewhere", "***"),
    ],
)
def test_addresses_down_to_the_town(address, masked):
    assert mask_address(address) == masked
