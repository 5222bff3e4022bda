"""The paper of an issued licence: made after the decision or when it is first asked for; once, however often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.events import Handler
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import LicenceType
from wenzhou.kernel.cases.events import LicenceIssued
from wenzhou.kernel.cases.files import ISSUED
from wenzhou.kernel.cases.models import Licence
from wenzhou.kernel.cases.permissions import APPLY
from wenzhou.kernel.cases.services.common import case_type
from wenzhou.kernel.documents import api as documents
from wenzhou.kernel.identity.api import office, organisation

SYSTEM = Actor.system("cases.make-licence-paper")


def licence_type_of(licence: Licence) -> LicenceType:
    """The declared kind of a licence."""
    return case_type(licence.case.case_type).licence(licence.licence_type)


def verify_url(licence: Licence) -> str:
    """The public address that the QR code on the licence leads to."""
    return settings.WZ_PUBLIC_URL + reverse("cases:verify", kwargs={"token": licence.token})


def make_paper(event: LicenceIssued) -> None:
    """Make the PDF of a licence and attach it; nothing happens when it has one."""
    _paper(event.licence)


def paper_of(actor: Actor, case_id: UUID, licence_id: UUID) -> UUID:
    """The file of the applicant's own licence; one that has none yet gets it now. Raises NotFound."""
    require(actor, APPLY)
    rows = Licence.objects.filter(id=licence_id, case=case_id, case__account=actor.account)
    found = rows.values_list("id", "file_id").first()
    if found is None:
        raise NotFound(
            Text("没有这份证照，或不是您的证照。", "There is no such licence, or it is not yours.")
        )
    licence, file = found
    return file or _paper(licence)


def _paper(licence_id: UUID) -> UUID:
    with transaction.atomic():
        licence = Licence.objects.select_for_update(of=("self",)).select_related("case").get(id=licence_id)
        if licence.file_id is not None:
            return licence.file_id
        content = documents.licence_pdf(_face(licence), made_at=licence.issued_at.replace(microsecond=0))
        kind = licence_type_of(licence)
        file = documents.keep_issued(
            SYSTEM,
            content,
            name=f"{kind.title.zh}-{licence.number}.pdf",
            purpose=ISSUED,
            subject=licence.case_id,
            office=licence.office_id,
            made=licence.made,
        )
        licence.file_id = file.id
        licence.save(update_fields=["file"])
    return file.id


def _face(licence: Licence) -> documents.Licence:
    kind = licence_type_of(licence)
    holder = organisation(licence.organisation_id)
    lines = [
        documents.Line(label=line.title, value=_both(licence.data, line.code), wide=line.wide)
        for line in kind.lines
        if line.code in licence.data
    ]
    if licence.valid_to is not None:
        until = documents.long_date(licence.valid_to)
        lines.append(
            documents.Line(label=Text("有效期至", "Valid until"), value=f"{until.zh}  {until.en}", wide=False)
        )
    return documents.Licence(
        title=kind.title,
        number=licence.number,
        lines=lines,
        office=office(licence.office_id).name,
        issued=timezone.localdate(licence.issued_at),
        verify_url=verify_url(licence),
        code=holder.code if holder else "",
        made=licence.made,
    )


def _both(data: Mapping[str, Any], code: str) -> str:
    value = data[code]
    return f"{value['zh']} {value['en']}" if isinstance(value, dict) else str(value)


MAKE_PAPER = Handler(
    name="cases.make-licence-paper",
    event=LicenceIssued,
    handle=make_paper,
    title=Text("制作电子证照文件", "Make the paper of the licence"),
)
