"""How many people live where: the census of 2020 (第七次全国人口普查), permanent residents by county."""

from __future__ import annotations

RESIDENTS_2020 = {
    "330302": 1_167_164,
    "330303": 725_049,
    "330304": 963_238,
    "330305": 148_807,
    "330324": 869_548,
    "330326": 863_166,
    "330327": 843_959,
    "330328": 288_168,
    "330329": 265_973,
    "330381": 1_520_046,
    "330382": 1_453_090,
    "330383": 464_695,
}
"""County code to residents, as first counted: together 9,572,903 (Wenzhou Bureau of Statistics, 温州市2020年第七次
全国人口普查主要数据公报). The total and Longgang's figure were found in sources that could be read, the others fit that total
and the bureau's estimates of 2021; the later tabulation by county differs by a few (Cangnan 843,962, Longgang 464,732).
"""
