"""Towns are coded anew: households, firms and addresses follow, what was before stays."""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from typing import Any

import pytest

from wenzhou.foundation.legal_persons.testing import OrganisationVersion, register_firm
from wenzhou.foundation.places.testing import AddressVersion, make_address
from wenzhou.foundation.population.testing import make_household
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.geo.testing import DivisionFollowing, load_city
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.registers.api import as_of

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 1)
BEFORE = ON - timedelta(days=1)
OLD, NEW = "330302006044", "330302099044"


def merge(*moves: geo.Move) -> None:
    kind = geo.ChangeKind.MERGED if len(moves) > 1 else geo.ChangeKind.RECODED
    geo.reorder(actor_with(DATA_OFFICER), kind, ON, moves, basis="测试文件第 1 号")


def divisions(model: Any, on: date) -> set[str]:
    return set(as_of(model.objects.all(), on).values_list("division", flat=True))


def test_all_registers_follow_and_what_was_before_stays() -> None:
    load_city()
    household = make_household(division=OLD)
    register_firm(division=OLD)
    make_address(division=OLD)
    make_address("甲大道", division=OLD[:9])
    merge(geo.Move(OLD[:9], NEW[:9]))
    geo.follow_due()
    household.refresh_from_db()
    assert household.division == NEW
    assert (divisions(OrganisationVersion, BEFORE), divisions(OrganisationVersion, ON)) == ({OLD}, {NEW})
    assert divisions(AddressVersion, BEFORE) == {OLD, OLD[:9]}
    assert divisions(AddressVersion, ON) == {NEW, NEW[:9]}
    assert not DivisionFollowing.objects.filter(done_at=None).exists()
    rows = AddressVersion.objects.count()
    geo.follow_due()
    assert AddressVersion.objects.count() == rows, "a second run has nothing to do"


def test_it_goes_on_where_it_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    load_city()
    for n in range(5):
        make_address(f"第{n}测试路", division=OLD)
    monkeypatch.setattr("wenzhou.kernel.registers.following.BATCH", 2)
    merge(geo.Move(OLD[:9], NEW[:9]))
    following = importlib.import_module("wenzhou.kernel.registers.following")
    batches: list[int] = []

    def killed(*args: Any) -> Any:
        batches.append(1)
        if len(batches) == 2:
            raise KeyboardInterrupt
        return real(*args)

    real = following._rewrite
    monkeypatch.setattr(following, "_rewrite", killed)
    with pytest.raises(KeyboardInterrupt):
        geo.follow_due()
    assert as_of(AddressVersion.objects.filter(division=NEW), ON).count() == 2
    monkeypatch.setattr(following, "_rewrite", real)
    geo.follow_due()
    assert divisions(AddressVersion, ON) == {NEW}
    assert sum(DivisionFollowing.objects.values_list("moved", flat=True)) == 5


def test_a_name_borne_twice_stays_behind_and_is_named() -> None:
    load_city()
    first, second = OLD, geo.villages("330303")[0].code
    register_firm(name="温州同名餐饮有限公司", division=first)
    register_firm(name="温州同名餐饮有限公司", division=second)
    register_firm(name="温州异名餐饮有限公司", division=second)
    merge(geo.Move("330303", "330302"), geo.Move("330305", "330302"))
    geo.follow_due()
    refused = [one for row in DivisionFollowing.objects.all() for one in row.refused]
    assert len(refused) == 1
    left = as_of(OrganisationVersion.objects.filter(division=second), ON).get()
    assert str(left.id) == refused[0] and left.name == "温州同名餐饮有限公司"
    assert as_of(OrganisationVersion.objects.exclude(division=second), ON).count() == 2


def test_an_order_of_tomorrow_waits() -> None:
    load_city()
    make_address(division=OLD)
    tomorrow = date.today() + timedelta(days=1)
    move = geo.Move(OLD[:9], NEW[:9])
    geo.reorder(actor_with(DATA_OFFICER), geo.ChangeKind.RECODED, tomorrow, (move,), basis="测试文件")
    geo.follow_due()
    assert divisions(AddressVersion, tomorrow) == {OLD}
    assert DivisionFollowing.objects.filter(done_at=None).exists()
