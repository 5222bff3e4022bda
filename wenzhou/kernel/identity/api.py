"""The door of identity for other modules."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound, Refused
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.anchors import (
    add_organisation,
    add_people,
    add_person,
    forget_person,
    lock_people,
    next_number,
    rename_organisation,
    rename_people,
    rename_person,
)
from wenzhou.kernel.identity.contracts import AccountRef, OfficeRef, OpenedAccount, OrganisationRef, PersonRef
from wenzhou.kernel.identity.declarations import KnownRegions, Representatives, area_name
from wenzhou.kernel.identity.limits import count as count_try
from wenzhou.kernel.identity.made import (
    analyse_anchors,
    copy_organisations,
    copy_people,
    made_applicants,
    made_numbers,
    made_organisation_id,
    made_person_id,
)
from wenzhou.kernel.identity.models import Account, Office, Organisation, Person
from wenzhou.kernel.identity.selectors import (
    FUNCTION_TITLES,
    actor_for,
    competent_office,
    competent_offices,
    holders,
    may_act_for,
    office,
)
from wenzhou.kernel.identity.services.opening import open_account, require_counter

__all__ = [
    "FUNCTION_TITLES",
    "AccountRef",
    "KnownRegions",
    "OfficeRef",
    "OpenedAccount",
    "OrganisationRef",
    "PersonRef",
    "Representatives",
    "account",
    "account_of_person",
    "actor_for",
    "actor_of",
    "actor_of_username",
    "add_organisation",
    "add_people",
    "add_person",
    "analyse_anchors",
    "area_name",
    "competent_office",
    "competent_offices",
    "copy_organisations",
    "copy_people",
    "count_try",
    "forget_person",
    "holders",
    "lock_people",
    "made_applicants",
    "made_numbers",
    "made_organisation_id",
    "made_person_id",
    "may_act_for",
    "next_number",
    "office",
    "offices",
    "open_account",
    "organisation",
    "organisation_by_code",
    "person",
    "person_by_number",
    "rename_organisation",
    "rename_people",
    "rename_person",
    "require_counter",
]


def actor_of(account_id: UUID) -> Actor:
    """The actor of an account now, for what goes on after its request. Raises Refused for one that is gone or locked."""
    row = Account.objects.filter(id=account_id, is_active=True).first()
    if row is None:
        raise Refused(Text("该账户已停用。", "This account is no longer active."))
    return actor_for(row)


def actor_of_username(username: str) -> Actor:
    """As :func:`actor_of`, for the command line."""
    row = Account.objects.filter(username=username, is_active=True).first()
    if row is None:
        raise NotFound(Text(f"没有账户 {username}。", f"There is no account {username}."))
    return actor_for(row)


def account(account_id: UUID) -> AccountRef | None:
    """The account of this id, or None."""
    row = Account.objects.filter(id=account_id).first()
    return AccountRef.of(row) if row else None


def account_of_person(person_id: UUID) -> AccountRef | None:
    """The account whose real name is this person, or None when she has none."""
    row = Account.objects.filter(person=person_id).first()
    return AccountRef.of(row) if row else None


def person(person_id: UUID) -> PersonRef | None:
    """The person anchor of this id, or None."""
    row = Person.objects.filter(id=person_id).first()
    return PersonRef.of(row) if row else None


def person_by_number(number: str) -> PersonRef | None:
    """The person anchor with this identity number, or None."""
    row = Person.objects.filter(number=number.upper()).first()
    return PersonRef.of(row) if row else None


def organisation(organisation_id: UUID) -> OrganisationRef | None:
    """The organisation anchor of this id, or None."""
    row = Organisation.objects.filter(id=organisation_id).first()
    return OrganisationRef.of(row) if row else None


def organisation_by_code(code: str) -> OrganisationRef | None:
    """The organisation anchor with this unified social credit code, or None."""
    row = Organisation.objects.filter(code=code.upper()).first()
    return OrganisationRef.of(row) if row else None


def offices(codes: set[str] | None = None) -> dict[str, OfficeRef]:
    """Offices by code, all of them or those asked for."""
    rows = Office.objects.all() if codes is None else Office.objects.filter(code__in=codes)
    return {row.code: OfficeRef.of(row) for row in rows}
