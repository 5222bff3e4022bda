"""What the register says of an organisation as pairs of label and text, and what an act would change in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from wenzhou.foundation.legal_persons.closing import open_notice
from wenzhou.foundation.legal_persons.models import OrganisationVersion
from wenzhou.foundation.legal_persons.selectors import holders, officers
from wenzhou.foundation.legal_persons.words import KINDS, ROLES, ROUTES, STATUSES
from wenzhou.kernel.base.text import t
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.registers.api import as_of, mask_name


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that an act would change; empty where there is nothing."""

    label: str
    before: str
    after: str


def picture(organisation: UUID, on: date) -> dict[str, str]:
    """Everything said of an organisation on a day, by label; persons by their masked names."""
    rows = as_of(OrganisationVersion.objects.filter(organisation=organisation), on)
    row = rows.select_related("legal_representative").first()
    if row is None:
        return {}
    said = {
        t("名称", "Name"): row.name,
        t("类型", "Kind"): str(KINDS[row.kind]),
        t("登记状态", "Status"): str(STATUSES[row.status]),
        t("依据的文书", "Decision"): row.status_note,
        t("歇业至", "Suspended until"): str(row.suspended_until or ""),
        t("法定代表人（负责人）", "Representative"): mask_name(row.legal_representative.name)
        if row.legal_representative
        else "",
        t("注册资本（元）", "Capital (yuan)"): f"{row.capital:,.2f}",
        t("行业", "Line of business"): f"{row.line_code} {row.line_name}",
        t("住所", "Address"): row.address,
        t("行政区划", "Division"): str(path_text(row.division, on)),
        t("经营范围", "Scope"): row.scope,
        t("联系电话", "Telephone"): row.phone,
        t("举办（业务主管）单位", "Organising unit"): row.sponsor,
    }
    for one in holders(organisation, on):
        name = mask_name(one.name) if one.person else one.name
        _add(said, t("股东 {name}", "Holder {name}", name=name), t("{n} 元", "{n} yuan", n=one.amount))
    for officer in officers(organisation, on):
        _add(said, str(ROLES[officer.role]), mask_name(officer.person.name))
    notice = open_notice(organisation)
    if notice is not None:
        said[t("注销公告", "Notice of closing")] = f"{ROUTES[notice.route]} {notice.announced}"
    return {label: text for label, text in said.items() if text}


def _add(said: dict[str, str], label: str, text: str) -> None:
    """Two of one label (two directors, two holders of one masked name) stand together."""
    said[label] = f"{said[label]}、{text}" if label in said else text


def rehearse(organisation: UUID, on: date, act: Callable[[], object]) -> list[Difference]:
    """What the act would change as of a day: it is done in full and taken back. Raises what the act raises."""
    before = picture(organisation, on)
    with transaction.atomic():
        act()
        after = picture(organisation, on)
        transaction.set_rollback(True)
    return [
        Difference(label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*before, *after])
        if before.get(label) != after.get(label)
    ]
