"""The demonstration city grants what the manifests ask for."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from wenzhou.kernel.base.actors import DATA_OFFICER, Actor, Post
from wenzhou.kernel.base.text import t
from wenzhou.kernel.exchange import services
from wenzhou.kernel.exchange.models import Grant, GrantState


def load(_persons: int, say: Callable[[str], None]) -> None:
    """Collect the applications and grant them; running it again grants nothing twice."""
    officer = Actor(name="exchange.demo", posts=(Post(DATA_OFFICER.code),))
    services.sync_uses(officer)
    with transaction.atomic():
        waiting = Grant.objects.select_for_update().filter(state=GrantState.APPLIED)
        granted = [services.grant(officer, grant_id) for grant_id in waiting.values_list("id", flat=True)]
    say(t("已授权 {n} 项数据使用", "{n} uses of data granted", n=len(granted)))
