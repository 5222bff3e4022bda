"""Every declared register: its fields stand in its model, its data elements in the catalogue, its owners among the offices."""

from __future__ import annotations

import pytest
from django.db import models

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.identity.api import FUNCTION_TITLES
from wenzhou.kernel.registers.api import registers
from wenzhou.kernel.registers.declarations import DataElement, Register

ALL = registers()


def test_there_are_registers_and_their_codes_differ() -> None:
    assert {one.code for one in ALL} >= {"person", "organisation"}
    assert len({one.code for one in ALL}) == len(ALL)


@pytest.mark.parametrize("register", ALL, ids=lambda one: one.code)
def test_a_field_leads_to_a_column(register: Register) -> None:
    for field in register.fields:
        model: type[models.Model] = register.model
        *steps, column = field.column.split("__")
        for step in steps:
            related = model._meta.get_field(step).related_model
            assert isinstance(related, type) and issubclass(related, models.Model)
            model = related
        found = model._meta.get_field(column)
        assert found.concrete, (register.code, field.name)
        longest = getattr(found, "max_length", None)
        assert not (longest and field.element.length) or field.element.length <= longest, field.name


@pytest.mark.parametrize("register", ALL, ids=lambda one: one.code)
def test_an_office_answers_for_every_field_by_some_law(register: Register) -> None:
    for field in register.fields:
        assert field.owner in FUNCTION_TITLES, field.owner
        assert field.basis.zh and field.basis.en


def test_one_code_is_one_data_element() -> None:
    elements = [*registry.declared(DataElement), *(field.element for one in ALL for field in one.fields)]
    by_code: dict[str, DataElement] = {}
    for element in elements:
        assert by_code.setdefault(element.code, element) is element, element.code
