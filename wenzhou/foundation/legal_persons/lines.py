"""Lines of business of Wenzhou with their classes of GB/T 4754-2017, and how firms in them are named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of business: class (letter and four digits), its name in the standard, the word in firms' names.

    ``weight`` is its share in the city, ``homes`` multiply it in counties known for it. ``capital`` is the
    usual registered capital in ten thousands of yuan; ``small`` lines are run by sole traders (个体工商户),
    ``cooperative`` ones by farmers' cooperatives (农民专业合作社).
    """

    code: str
    title: str
    word: str
    weight: float
    capital: int
    homes: tuple[tuple[str, float], ...] = ()
    small: bool = False
    cooperative: bool = False


LUCHENG, LONGWAN, OUHAI, DONGTOU = "330302", "330303", "330304", "330305"
YONGJIA, PINGYANG, CANGNAN, WENCHENG, TAISHUN = "330324", "330326", "330327", "330328", "330329"
RUIAN, YUEQING, LONGGANG = "330381", "330382", "330383"

LINES = (
    Line("C1952", "皮鞋制造", "鞋业", 6, 300, ((LUCHENG, 5), (OUHAI, 3), (RUIAN, 2), (YONGJIA, 2))),
    Line("C1953", "塑料鞋制造", "鞋塑", 2, 200, ((RUIAN, 6), (LUCHENG, 2))),
    Line("C1819", "其他机织服装制造", "服饰", 4, 200, ((OUHAI, 3), (LUCHENG, 3), (PINGYANG, 1.5))),
    Line("C3823", "配电开关控制设备制造", "电气", 6, 800, ((YUEQING, 9),)),
    Line("C3824", "电力电子元器件制造", "电子科技", 3, 500, ((YUEQING, 6),)),
    Line("C3441", "泵及真空设备制造", "泵业", 2, 800, ((YONGJIA, 7), (RUIAN, 1.5))),
    Line("C3443", "阀门和旋塞制造", "阀门", 3, 1000, ((YONGJIA, 7), (LONGWAN, 7))),
    Line("C3670", "汽车零部件及配件制造", "汽车配件", 3, 600, ((RUIAN, 7), (PINGYANG, 1.5))),
    Line("C3587", "眼镜制造", "眼镜", 2, 150, ((OUHAI, 5), (LUCHENG, 3), (RUIAN, 1.5))),
    Line("C2412", "笔的制造", "制笔", 1.2, 200, ((LONGWAN, 9),)),
    Line("C4119", "其他日用杂品制造", "打火机", 1, 120, ((LUCHENG, 5), (OUHAI, 3))),
    Line("C3351", "建筑、家具用金属配件制造", "锁具", 1.5, 200, ((OUHAI, 6),)),
    Line("C2319", "包装装潢及其他印刷", "印业", 2, 200, ((LONGGANG, 15), (CANGNAN, 4))),
    Line("C2921", "塑料薄膜制造", "塑业", 1.5, 300, ((PINGYANG, 6), (LONGGANG, 3))),
    Line("C2452", "塑胶玩具制造", "玩具", 1, 200, ((YONGJIA, 9),)),
    Line("C1910", "皮革鞣制加工", "皮革", 1, 300, ((PINGYANG, 8),)),
    Line("F5132", "服装批发", "服装商贸", 4, 100, ((LUCHENG, 3),)),
    Line("F5133", "鞋帽批发", "鞋材贸易", 3, 100, ((LUCHENG, 3), (OUHAI, 2))),
    Line("F5193", "互联网批发", "电子商务", 5, 100, ((YUEQING, 2),)),
    Line("F5179", "其他机械设备及电子产品批发", "机电设备", 4, 200, ((YUEQING, 3),)),
    Line("G5431", "普通货物道路运输", "物流", 2.5, 200),
    Line("I6513", "应用软件开发", "软件", 1.2, 200, ((LUCHENG, 3), (OUHAI, 2))),
    Line("E5011", "公共建筑装饰和装修", "装饰工程", 3, 500),
    Line(
        "A0164", "茶叶种植", "茶叶", 0.6, 80, ((TAISHUN, 14), (WENCHENG, 8), (CANGNAN, 2)), cooperative=True
    ),
    Line("A0411", "海水养殖", "海水养殖", 0.5, 100, ((DONGTOU, 25), (CANGNAN, 3)), cooperative=True),
    Line("H6210", "正餐服务", "餐饮店", 9, 10, (), small=True),
    Line("H6220", "快餐服务", "快餐店", 6, 8, (), small=True),
    Line("F5213", "便利店零售", "便利店", 9, 8, (), small=True),
    Line("F5212", "超级市场零售", "超市", 3, 30, (), small=True),
    Line("F5232", "服装零售", "服装店", 7, 8, (), small=True),
    Line("F5233", "鞋帽零售", "鞋店", 4, 8, ((LUCHENG, 2),), small=True),
    Line("O8040", "理发及美容服务", "美发店", 5, 6, (), small=True),
    Line("O8111", "汽车修理与维护", "汽修店", 3, 15, (), small=True),
    Line("H6110", "旅游饭店", "民宿", 0.8, 50, ((DONGTOU, 8), (YONGJIA, 3), (TAISHUN, 5)), small=True),
)

FIRST = "华恒鑫瑞宏泰东海瓯江雁荡金龙盛兴立信诚德永康正远大中天星光明亚欧联合创新锐博嘉佳美时代百顺通达万利丰隆振飞腾凯旋卓越奥特"
LAST = "达丰隆盛泰昌祥兴旺发顺通辉源洋洲帆翔腾升峰鼎鑫磊森林泽润康健安宁和谐利益佳美奇妙雅致韵尚领航特威力图强劲锋拓展"
EXTRA = "新海东南天中大金龙瓯"
"""Characters of the firms' own names; repeated ones are dropped where they are used."""

COUNTY_IN_NAMES = {
    LUCHENG: "温州市鹿城区",
    LONGWAN: "温州市龙湾区",
    OUHAI: "温州市瓯海区",
    DONGTOU: "温州市洞头区",
    YONGJIA: "永嘉县",
    PINGYANG: "平阳县",
    CANGNAN: "苍南县",
    WENCHENG: "文成县",
    TAISHUN: "泰顺县",
    RUIAN: "瑞安市",
    YUEQING: "乐清市",
    LONGGANG: "龙港市",
}
