"""Anybody may check a licence: by the token in its QR code, or by its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import Licence, LicenceState
from wenzhou.kernel.cases.services.licences import licence_type_of
from wenzhou.kernel.identity.api import OfficeRef, OrganisationRef, office, organisation

UNKNOWN = Text(
    "没有这份证照。请核对编号，或重新扫描证照上的二维码；若编号无误，该证照不是本市签发。",
    "There is no such licence. Check the number or scan the code on the licence again; if it is right, this city did not issue it.",
)


@dataclass(frozen=True, slots=True)
class Verification:
    """What the city says of a licence now: whether it is good today, and the facts on its face."""

    number: str
    title: Text
    good: bool
    verdict: Text
    holder: OrganisationRef | None
    office: OfficeRef
    issued_at: datetime
    valid_from: date
    valid_to: date | None
    made: bool
    token: str


def verify(*, token: str = "", number: str = "") -> Verification:
    """The verification of one licence. Raises NotFound."""
    rows = Licence.objects.select_related("case")
    found = rows.filter(token=token).first() if token else rows.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(UNKNOWN)
    good, verdict = _verdict(found, timezone.localdate())
    return Verification(
        number=found.number,
        title=licence_type_of(found).title,
        good=good,
        verdict=verdict,
        holder=organisation(found.organisation_id),
        office=office(found.office_id),
        issued_at=found.issued_at,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        made=found.made,
        token=found.token,
    )


def _verdict(licence: Licence, today: date) -> tuple[bool, Text]:
    if licence.state == LicenceState.REVOKED:
        return False, Text("已吊销", "Revoked")
    if licence.state == LicenceState.SUSPENDED:
        return False, Text("已暂停", "Suspended")
    if licence.state == LicenceState.REPLACED:
        return False, Text("已由新证替换", "Replaced by a newer licence")
    if today < licence.valid_from:
        return False, Text("尚未生效", "Not yet in force")
    if licence.valid_to is not None and today > licence.valid_to:
        return False, Text("已过有效期", "Expired")
    return True, Text("有效", "Valid")
