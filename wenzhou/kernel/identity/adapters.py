"""How allauth meets our accounts."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Open registration is off until real-name checks stand; accounts are made by offices."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No self-registration yet."""
        return False
