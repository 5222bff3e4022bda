"""What the population database answers over the counter."""

from __future__ import annotations

from wenzhou.foundation.population.selectors import profile
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.exchange.api import PERSON_PROFILE, Offer
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery


def provide(_actor: Actor, query: PersonQuery) -> PersonProfile:
    """The whole record; the exchange has seen to the grant and masks it afterwards."""
    return profile(query)


OFFER_PERSON = Offer(resource=PERSON_PROFILE, provide=provide)
