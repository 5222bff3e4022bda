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
"""County code to residents; together 9,572,903 (Wenzhou Bureau of Statistics, bulletin of the census)."""
