"""Words from which names of made people are put together."""

from __future__ import annotations

SURNAMES = (
    "陈1000 林780 王620 张540 李520 黄500 叶420 郑400 周390 金370 吴360 徐330 胡290 朱280 潘270 杨260 夏200 项195 戴190 "
    "谢185 蔡180 董175 刘170 赵165 章150 苏145 邱140 孙135 施130 余125 何120 倪115 缪110 方108 卢106 姜104 杜100 温98 "
    "洪96 曾94 吕92 许90 柯85 欧80 包78 钱76 高74 虞72 全70 毛68 尤66 白64 池62 薛60 马60 邵58 冯56 彭54 陶52 沈50 诸葛6 "
    "江48 蒋46 汤44 詹42 梁40 郭40 雷38 蓝38 钟36 季34 廖32 仇30 阮30 娄28 麻26 厉24 管22 瞿20 侯18 欧阳8"
)
"""Surnames common in Wenzhou with rough weights (our own estimate, for made people only)."""

ELSEWHERE_SURNAMES = (
    "王700 李690 张660 刘520 陈440 杨310 黄230 赵220 吴210 周200 徐150 孙150 马130 朱130 胡120 郭115 何110 罗105 高100 林95 "
    "龙60 石55 田55 向50 冉40 覃40 韦40 安35 穆20 吴40 潘35 彭60 唐60 曾60 谭50 邓60 熊45 万30 余40"
)
"""Surnames of people from other provinces, likewise."""

MALE_OLD = "国建志永家学光明德文忠正义根荣福寿祥贵金银阿友"
MALE_OLD_LAST = "华平国强生民荣林元发兴清福贵松法银光良东新忠"
MALE_YOUNG = "子浩宇俊嘉梓一博皓泽奕天睿铭晨志文思凯瑞"
MALE_YOUNG_LAST = "轩然涵豪杰睿辰宇航泽凯翔博阳铭恒远帆哲鑫"
FEMALE_OLD = "秀爱美玉丽春彩素淑月凤小金海雪桂香阿莲碧"
FEMALE_OLD_LAST = "英兰芬珍琴花娟芳珠香莲娥清云凤梅燕仙妹菊"
FEMALE_YOUNG = "雨梓欣思若一诗佳语可子艺心嘉静雅婉依晨梦"
FEMALE_YOUNG_LAST = "涵萱怡妍琪悦彤欣瑶琳雯婷颖宁洁菲馨儿然汐"


def weighted(table: str) -> tuple[list[str], list[float]]:
    """Words and their shares from a table of ``word`` + ``weight``."""
    entries = [(item.rstrip("0123456789"), item) for item in table.split()]
    weights = [float(item[len(word) :]) for word, item in entries]
    return [word for word, _ in entries], [weight / sum(weights) for weight in weights]
