"""How an address in a division begins."""

from __future__ import annotations

from collections.abc import Sequence

from wenzhou.kernel.geo.contracts import Place


def prefix(path: Sequence[Place]) -> str:
    """The path from the county down as an address has it: 浙江省温州市鹿城区五马街道鼓楼社区.

    A city at county level stands under the province; a group that is no place is left out.
    """
    places = [p for p in path if "直辖" not in p.name.zh]
    start = "浙江省" if places and places[0].name.zh.endswith("市") else "浙江省温州市"
    return start + "".join(p.name.zh.replace("村村委会", "村").replace("村委会", "村") for p in places)
