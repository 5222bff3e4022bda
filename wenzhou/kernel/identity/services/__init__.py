"""Writes of identity, one file a use case."""

from wenzhou.kernel.identity.services.accounts import end_session, lock, unlock
from wenzhou.kernel.identity.services.delegations import (
    accept_delegation,
    offer_delegation,
    revoke_delegation,
    switch_principal,
)
from wenzhou.kernel.identity.services.opening import activate, open_account, require_counter
from wenzhou.kernel.identity.services.posts import end_post, give_post
from wenzhou.kernel.identity.services.real_name import verify_real_name

__all__ = [
    "accept_delegation",
    "activate",
    "end_post",
    "end_session",
    "give_post",
    "lock",
    "offer_delegation",
    "open_account",
    "require_counter",
    "revoke_delegation",
    "switch_principal",
    "unlock",
    "verify_real_name",
]
