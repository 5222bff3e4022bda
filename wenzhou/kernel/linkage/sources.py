"""The sources of this city: what modules declare, and the lists that offices brought."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID

from psycopg import sql

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import Record, RecordKey
from wenzhou.kernel.linkage.declarations import LinkageSource
from wenzhou.kernel.linkage.models import ListedPerson, OfficeList

LIST_PREFIX = "list."


def sources() -> dict[str, LinkageSource]:
    """Every source by code."""
    declared = {source.code: source for source in registry.declared(LinkageSource)}
    lists = OfficeList.objects.order_by("code")
    return declared | {LIST_PREFIX + row.code: _of_list(row) for row in lists}


def chosen(codes: Collection[str]) -> list[LinkageSource]:
    """The sources of these codes, in order of code. Raises Invalid for fewer than two, and for unknown ones."""
    known = sources()
    unknown = sorted(set(codes) - set(known))
    if unknown:
        wrong = Text(f"没有这个数据源：{'、'.join(unknown)}", f"No such source: {', '.join(unknown)}")
        raise Invalid(wrong, fields={"sources": wrong})
    if len(set(codes)) < 2:
        wrong = Text("请至少选择两个数据源", "Choose two sources or more")
        raise Invalid(wrong, fields={"sources": wrong})
    return [known[code] for code in sorted(set(codes))]


def show(keys: Collection[RecordKey]) -> dict[RecordKey, Record]:
    """Records as their sources have them now; those that a source knows no more are left out. One statement a source."""
    known = sources()
    asked: dict[str, list[UUID]] = {}
    for record in keys:
        asked.setdefault(record.source, []).append(record.key)
    return {
        RecordKey(code, key): found
        for code, wanted in asked.items()
        if code in known
        for key, found in known[code].show(wanted).items()
    }


_LIST_SELECT = """
SELECT id AS key, recorded_at AS recorded, gone, name, number, sex, born, phone, address, division
FROM linkage_listedperson WHERE list_id = {list} AND recorded_at >= {{since}}
"""


def _of_list(row: OfficeList) -> LinkageSource:
    return LinkageSource(
        code=LIST_PREFIX + row.code,
        title=row.title,
        office=partial(_office_of_list, row.office_id),
        select=sql.SQL(_LIST_SELECT).format(list=sql.Literal(row.code)).as_string(),
        show=partial(_listed, row.code),
        solo=row.solo,
    )


def _office_of_list(office: str, area: str) -> str:
    return office


def _listed(code: str, keys: Collection[UUID]) -> Mapping[UUID, Record]:
    rows = ListedPerson.objects.filter(list=code, id__in=keys, gone=False).select_related("list")
    return {
        row.id: Record(
            name=row.name,
            number=row.number,
            sex=row.sex,
            born=row.born,
            phone=row.phone,
            address=row.address,
            division=row.division,
            made=row.list.made,
        )
        for row in rows
    }
