"""The periods of an organisation in words: what changed from one to the next, and what counts no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from wenzhou.foundation.legal_persons.models import OrganisationVersion
from wenzhou.foundation.legal_persons.words import STATUSES
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.identity.api import FUNCTION_TITLES
from wenzhou.kernel.registers.api import mask_name


def _representative(row: OrganisationVersion) -> str:
    return mask_name(row.legal_representative.name) if row.legal_representative else ""


_SAID: tuple[tuple[Text, Callable[[OrganisationVersion], str]], ...] = (
    (Text("名称", "Name"), lambda row: row.name),
    (Text("登记状态", "Status"), lambda row: str(STATUSES[row.status])),
    (Text("依据的文书", "Decision"), lambda row: row.status_note),
    (Text("法定代表人", "Representative"), _representative),
    (Text("注册资本（元）", "Capital (yuan)"), lambda row: f"{row.capital:,.2f}"),
    (Text("行业", "Line of business"), lambda row: f"{row.line_code} {row.line_name}"),
    (Text("行政区划", "Division"), lambda row: str(path_text(row.division, row.valid_from))),
    (Text("住所", "Address"), lambda row: row.address),
    (Text("经营范围", "Scope"), lambda row: row.scope),
    (Text("联系电话", "Telephone"), lambda row: row.phone),
    (Text("举办（业务主管）单位", "Organising unit"), lambda row: row.sponsor),
)


def end_of(day: date) -> datetime:
    """The end of a day: what was known on it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def entries(rows: Sequence[OrganisationVersion]) -> list[dict[str, str]]:
    """The periods, newest first, for the timeline: each with what it changed of the one before."""
    found = []
    for at, row in enumerate(rows):
        before = rows[at + 1] if at + 1 < len(rows) else None
        changed = differences(before, row) if before else []
        until = row.valid_to.isoformat() if row.valid_to else t("至今", "now")
        first = (
            t("设立登记", "Entered") if row.valid_from == row.established else t("最早的记载", "First known")
        )
        labels = t("、", ", ").join(label for label, _, _ in changed)
        found.append(
            {
                "when": f"{row.valid_from.isoformat()} – {until}",
                "title": labels or (first if before is None else t("内容未变", "The same")),
                "who": str(FUNCTION_TITLES.get(row.source, row.source)),
                "note": t("；", "; ").join(
                    f"{label}：{old or '—'} → {new or '—'}" for label, old, new in changed
                )
                or row.name,
                "icon": "pencil" if before else "flag",
            }
        )
    return found


def differences(before: OrganisationVersion, after: OrganisationVersion) -> list[tuple[str, str, str]]:
    """(label, before, after) of everything that is not the same."""
    pairs = [(str(label), say(before), say(after)) for label, say in _SAID]
    return [(label, old, new) for label, old, new in pairs if old != new]


def superseded_rows(rows: Sequence[OrganisationVersion]) -> list[tuple[OrganisationVersion, str, str]]:
    """Versions that count no more, with status and representative in words."""
    return [(row, str(STATUSES[row.status]), _representative(row)) for row in rows]
