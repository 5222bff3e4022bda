"""Changes of what is registered of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.selectors import profile
from wenzhou.foundation.population.services.common import (
    REGISTER,
    SOURCE,
    check_day,
    check_values,
    in_area,
    may_maintain,
)
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.identity.api import rename_person
from wenzhou.kernel.registers.api import change, lock, tell_changed
from wenzhou.kernel.registers.contracts import PersonQuery


def register_change(
    actor: Actor,
    person_id: UUID,
    valid_from: date,
    values: Mapping[str, Any],
    *,
    source: str = SOURCE,
    case: UUID | None = None,
) -> PersonVersion:
    """From a day on the person has another name, telephone, sex or ethnicity.

    Raises Refused, NotFound, Invalid (a value or the day cannot be). The same change again does nothing.
    """
    may_maintain(actor, values)
    check_values(values)
    with transaction.atomic():
        lock(PersonVersion, person_id)
        current = profile(PersonQuery(id=person_id))
        in_area(actor, current.division or "")
        check_day(valid_from, not_before=current.born)
        row = change(PersonVersion, person_id, valid_from, values, actor=actor, source=source, case=case)
        if "name" in values:
            sound_out([row.name])
            if row.valid_to is None:
                rename_person(person_id, row.name)
        audit.record(actor, "population.change", row, person=str(person_id), fields=sorted(values))
        tell_changed(actor, REGISTER, person_id, values, valid_from)
    return row
