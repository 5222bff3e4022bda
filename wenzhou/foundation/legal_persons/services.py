"""Writes of the legal persons register: founding a firm once, changing what is registered of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons.events import OrganisationEstablished
from wenzhou.foundation.legal_persons.models import (
    Establishment,
    Kind,
    OrganisationVersion,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.foundation.legal_persons.selectors import NAME
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import division as division_of
from wenzhou.kernel.identity.api import (
    add_organisation,
    offices,
    organisation,
    organisation_by_code,
    person,
    rename_organisation,
)
from wenzhou.kernel.registers.api import change, lock
from wenzhou.kernel.registers.contracts import EstablishedOrganisation, EstablishOrganisation, Shareholder

SOURCE = "market-supervision"
_LINE = re.compile(r"[A-T][0-9]{2,4}")
# Kinds that market supervision registers, with their digit in the code (GB 32100-2015 table 1).
_MARKET_KINDS = {
    Kind.LIMITED: gb32100.MarketKind.COMPANY,
    Kind.STOCK: gb32100.MarketKind.COMPANY,
    Kind.SOLE: gb32100.MarketKind.COMPANY,
    Kind.PARTNERSHIP: gb32100.MarketKind.COMPANY,
    Kind.INDIVIDUAL: gb32100.MarketKind.SOLE_TRADER,
    Kind.COOPERATIVE: gb32100.MarketKind.COOPERATIVE,
}


def establish(actor: Actor, request: EstablishOrganisation) -> EstablishedOrganisation:
    """Enter a new firm and give it its code; asking again with the same key gives the same firm.

    Whether the caller may was decided by the exchange: this is reached through its resource.
    Raises Invalid (each field), Conflict (the name is taken in the county, or the key was used
    for another firm).
    """
    request = replace(request, name=request.name.strip())
    fingerprint = _fingerprint(request)
    done = _established(request.key, fingerprint)
    if done is not None:
        return done
    _check(request)
    try:
        with transaction.atomic():
            return _enter(actor, request, fingerprint)
    except IntegrityError as error:
        # Another was first: with this key, and then its firm is ours too, or with this name.
        done = _established(request.key, fingerprint)
        if done is not None:
            return done
        raise _explained(error) from error


def _enter(actor: Actor, request: EstablishOrganisation, fingerprint: str) -> EstablishedOrganisation:
    since = request.established or timezone.localdate()
    code = next_code(request.division[:6], Kind(request.kind))
    firm = add_organisation(code, request.name, made=request.made)
    provenance = {
        "valid_from": since,
        "source": SOURCE,
        "recorded_by": actor.account,
        "case": request.case,
    }
    OrganisationVersion.objects.create(
        organisation_id=firm.id,
        name=request.name,
        kind=request.kind,
        line_code=request.line_code,
        line_name=request.line_name,
        capital=request.capital,
        established=since,
        status=Status.ACTIVE,
        division=request.division,
        address=request.address,
        legal_representative_id=request.legal_representative,
        made=request.made,
        **provenance,
    )
    for holder in request.shareholders:
        Shareholding.objects.create(
            organisation_id=firm.id,
            holder=_holder(holder),
            person_id=holder.person,
            holding_organisation_id=holder.organisation,
            amount=holder.amount,
            **provenance,
        )
    entry = Establishment.objects.create(
        key=request.key, fingerprint=fingerprint, organisation_id=firm.id, case=request.case
    )
    audit.record(actor, "legal_persons.establish", entry, code=code, name=request.name)
    emit(OrganisationEstablished(organisation=firm.id, code=code, case=request.case), actor=actor)
    return EstablishedOrganisation(id=firm.id, code=code, name=request.name)


def _holder(holder: Shareholder) -> UUID:
    found = holder.person or holder.organisation
    if found is None:
        raise ValueError("a shareholder without person and organisation passed the checks")
    return found


def next_code(county: str, kind: Kind) -> str:
    """A fresh unified social credit code of market supervision in a county.

    Codes of generated firms are spread over the whole range, so one that is taken is passed over.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('legal_persons_number')")
            serial: int = cursor.fetchone()[0]
        code = gb32100.make(region=county, serial=serial, kind=_MARKET_KINDS[kind])
        if organisation_by_code(code) is None:
            return code


def _established(key: str, fingerprint: str) -> EstablishedOrganisation | None:
    found = Establishment.objects.filter(key=key).select_related("organisation").first()
    if found is None:
        return None
    if found.fingerprint != fingerprint:
        raise Conflict(
            Text(
                "该办理编号已用于登记另一单位，请核对后换用新的编号。",
                "This key has been used to enter another firm; check, and use a new key.",
            ),
            code="key-used",
        )
    return EstablishedOrganisation(
        id=found.organisation_id, code=found.organisation.code, name=found.organisation.name
    )


