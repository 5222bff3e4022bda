"""Looking at a record: the reading and its line in the journal are one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from wenzhou.foundation.legal_persons import selectors
from wenzhou.foundation.legal_persons.permissions import SEARCH_FIRMS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import journal
from wenzhou.kernel.registers.contracts import OrganisationProfile, OrganisationQuery, Subject

LOOK = Purpose("legal_persons.look", Text("查阅法人登记信息", "Looking a firm up"))
FIELDS = ("code", "name", "kind", "capital", "status", "address", "legal_representative_name", "shareholders")


def look(actor: Actor, query: OrganisationQuery, *, known_at: datetime | None = None) -> OrganisationProfile:
    """The record of an organisation as of a day and as known at an instant, persons to be masked. Raises Refused, NotFound."""
    require(actor, SEARCH_FIRMS)
    with transaction.atomic():
        found = selectors.profile(query, known_at=known_at)
        journal(
            actor,
            Subject(organisation=found.id),
            resource="organisation-record",
            consumer="legal_persons",
            purpose=LOOK,
            fields=FIELDS,
            masked=True,
        )
    return found
