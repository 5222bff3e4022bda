"""For the tests of other modules: what they ask to use is granted."""

from __future__ import annotations

from collections.abc import Callable

from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.exchange.demo import load
from wenzhou.kernel.exchange.models import Grant, GrantState


def grant_all() -> None:
    """Grant everything that the manifests ask for, as the demonstration city does."""
    load(0, lambda _: None)


def revoke_all() -> None:
    """Take every grant back."""
    Grant.objects.update(state=GrantState.REVOKED)


SAMPLES: dict[str, Callable[[], Sample]] = {"resource": lambda: Sample({"code": "person-profile"})}
