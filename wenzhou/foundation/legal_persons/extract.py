"""The printed extract of an organisation (企业登记信息查询单): what it says, and under which law."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from wenzhou.foundation.legal_persons.models import OrganisationVersion
from wenzhou.foundation.legal_persons.selectors import holders
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.declarations import ExtractForm

_REPRESENTATIVE = Text("法定代表人（负责人）", "Legal representative")
_HOLDER = Text("股东（出资人）", "Holder")


def representative_and_holders(
    organisation: UUID, on: date, known_at: datetime | None
) -> list[tuple[Text, str]]:
    """Who represents the organisation and who holds it, with amounts in yuan and parts of the whole."""
    rows = as_of(OrganisationVersion.objects.filter(organisation=organisation), on, known_at)
    row = rows.select_related("legal_representative").first()
    said = [(_REPRESENTATIVE, row.legal_representative.name)] if row and row.legal_representative else []
    said += [
        (_HOLDER, f"{one.name}，{one.amount} 元（{one.per_cent}%）")
        for one in holders(organisation, on, known_at)
    ]
    return said


EXTRACT = ExtractForm(
    title=Text("法人登记信息查询单", "Extract from the register of legal persons"),
    basis=Text(
        "企业信息公示暂行条例 第六条", "Interim Regulations on Disclosure of Enterprise Information, art. 6"
    ),
    fields=(
        "code",
        "name",
        "kind",
        "status",
        "line_name",
        "capital",
        "established",
        "division",
        "address",
    ),
    shown=("code", "name", "kind", "status", "capital"),
    more=representative_and_holders,
    more_fields=("legal_representative_name", "shareholders"),
)
