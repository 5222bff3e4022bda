"""Jobs of the exchange."""

from __future__ import annotations

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.services import sync_uses


def sync() -> None:
    """After an upgrade the manifests may ask for something new."""
    sync_uses(Actor.system("exchange.sync-uses"))


SYNC = Job(
    name="exchange.sync-uses",
    title=Text("汇集数据使用申请", "Collect applications to use data"),
    run=sync,
    cron="*/15 * * * *",
)
