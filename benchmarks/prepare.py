"""Tasks inside the city's Django, run as a process: ``python -m benchmarks.prepare TASK JSON``; prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def sessions(usernames: list[str]) -> dict[str, str]:
    """Signed-in sessions of accounts: username → value of the session cookie. No check is skipped but the sign-in."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    found = {}
    for username in usernames:
        client = Client()
        account = get_user_model().objects.get_by_natural_key(username)
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        UserSession.objects.create(  # as allauth does at a real sign-in
            user=account, ip="127.0.0.1", session_key=client.session.session_key, user_agent="benchmarks"
        )
        found[username] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


TASKS: dict[str, Callable[..., Any]] = {"sessions": sessions}


if __name__ == "__main__":
    django.setup()
    json.dump(TASKS[sys.argv[1]](**json.loads(sys.argv[2])), sys.stdout)
