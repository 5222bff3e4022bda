"""Reads of identity: the actor behind a request, offices, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base.actors import AGENT, CITIZEN, MACHINE, ROLES, SYSTEM, Actor, Post
from wenzhou.kernel.base.errors import NotFound, Refused
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.contracts import AccountRef, OfficeRef, OrganisationRef
from wenzhou.kernel.identity.declarations import area_name, represented_by
from wenzhou.kernel.identity.models import (
    Account,
    Delegation,
    DelegationState,
    Office,
    Organisation,
    PostHolding,
)
from wenzhou.kernel.identity.permissions import MANAGE_ACCOUNTS

ASSIGNABLE_ROLES: dict[str, Text] = {
    role.code: Text(role.zh, role.en) for role in ROLES if role not in {CITIZEN, AGENT, SYSTEM, MACHINE}
}
"""Roles that a post can carry; the others follow from signing in, from a delegation, or from being a job."""

ROLE_TITLES: dict[str, Text] = {role.code: Text(role.zh, role.en) for role in ROLES}


FUNCTION_TITLES: dict[str, Text] = {
    "market-supervision": Text("市场监管", "Market supervision"),
    "fire-brigade": Text("消防救援", "Fire and rescue"),
    "urban-management": Text("综合行政执法", "Urban management"),
    "government-services": Text("政务服务", "Government services"),
    "human-resources": Text("人力社保", "Human resources and social security"),
    "public-security": Text("公安", "Public security"),
    "organisation-establishment": Text("机构编制", "Organisation establishment"),
    "civil-affairs": Text("民政", "Civil affairs"),
    "natural-resources": Text("自然资源和规划", "Natural resources"),
    "data": Text("数据管理", "Data management"),
}
"""Words for the functions that offices share; another function shows its code."""


def in_force(today: date, path: str = "") -> Q:
    """Rows of posts or delegations whose period ``[since, until)`` contains the day; ``path`` leads to them."""
    begun = Q(**{f"{path}since__lte": today})
    return begun & (Q(**{f"{path}until": None}) | Q(**{f"{path}until__gt": today}))


def actor_for(
    account: Account,
    *,
    acting_for: UUID | None = None,
    request_id: str = "",
    posts: Sequence[Post] | None = None,
) -> Actor:
    """The actor of an account now. ``acting_for`` counts only under an active delegation.

    ``posts`` are those in force when the caller has just read them; otherwise they are read here.
    """
    posts = list(_posts_in_force(account) if posts is None else posts)
    posts.append(Post(CITIZEN.code))
    organisation = None
    if acting_for is not None and may_act_for(account, acting_for):
        organisation = acting_for
        posts.append(Post(AGENT.code))
    return Actor(
        name=account.name or account.username,
        account=account.id,
        person=account.person_id,
        organisation=organisation,
        posts=tuple(posts),
        request_id=request_id,
    )


def _posts_in_force(account: Account) -> list[Post]:
    holdings = PostHolding.objects.filter(in_force(timezone.localdate()), account=account)
    return [Post(h.role, h.office_id or "", h.area) for h in holdings]


def may_act_for(account: Account, organisation: UUID) -> bool:
    """Whether an active delegation, or being its legal representative, lets the account act for it today."""
    delegated = Delegation.objects.filter(
        in_force(timezone.localdate()),
        agent=account,
        organisation=organisation,
        state=DelegationState.ACTIVE,
    ).exists()
    return delegated or organisation in represented_by(account.person_id)


def account_of(actor: Actor) -> Account:
    """The row of the actor's own account. Raises Refused for system tasks and the anonymous."""
    row = Account.objects.filter(id=actor.account).first() if actor.account else None
    if row is None:
        raise Refused(Text("此操作需要个人账户。", "This needs a personal account."))
    return row


def principals_of(actor: Actor) -> tuple[OrganisationRef, ...]:
    """The firms that the actor may act for today, by name."""
    if actor.account is None:
        return ()
    delegated = Delegation.objects.filter(
        in_force(timezone.localdate()), agent=actor.account, state=DelegationState.ACTIVE
    ).values("organisation")
    rows = Organisation.objects.filter(Q(id__in=delegated) | Q(id__in=represented_by(actor.person)))
    return tuple(OrganisationRef.of(row) for row in rows.order_by("name", "id"))


def delegations_to(actor: Actor) -> list[Delegation]:
    """Offers and delegations of firms to the actor, newest first; revoked ones too, the last fifty."""
    rows = Delegation.objects.filter(agent=actor.account, organisation__isnull=False)
    return list(rows.select_related("organisation", "granted_by").order_by("-id")[:50])


