"""What the legal persons database answers over the counter."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.selectors import name_check, profile
from wenzhou.foundation.legal_persons.services import establish
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.exchange.api import ESTABLISH_ORGANISATION, NAME_CHECK, ORGANISATION_PROFILE, Offer
from wenzhou.kernel.registers.contracts import (
    NameCheck,
    NameCheckResult,
    OrganisationProfile,
    OrganisationQuery,
)


def _profile(_actor: Actor, query: OrganisationQuery) -> OrganisationProfile:
    return profile(query)


def _name_check(_actor: Actor, request: NameCheck) -> NameCheckResult:
    return name_check(request)


OFFER_PROFILE = Offer(resource=ORGANISATION_PROFILE, provide=_profile)
OFFER_NAME_CHECK = Offer(resource=NAME_CHECK, provide=_name_check)
OFFER_ESTABLISH = Offer(resource=ESTABLISH_ORGANISATION, provide=establish)
