"""Code tables of the base registers: sex GB/T 2261.1, ethnicity GB/T 3304."""

from __future__ import annotations

from wenzhou.kernel.base.text import Text

SEXES = {"1": Text("男", "Male"), "2": Text("女", "Female")}

_ETHNIC_NAMES = (
    "汉:Han 蒙古:Mongol 回:Hui 藏:Tibetan 维吾尔:Uygur 苗:Miao 彝:Yi 壮:Zhuang 布依:Buyei 朝鲜:Korean "
    "满:Manchu 侗:Dong 瑶:Yao 白:Bai 土家:Tujia 哈尼:Hani 哈萨克:Kazak 傣:Dai 黎:Li 傈僳:Lisu "
    "佤:Va 畲:She 高山:Gaoshan 拉祜:Lahu 水:Sui 东乡:Dongxiang 纳西:Naxi 景颇:Jingpo 柯尔克孜:Kirgiz 土:Tu "
    "达斡尔:Daur 仫佬:Mulao 羌:Qiang 布朗:Blang 撒拉:Salar 毛南:Maonan 仡佬:Gelao 锡伯:Xibe 阿昌:Achang 普米:Pumi "
    "塔吉克:Tajik 怒:Nu 乌孜别克:Uzbek 俄罗斯:Russ 鄂温克:Ewenki 德昂:Deang 保安:Bonan 裕固:Yugur 京:Gin 塔塔尔:Tatar "
    "独龙:Derung 鄂伦春:Oroqen 赫哲:Hezhen 门巴:Monba 珞巴:Lhoba 基诺:Jino"
)
"""In the order of the numeric codes 01 to 56."""


def _ethnicities() -> dict[str, Text]:
    pairs = (pair.split(":") for pair in _ETHNIC_NAMES.split())
    return {f"{at:02d}": Text(f"{zh}族", en) for at, (zh, en) in enumerate(pairs, start=1)}


ETHNICITIES = _ethnicities()