def delegations_by(actor: Actor) -> list[Delegation]:
    """Offers and delegations in force that the actor may revoke: granted by her, or of firms she represents."""
    rows = Delegation.objects.filter(
        Q(granted_by=actor.account) | Q(organisation__in=represented_by(actor.person)),
        state__in=[DelegationState.OFFERED, DelegationState.ACTIVE],
    ).exclude(agent=actor.account)
    return list(rows.select_related("organisation", "agent").order_by("organisation__name", "-id")[:200])


def posts_of(account_id: UUID) -> list[PostHolding]:
    """Posts of an account in force today, oldest first."""
    rows = PostHolding.objects.filter(in_force(timezone.localdate()), account=account_id)
    return list(rows.select_related("office").order_by("id"))


def holdings_of(account_id: UUID) -> list[PostHolding]:
    """Posts of an account, ended ones too, newest first, at most a hundred."""
    rows = PostHolding.objects.filter(account=account_id)
    return list(rows.select_related("office").order_by("-id")[:100])


def holders(role: str, office_code: str, *, area: str | None = None) -> tuple[AccountRef, ...]:
    """Active accounts that hold the role in the office today, for this area when one is given."""
    covers = {} if area is None else {"holdings__area__in": [area[:end] for end in range(len(area) + 1)]}
    rows = Account.objects.filter(
        in_force(timezone.localdate(), "holdings__"),
        is_active=True,
        holdings__role=role,
        holdings__office=office_code,
        **covers,
    )
    return tuple(AccountRef.of(row) for row in rows.distinct().order_by("username"))


def accounts(actor: Actor, *, search: str = "", token: str = "") -> Slice[Account]:
    """One page of accounts by sign-in name; ``search`` is the beginning of a sign-in name or a name.

    Raises Refused, Invalid for a forged ``token``.
    """
    require(actor, MANAGE_ACCOUNTS)
    rows = Account.objects.all()
    if search := search.strip():
        rows = rows.filter(Q(username__startswith=search.lower()) | Q(name__startswith=search))
    return keyset(rows, "username", token=token, size=50)


def managed_account(actor: Actor, account_id: UUID) -> Account:
    """An account for those who manage accounts. Raises Refused, NotFound."""
    require(actor, MANAGE_ACCOUNTS)
    row = Account.objects.filter(id=account_id).select_related("person").first()
    if row is None:
        raise NotFound(Text("没有这个账户。", "There is no such account."))
    return row


def office_directory(*, area: str = "", function: str = "") -> list[Office]:
    """Offices whose area lies in ``area``, with this function when one is given; public."""
    rows = Office.objects.filter(area__startswith=area)
    if function:
        rows = rows.filter(function=function)
    return list(rows.order_by("area", "function", "code")[:500])


def areas_of_offices(rows: list[Office]) -> list[tuple[str, Text]]:
    """The areas for a filter, each once, named as their divisions are when the city has a table of them."""
    return [(code, area_name(code)) for code in dict.fromkeys(row.area for row in rows)]


def functions_of_offices(rows: list[Office]) -> list[tuple[str, Text]]:
    """The functions for a filter, each once."""
    return [
        (one, FUNCTION_TITLES.get(one, Text(one, one))) for one in dict.fromkeys(r.function for r in rows)
    ]


def office(code: str) -> OfficeRef:
    """The office of this code. Raises NotFound."""
    row = Office.objects.filter(code=code).first()
    if row is None:
        raise NotFound(Text(f"没有代码为 {code} 的机关。", f"There is no office with code {code}."))
    return OfficeRef.of(row)


def competent_offices(functions: Iterable[str], area: str) -> dict[str, OfficeRef]:
    """The competent office of each function, in one query; functions without one are left out."""
    prefixes = [area[:length] for length in (12, 9, 6, 4) if len(area) >= length]
    rows = Office.objects.filter(function__in=list(functions), area__in=prefixes)
    # The narrowest area comes last and stays.
    return {row.function: OfficeRef.of(row) for row in sorted(rows, key=lambda row: len(row.area))}


def competent_office(function: str, area: str) -> OfficeRef:
    """The office with this function whose area is the narrowest that contains ``area``. Raises NotFound."""
    prefixes = [area[:length] for length in (12, 9, 6, 4) if len(area) >= length]
    rows = Office.objects.filter(function=function, area__in=prefixes)
    best = max(rows, key=lambda row: len(row.area), default=None)
    if best is None:
        raise NotFound(
            Text(
                f"该地区（{area}）没有承担“{function}”职能的机关。",
                f"No office with the function {function} covers the area {area}.",
            )
        )
    return OfficeRef.of(best)
