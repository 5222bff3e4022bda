"""Entering a new organisation, once for a key."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons.checks import check_holders, check_values
from wenzhou.foundation.legal_persons.events import OrganisationEstablished
from wenzhou.foundation.legal_persons.kinds import MARKET, RULES, KindRule
from wenzhou.foundation.legal_persons.models import (
    Branch,
    Establishment,
    Kind,
    OrganisationVersion,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.naming import canonical
from wenzhou.foundation.legal_persons.services.common import (
    REGISTER,
    explained,
    invalid,
    may_hold,
    may_register,
    only,
    version,
)
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import add_organisation, organisation, organisation_by_code, person
from wenzhou.kernel.registers.api import lock, tell_changed, tell_created
from wenzhou.kernel.registers.contracts import EstablishedOrganisation, EstablishOrganisation, Shareholder

_NO_KIND = Text("请选择可以登记的类型", "Choose a kind that can be registered")
_BRANCH = Text("分支机构请在其所属单位的页面登记", "A branch is registered on the page of its parent")
_BRANCH_NAME = re.compile("分(公司|厂|店|社|院|校|所|中心|部)$|营业部$|办事处$|门市部$")


def establish(actor: Actor, request: EstablishOrganisation) -> EstablishedOrganisation:
    """Enter a new firm and give it its code; asking again with the same key gives the same firm.

    Whether the caller may was decided by the exchange: this is reached through market supervision's resource, and
    enters what market supervision registers. Raises Invalid (each field), Conflict (the name is taken in the
    county, or the key was used for another firm).
    """
    rule = RULES.get(request.kind)
    if rule is None or rule.function != MARKET or request.kind == Kind.BRANCH:
        raise invalid("kind", Text("不属于市场主体类型", "Not a kind that market supervision registers"))
    return _once(actor, request)


def enter(actor: Actor, request: EstablishOrganisation) -> EstablishedOrganisation:
    """The competent office enters an organisation of any kind; otherwise as ``establish``.

    Raises Refused (another office registers this kind, or there) too.
    """
    rule = RULES.get(request.kind)
    if rule is None or request.kind == Kind.BRANCH:
        raise invalid("kind", _BRANCH if rule else _NO_KIND)
    may_register(actor, rule.function, request.division)
    return _once(actor, request)


def enter_branch(actor: Actor, parent: UUID, request: EstablishOrganisation) -> EstablishedOrganisation:
    """The office of its place enters a branch (分支机构) of an organisation that is in force; else as ``enter``.

    Raises Invalid also for a parent that has no branches: a branch has none itself.
    """
    request = replace(request, kind=Kind.BRANCH)
    may_register(actor, RULES[request.kind].function, request.division)
    return _once(actor, request, parent)


def _once(
    actor: Actor, request: EstablishOrganisation, parent: UUID | None = None
) -> EstablishedOrganisation:
    request = replace(request, name=canonical(request.name))
    fingerprint = _fingerprint(request, parent)
    done = _established(request.key, fingerprint)
    if done is not None:
        return done
    _check(request)
    try:
        with transaction.atomic():
            rule = RULES[request.kind] if parent is None else _rule_of_branch(request, parent)
            _hold_holders(request)
            return _enter(actor, request, fingerprint, rule, parent)
    except IntegrityError as error:
        # Another was first: with this key, and then its firm is ours too, or with this name.
        done = _established(request.key, fingerprint)
        if done is not None:
            return done
        raise explained(error) from error


def _rule_of_branch(request: EstablishOrganisation, parent: UUID) -> KindRule:
    """The rule by which the branch gets its code: that of its parent, which is held until the end."""
    lock(OrganisationVersion, parent)
    row = version(parent)
    only(row, Status.ACTIVE)
    rule = RULES[row.kind]
    if not rule.branches:
        raise invalid(
            "parent",
            Text(
                f"“{row.name}”是{rule.title.zh}，不能设立分支机构",
                f"{row.name} is a {rule.title.en.lower()} and has no branches",
            ),
        )
    if not request.name.startswith(row.name) or not _BRANCH_NAME.search(request.name):
        raise invalid(
            "name",
            Text(
                f"分支机构的名称应冠以“{row.name}”，并以“分公司”“分厂”“分店”等结尾",
                f"The name of a branch begins with {row.name} and ends with 分公司, 分厂, 分店 or the like",
            ),
        )
    return rule


def _hold_holders(request: EstablishOrganisation) -> None:
    """Organisations that hold are held until the end and are in force; in the order of their ids."""
    for holder in sorted(h.organisation for h in request.shareholders if h.organisation is not None):
        lock(OrganisationVersion, holder)
        may_hold(version(holder))


def _enter(
    actor: Actor,
    request: EstablishOrganisation,
    fingerprint: str,
    rule: KindRule,
    parent: UUID | None,
) -> EstablishedOrganisation:
    since = request.established or timezone.localdate()
    code = next_code(request.division[:6], rule)
    firm = add_organisation(code, request.name, made=request.made)
    provenance = {
        "valid_from": since,
        "source": rule.function,
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
        scope=request.scope,
        phone=request.phone,
        sponsor=request.sponsor,
        made=request.made,
        **provenance,
    )
    for holder in request.shareholders:
        Shareholding.objects.create(
            organisation_id=firm.id,
            holder=holder_id(holder),
            person_id=holder.person,
            holding_organisation_id=holder.organisation,
            amount=holder.amount,
            **provenance,
        )
    if parent is not None:
        Branch.objects.create(branch_id=firm.id, parent_id=parent, **provenance)
        tell_changed(actor, REGISTER, parent, {"branches": firm.id}, since)
    entry = Establishment.objects.create(
        key=request.key, fingerprint=fingerprint, organisation_id=firm.id, case=request.case
    )
    audit.record(actor, "legal_persons.establish", entry, code=code, name=request.name)
    tell_created(actor, REGISTER, firm.id, since)
    emit(OrganisationEstablished(organisation=firm.id, code=code, case=request.case), actor=actor)
    return EstablishedOrganisation(id=firm.id, code=code, name=request.name)


def holder_id(holder: Shareholder) -> UUID:
    """The id of the person or organisation that holds."""
    found = holder.person or holder.organisation
    if found is None:
        raise ValueError("a shareholder without person and organisation passed the checks")
    return found


def next_code(county: str, rule: KindRule) -> str:
    """A fresh unified social credit code of a department in a county.

    Codes of generated organisations are spread over the whole range, so one that is taken is passed over.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('legal_persons_number')")
            serial: int = cursor.fetchone()[0]
        code = gb32100.make(region=county, serial=serial, department=rule.department, kind=rule.digit)
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


