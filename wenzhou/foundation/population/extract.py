"""The printed extract of a person (户籍查询单): who she is and where she is registered, and under which law."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from wenzhou.foundation.population.models import HouseholdVersion
from wenzhou.foundation.population.selectors import household_of
from wenzhou.foundation.population.words import RELATIONS
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.declarations import ExtractForm


def registration(person: UUID, on: date, known_at: datetime | None) -> list[tuple[Text, str]]:
    """Her household, her relation to its head, and where it is; nothing for who belongs to none on that day."""
    home = household_of(person, on, known_at)
    if home is None:
        return []
    said = [
        (Text("户号", "Household"), home.household.number),
        (Text("与户主关系", "Relation to the head"), RELATIONS[home.relation].zh),
        (Text("户籍登记日期", "Registered there since"), f"{home.valid_from:%Y-%m-%d}"),
    ]
    place = as_of(HouseholdVersion.objects.filter(household=home.household_id), on, known_at).first()
    if place is not None:
        said.append((Text("户籍地址", "Registered address"), place.address))
    return said


EXTRACT = ExtractForm(
    title=Text("户籍信息查询单", "Extract from the register of persons"),
    basis=Text("户口登记条例 第四条", "Regulations on household registration, art. 4"),
    fields=("number", "name", "sex", "born", "ethnicity"),
    shown=("number", "name", "sex"),
    more=registration,
    more_fields=("household", "relation", "address"),
)
