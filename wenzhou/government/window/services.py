"""Finding the person at the counter in the population register, for a stated purpose."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.api import PERSON_PROFILE, call
from wenzhou.kernel.identity.api import require_counter
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery

CONSUMER = "window"
OPENING = Purpose("window.open-account", Text("窗口开户", "Opening her account at the counter"))


def find(actor: Actor, number: str) -> PersonProfile:
    """The person with this number (GB 11643); the reading is in the journal with its purpose.

    Raises Refused, Invalid (field number) for a wrong number and for one that the register does not know.
    """
    require_counter(actor)
    try:
        checked = gb11643.parse(number, on=timezone.localdate())
    except StandardError as error:
        raise Invalid(error.text, fields={"number": error.text}) from error
    try:
        return _read(actor, PersonQuery(number=checked.number))
    except NotFound as error:
        unknown = Text(
            "人口库没有这个号码。请核对身份证；号码无误的，请引导到公安户籍窗口。",
            "The population register does not know this number. Check the card; "
            "if it is right, send the person to the police household counter.",
        )
        raise Invalid(unknown, fields={"number": unknown}) from error


def find_again(actor: Actor, person_id: UUID) -> PersonProfile:
    """The person who was found before, in the journal once more. Raises Refused, NotFound."""
    require_counter(actor)
    return _read(actor, PersonQuery(id=person_id))


def _read(actor: Actor, query: PersonQuery) -> PersonProfile:
    return call(PERSON_PROFILE, query, actor=actor, purpose=OPENING, consumer=CONSUMER)
