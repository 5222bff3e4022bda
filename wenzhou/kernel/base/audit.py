"""Writing the audit: one line per act, in the transaction of the act."""

from __future__ import annotations

from typing import Any, Literal

from django.db import models
from psycopg.types.json import Jsonb

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.statements import insertion, run

Outcome = Literal["done", "refused", "failed"]

# The order of record(); "at" is the database's clock.
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
_INSERT = insertion(AuditEntry._meta.db_table, _COLUMNS)


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
    run(
        _INSERT,
        (
            uuid7(),
            actor.account,
            actor.name,
            actor.organisation,
            ",".join(sorted(actor.offices)),
            action,
            target._meta.label_lower if target is not None else "",
            str(target.pk) if target is not None else "",
            purpose.code if purpose else "",
            outcome,
            actor.request_id,
            Jsonb(detail),
        ),
    )
