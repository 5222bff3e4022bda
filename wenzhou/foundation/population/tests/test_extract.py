"""The extract of a person: household and relation on it, issued by the page, verified by anybody."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.population import services as act
from wenzhou.foundation.population.extract import registration
from wenzhou.foundation.population.models import Relation
from wenzhou.foundation.population.register import PERSONS_REGISTER
from wenzhou.foundation.population.testing import make_household, register, registrar
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import client_for

pytestmark = pytest.mark.django_db


def test_what_it_says_is_the_same_for_ever():
    load_city()
    home = make_household()
    person, police = register(household=home, relation=Relation.HEAD), registrar()
    then = timezone.now()
    before = registration(person.id, date(2026, 6, 1), then)
    assert [text for _, text in before][:2] == [home.number, "户主"] and home.address in before[3][1]
    moved = act.Rehousing(
        household=home.number, on=date(2026, 4, 1), division="330302006044", address="浙江省温州市新路 9 号"
    )
    act.move_household(police, moved, key="h")
    assert registration(person.id, date(2026, 6, 1), then) == before
    assert registration(person.id, date(2026, 6, 1), None)[3][1] == moved.address


def test_it_is_issued_from_the_persons_page_and_verified_by_its_code_masked():
    person, police = register(name="欧阳芷若"), registrar()
    page = client_for(police).get(reverse("population:person", args=[person.id])).content.decode()
    assert reverse("registers:extract", args=["person", person.id]) in page
    take = reverse("registers:extract", args=["person", person.id])
    client_for(police).post(
        take, {"purpose": PERSONS_REGISTER.purposes[0].code, "on": str(timezone.localdate())}
    )
    code = apps.get_model("registers", "Extract").objects.get().code
    shown = Client().get(reverse("registers:verify-extract", kwargs={"code": code})).content.decode()
    assert "欧阳芷若" not in shown and person.number not in shown and "欧" in shown
