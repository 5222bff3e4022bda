"""What the header of every page shows: the bell with the number of unread notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from wenzhou.kernel.base.actors import ANONYMOUS, Actor
from wenzhou.kernel.messages.selectors import unread_count


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The count is asked for only by templates that show it: one index scan."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.account is None:
        return {}
    account = actor.account
    return {
        "notices_url": reverse("notices:list"),
        "notices_unread": SimpleLazyObject(lambda: unread_count(account)),
    }