def _fingerprint(request: EstablishOrganisation, parent: UUID | None = None) -> str:
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
        *((parent,) if parent else ()),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _check(request: EstablishOrganisation) -> None:
    wrong: dict[str, Text] = {}
    if not request.key or len(request.key) > 100:
        wrong["key"] = Text("办理编号应为 1 至 100 个字符", "The key has 1 to 100 characters")
    if request.established and not (request.made and request.established <= timezone.localdate()):
        wrong["established"] = Text("登记日期就是今天", "A firm is entered as of today")
    rule = RULES[request.kind]
    found = check_values(rule, _values(request))
    if "legal_representative_id" in found:
        found["legal_representative"] = found.pop("legal_representative_id")
    wrong |= found
    holders = check_holders(rule, request.capital, request.shareholders) or known(request.shareholders)
    if holders is not None and "capital" not in wrong:
        wrong["shareholders"] = holders
    if wrong:
        raise Invalid(
            Text("设立登记信息有误，见各项说明。", "The entry cannot be made as it stands; see each field."),
            fields=wrong,
        )


def _values(request: EstablishOrganisation) -> dict[str, object]:
    return {
        "name": request.name,
        "division": request.division,
        "address": request.address,
        "line_code": request.line_code,
        "line_name": request.line_name,
        "capital": request.capital,
        "legal_representative_id": request.legal_representative,
        "scope": request.scope,
        "phone": request.phone,
        "sponsor": request.sponsor,
    }


def known(holders: tuple[Shareholder, ...]) -> Text | None:
    """What is wrong when a holder is in no register; None when all are."""
    for holder in holders:
        if holder.person is not None:
            found = person(holder.person) is not None
        else:
            found = holder.organisation is not None and organisation(holder.organisation) is not None
        if not found:
            return Text("有的股东没有登记", "A holder is not known")
    return None
