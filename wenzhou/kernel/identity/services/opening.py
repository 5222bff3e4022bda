"""An account for a person at the counter (窗口开户): opened by a clerk, activated by the person with her slip."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import limits
from wenzhou.kernel.identity.contracts import AccountRef, OpenedAccount
from wenzhou.kernel.identity.events import AccountActivated, AccountOpened
from wenzhou.kernel.identity.models import Account, Activation, Office, Person
from wenzhou.kernel.identity.permissions import OPEN_ACCOUNTS
from wenzhou.kernel.identity.selectors import account_of, actor_for

if TYPE_CHECKING:
    from uuid import UUID

    from wenzhou.kernel.base.actors import Actor

COUNTERS = "government-services"
"""The function of offices that have counters for everybody (政务服务中心)."""

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes: none that is taken for another on paper."""

GOOD_FOR = timedelta(days=7)
TRIES, WINDOW = 5, 900

_WRONG = Text(
    "登录名或激活码不正确，或激活码已过期。请核对凭条；仍不成功的，请携带身份证到窗口重新打印。",
    "The sign-in name or the code is not right, or the code has expired. Check the slip; "
    "if it still fails, have a new one printed at the counter with your identity card.",
)


def open_account(actor: Actor, person_id: UUID) -> OpenedAccount:
    """Open an account for a person whose identity card the clerk has checked; gives what the slip says.

    While the account has not been activated, opening it again prints a new slip and the old code is void.
    Raises Refused (also for clerks of offices without counters), NotFound, Conflict when she has an account.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id=person_id).first()  # lock
        require_counter(actor)  # may the actor
        if person is None:
            raise NotFound(Text("没有这个自然人。", "There is no such person."))
        account = _account_to_activate(person)
        code = "".join(secrets.choice(LETTERS) for _ in range(12))  # change
        expires = timezone.now() + GOOD_FOR
        Activation.objects.update_or_create(
            account=account,
            defaults={"digest": _digest(account, code), "expires": expires, "opened_by": account_of(actor)},
        )
        audit.record(actor, "identity.open-account", account)  # audit
        emit(AccountOpened(account=account.id, person=person.id), actor=actor)  # emit
    shown = "-".join(code[start : start + 4] for start in range(0, 12, 4))
    return OpenedAccount(account.id, account.username, account.name, shown, expires, account.made)


def require_counter(actor: Actor) -> None:
    """Whether the actor is a clerk at a counter. Raises Unauthenticated, Refused."""
    require(actor, OPEN_ACCOUNTS)
    offices = [post.office for post in holding_posts(actor, OPEN_ACCOUNTS)]
    if not Office.objects.filter(code__in=offices, function=COUNTERS).exists():
        raise Refused(
            Text(
                "只有政务服务中心窗口的经办人员可以为群众开户。",
                "Only clerks at the counters of a service centre open accounts.",
            )
        )


def _account_to_activate(person: Person) -> Account:
    """Her account that waits to be activated, a new one when she has none. Raises Conflict."""
    account = Account.objects.select_for_update().filter(person=person).first()
    if account is None:
        return Account.objects.create_user(
            _free_username(), "", None, name=person.name, person=person, made=person.made
        )
    if not Activation.objects.filter(account=account).exists():
        raise Conflict(
            Text(
                f"此人已有账户，登录名 {account.username}。忘记密码的可在登录页用邮箱重设。",
                f"This person has an account already: {account.username}. "
                "A forgotten password is set anew on the sign-in page.",
            ),
            code="has-account",
        )
    return account


def _free_username() -> str:
    while True:
        name = f"wz{secrets.randbelow(10**8):08d}"
        if not Account.objects.filter(username=name).exists():
            return name


def _digest(account: Account, code: str) -> str:
    return salted_hmac("wenzhou.identity.activation", f"{account.pk}:{code}", algorithm="sha256").hexdigest()


def activate(username: str, code: str, *, email: str, password: str) -> AccountRef:
    """The person sets her password and address with the code of her slip; from then on she signs in as everybody.

    Raises Invalid (fields code, email, password), TooMany after five tries in a quarter of an hour.
    """
    username = username.strip().lower()
    limits.count("activate", username[:150], most=TRIES, seconds=WINDOW)
    with transaction.atomic():
        waiting = (
            Activation.objects.select_for_update()
            .select_related("account")
            .filter(account__username=username)
        ).first()  # lock
        if waiting is None or not _fits(waiting, code):  # may she: who has the slip may
            raise Invalid(_WRONG, fields={"code": _WRONG})
        account = waiting.account
        account.email = _checked_email(email)  # change
        _check_password(account, password)
        account.set_password(password)
        account.save(update_fields=["email", "password"])
        waiting.delete()
        actor = actor_for(account)
        audit.record(actor, "identity.activate", account)  # audit
        emit(AccountActivated(account=account.id), actor=actor)  # emit
    return AccountRef.of(account)


def _fits(waiting: Activation, code: str) -> bool:
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    right = constant_time_compare(waiting.digest, _digest(waiting.account, typed))
    return right and waiting.expires > timezone.now() and waiting.account.is_active


def _checked_email(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        wrong = Text("邮箱格式不对，应如 name@example.cn", "An e-mail address looks like name@example.cn")
        raise Invalid(wrong, fields={"email": wrong}) from None
    if Account.objects.filter(email__iexact=email).exists():
        taken = Text(
            "这个邮箱已被其他账户使用，请换一个。", "Another account uses this address; take another one."
        )
        raise Invalid(taken, fields={"email": taken})
    return email


def _check_password(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError:
        weak = Text(
            "密码至少八位，不要使用常见密码、登录名或姓名。",
            "Eight characters at least; nothing common, not your name and not your sign-in name.",
        )
        raise Invalid(weak, fields={"password": weak}) from None