def _fingerprint(request: EstablishOrganisation) -> str:
    """Of what makes the firm the same firm; the case and the key are not among it."""
    said = (
        request.name,
        request.kind,
        request.line_code,
        request.capital.normalize(),
        request.address,
        request.division,
        request.legal_representative,
        tuple((s.person, s.organisation, s.amount.normalize()) for s in request.shareholders),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _check(request: EstablishOrganisation) -> None:
    wrong: dict[str, Text] = {}
    if not request.key or len(request.key) > 100:
        wrong["key"] = Text("办理编号应为 1 至 100 个字符", "The key has 1 to 100 characters")
    if not NAME.fullmatch(request.name):
        wrong["name"] = Text(
            "4 至 60 个汉字、字母、数字或括号", "4 to 60 characters, letters, digits or brackets"
        )
    if request.kind not in _MARKET_KINDS:
        wrong["kind"] = Text("不属于市场主体类型", "Not a kind that market supervision registers")
    if not _LINE.fullmatch(request.line_code) or not request.line_name:
        wrong["line_code"] = Text(
            "GB/T 4754 代码应为一个字母加二至四位数字", "A letter and two to four digits (GB/T 4754)"
        )
    if request.established and not (request.made and request.established <= timezone.localdate()):
        wrong["established"] = Text("登记日期就是今天", "A firm is entered as of today")
    wrong |= _check_place(request) | _check_capital(request) | _check_people(request)
    if wrong:
        raise Invalid(
            Text("设立登记信息有误，见各项说明。", "The entry cannot be made as it stands; see each field."),
            fields=wrong,
        )


def _check_place(request: EstablishOrganisation) -> dict[str, Text]:
    wrong = {}
    if not re.fullmatch(r"[0-9]{12}", request.division) or division_of(request.division) is None:
        wrong["division"] = Text("不是现行的 12 位行政区划代码", "Not a 12-digit division code in force")
    if not 4 <= len(request.address) <= 200:
        wrong["address"] = Text("住所应为 4 至 200 个字", "The address has 4 to 200 characters")
    return wrong


def _check_capital(request: EstablishOrganisation) -> dict[str, Text]:
    if not 0 <= request.capital < Decimal(10) ** 14:
        return {"capital": Text("注册资本不能为负或过大", "Capital cannot be negative or as large as that")}
    total = sum((holder.amount for holder in request.shareholders), start=Decimal(0))
    if request.shareholders and total != request.capital:
        return {
            "shareholders": Text(
                f"出资合计 {total} 元，与注册资本 {request.capital} 元不符",
                f"The amounts add up to {total} yuan, the capital is {request.capital}",
            )
        }
    return {}


def _check_people(request: EstablishOrganisation) -> dict[str, Text]:
    wrong = {}
    if person(request.legal_representative) is None:
        wrong["legal_representative"] = Text("没有登记此人", "No such person is known")
    keys = [holder.person or holder.organisation for holder in request.shareholders]
    if len(set(keys)) != len(keys):
        wrong["shareholders"] = Text(
            "同一股东出现两次，请合并出资", "A holder is named twice; add the amounts"
        )
    for holder in request.shareholders:
        if (holder.person is None) == (holder.organisation is None) or holder.amount <= 0:
            wrong["shareholders"] = Text(
                "每位股东应为一人或一单位，出资大于零",
                "A holder is one person or one organisation, the amount above 0",
            )
        elif not _known(holder.person, holder.organisation):
            wrong["shareholders"] = Text("有的股东没有登记", "A holder is not known")
    return wrong


def _known(person_id: UUID | None, organisation_id: UUID | None) -> bool:
    if person_id is not None:
        return person(person_id) is not None
    return organisation_id is not None and organisation(organisation_id) is not None


def _explained(error: IntegrityError) -> Exception:
    if "organisation_name_in_county" in str(error):
        return Conflict(
            Text(
                "本县（市、区）已有同名单位，请另取名称后再办理。",
                "An organisation of this name is registered in the county; choose another name.",
            ),
            code="name-taken",
            fields={"name": Text("名称已被登记", "The name is taken")},
        )
    return error


CHANGEABLE = frozenset(
    {"name", "address", "division", "capital", "line_code", "line_name", "legal_representative_id", "status"}
)


def register_change(
    actor: Actor,
    organisation_id: UUID,
    valid_from: date,
    values: Mapping[str, Any],
    *,
    case: UUID | None = None,
) -> OrganisationVersion:
    """From a day on the firm has another name, address, capital, representative or status.

    Raises Refused (not market supervision's), NotFound, Invalid, Conflict (name taken).
    """
    _may_maintain(actor)
    _check_change(valid_from, values)
    try:
        with transaction.atomic():
            lock(OrganisationVersion, organisation_id)
            row = change(
                OrganisationVersion,
                organisation_id,
                valid_from,
                values,
                actor=actor,
                source=SOURCE,
                case=case,
            )
            if "name" in values and row.valid_to is None:
                rename_organisation(organisation_id, row.name)
            audit.record(
                actor, "legal_persons.change", row, organisation=str(organisation_id), fields=sorted(values)
            )
            return row
    except IntegrityError as error:
        raise _explained(error) from error


def _may_maintain(actor: Actor) -> None:
    require(actor, MAINTAIN_FIRMS)
    posts = holding_posts(actor, MAINTAIN_FIRMS)
    if any(post.role == DATA_OFFICER.code for post in posts):
        return
    known = offices({post.office for post in posts})
    if not any(known[p.office].function == SOURCE for p in posts if p.office in known):
        raise Refused(
            Text(
                "法人信息由市场监督管理部门登记，请转交该部门办理。",
                "Market supervision keeps this register; pass the request on to it.",
            )
        )


def _check_change(valid_from: date, values: Mapping[str, Any]) -> None:
    wrong = {
        name: Text("此项不能在这里变更", "This cannot be changed here") for name in set(values) - CHANGEABLE
    }
    if "name" in values and not NAME.fullmatch(str(values["name"])):
        wrong["name"] = Text(
            "4 至 60 个汉字、字母、数字或括号", "4 to 60 characters, letters, digits or brackets"
        )
    if values.get("status", Status.ACTIVE) not in Status.values:
        wrong["status"] = Text("没有这种登记状态", "No such status")
    if "capital" in values and values["capital"] < 0:
        wrong["capital"] = Text("注册资本不能为负", "Capital cannot be negative")
    if valid_from > timezone.localdate():
        wrong["valid_from"] = Text("生效日期不能晚于今天", "The day cannot be later than today")
    if wrong:
        raise Invalid(
            Text("有的变更内容不能登记，见各项说明。", "Some changes cannot be taken; see each."),
            fields=wrong,
        )
