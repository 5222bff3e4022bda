"""Real-name check (实名核验): ties an account to the Person anchor of the population register."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import limits
from wenzhou.kernel.identity.contracts import PersonRef
from wenzhou.kernel.identity.declarations import known_region
from wenzhou.kernel.identity.events import RealNameVerified
from wenzhou.kernel.identity.models import Account, Person
from wenzhou.kernel.identity.permissions import OWN_ACCOUNT

if TYPE_CHECKING:
    from wenzhou.kernel.base.actors import Actor

TRIES_A_DAY = 5
DAY = 24 * 3600


def normalised_name(name: str) -> str:
    """A name for comparison: width, case, blanks and the kinds of middle dot (·) do not count."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s·•‧∙・．.]", "", folded)


def verify_real_name(actor: Actor, name: str, number: str) -> PersonRef:
    """Tie the actor's account to the person with this name and identity number (GB 11643).

    The number and the name must stand in the population register; which of them does not fit is not
    told. Raises Refused, Invalid (fields number, name), Conflict, TooMany after five tries a day.
    """
    require(actor, OWN_ACCOUNT)
    limits.count("real-name", actor.account, most=TRIES_A_DAY, seconds=DAY)
    try:
        checked = gb11643.parse(number, known_region=known_region, on=timezone.localdate())
    except StandardError as error:
        raise Invalid(error.text, fields={"number": error.text}) from error
    with transaction.atomic():
        account, person = _locked(actor, checked.number)  # lock
        require(actor, OWN_ACCOUNT)  # may the actor
        if account.person_id is not None:
            raise Conflict(Text("您的账户已完成实名核验。", "Your account has a verified real name already."))
        if person is None or normalised_name(person.name) != normalised_name(name):
            audit_refusal = Text(
                "姓名与身份证号码和人口库不一致，请核对；确认无误的请携带身份证到政务服务中心办理。",
                "Name and number do not fit the population register. Check both; if they are right, "
                "bring your identity card to the service centre.",
            )
            raise Invalid(audit_refusal, fields={"name": audit_refusal})
        if Account.objects.filter(person=person).exists():
            raise Conflict(
                Text(
                    "此人已有账户，请用原账户登录；忘记登录名的请到政务服务中心窗口查询。",
                    "This person has an account already: sign in with it. The service centre can tell its name.",
                )
            )
        account.person = person  # change
        account.name = person.name
        account.save(update_fields=["person", "name"])
        audit.record(actor, "identity.verify-real-name", account)  # audit
        emit(RealNameVerified(account=account.id, person=person.id), actor=actor)  # emit
    return PersonRef.of(person)


def _locked(actor: Actor, number: str) -> tuple[Account, Person | None]:
    """The account and the person, both locked: two accounts cannot take one person at once."""
    rows = Account.objects.select_for_update()
    account = rows.filter(id=actor.account).first() if actor.account else None
    if account is None:
        raise NotFound(Text("没有这个账户。", "There is no such account."))
    return account, Person.objects.select_for_update().filter(number=number).first()
