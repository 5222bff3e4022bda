"""HTTP API of life events: one operation for each, once for its key."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import create_model

from wenzhou.foundation.population.acts import ACTS, Act
from wenzhou.foundation.population.permissions import MAINTAIN_PERSONS
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text


class EventOut(Schema):
    """A registered life event. ``repeated``: the key was used for the same before, and nothing was done now."""

    event: UUID
    kind: str
    on: date
    person: UUID | None
    household: UUID | None
    changes: list[str]
    repeated: bool


def _endpoint(act: Act) -> Endpoint:
    """The operation of an act; its body is ``key`` and the request of the service, as ``event``."""
    name = act.kind.replace("-", "_")
    body: Any = create_model(
        f"{act.request.__name__}In", __base__=Schema, key=(str, ...), event=(act.request, ...)
    )

    def post(request: HttpRequest, body: Any) -> EventOut:
        done = act.run(actor_of(request).actor, body.event, key=body.key)
        return EventOut(
            event=done.event,
            kind=done.kind,
            on=done.on,
            person=done.person,
            household=done.household,
            changes=[str(one) for one in done.changes],
            repeated=done.repeated,
        )

    # ninja reads body and name of the operation from the function.
    post.__annotations__["body"] = body
    post.__name__ = f"post_{name}"
    return Endpoint(
        method="POST",
        path=f"/events/{act.kind}",
        view=post,
        summary=Text(f"办理{act.title.zh}", f"Register: {act.title.en.lower()}"),
        response=EventOut,
        permission=MAINTAIN_PERSONS,
    )


EVENT_ENDPOINTS = tuple(_endpoint(act) for act in ACTS.values())
