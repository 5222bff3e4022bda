"""Writing the audit: one line per act, in the transaction of the act."""

from __future__ import annotations

from typing import Any, Literal

from django.db import models
from psycopg.types.json import Jsonb

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.statements import Insertion, insert

Outcome = Literal["done", "refused", "failed"]

# All but "at", which is the database's clock.
_COLUMNS = (
    "id",
    "actor",
    "actor_name",
    "acting_for",
    "offices",
    "action",
    "object_type",
    "object_id",
    "purpose",
    "outcome",
    "request_id",
    "detail",
)
_ROW = Insertion(AuditEntry._meta.db_table, _COLUMNS)


def record(
    actor: Actor,
    action: str,
    target: models.Model | None = None,
    *,
    purpose: Purpose | None = None,
    outcome: Outcome = "done",
    **detail: Any,
) -> None:
    """Write that ``actor`` did ``action`` (``module.verb``) to ``target``.

    ``detail`` is JSON: what changed, never whole documents, never another person's data.
    """
    insert(
        _ROW,
        {
            "id": uuid7(),
            "actor": actor.account,
            "actor_name": actor.name,
            "acting_for": actor.organisation,
            "offices": ",".join(sorted(actor.offices)),
            "action": action,
            "object_type": target._meta.label_lower if target is not None else "",
            "object_id": str(target.pk) if target is not None else "",
            "purpose": purpose.code if purpose else "",
            "outcome": outcome,
            "request_id": actor.request_id,
            "detail": Jsonb(detail),
        },
    )
