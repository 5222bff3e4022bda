"""Made networks: amounts add up on every day, rings and groups are among them, everything is marked as made."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from wenzhou.foundation.legal_persons.generator import BLOCK, Firms
from wenzhou.foundation.legal_persons.generator_networks import records
from wenzhou.foundation.legal_persons.tests.test_made_firms import ON, WORLD


@pytest.fixture(scope="module")
def made():
    return list(records(Firms(WORLD, 2 * BLOCK + 10, seed=1, on=ON)))


def days(record) -> set[date]:
    turns = {one.since for one in record.holdings} | {one.until for one in record.holdings if one.until}
    before = {turn - timedelta(days=1) for turn in turns if turn > record.firm.established}
    return {record.firm.established, ON} | before | turns


def test_amounts_add_up_on_every_day(made):
    for record in made:
        for day in days(record):
            held = [h for h in record.holdings if h.since <= day and (h.until is None or h.until > day)]
            assert sum(one.amount for one in held) == record.firm.capital
            assert all(one.amount > 0 for one in held)
            keys = [(one.holder, one.by_firm) for one in held]
            assert len(keys) == len(set(keys))
            assert record.firm.serial not in [one.holder for one in held if one.by_firm]


def test_there_are_groups_chains_rings_branches_and_serial_founders(made):
    held = {(h.holder, h.firm) for record in made for h in record.holdings if h.by_firm}
    assert max(Counter(holder for holder, _ in held).values()) >= 8, "a holding company of a group"
    assert held & {(firm, holder) for holder, firm in held}, "firms that hold each other"
    assert {firm for _, firm in held} & {holder for holder, _ in held}, "chains"
    assert sum(len(record.branches) for record in made) > 50
    represented = Counter(record.firm.representative for record in made)
    assert max(represented.values()) > 1
    codes = [b.code for record in made for b in record.branches] + [record.firm.code for record in made]
    assert len(codes) == len(set(codes))


def test_who_leads_does_not_supervise(made):
    for record in made:
        leads = {one.person for one in record.officers if one.role != "supervisor"}
        assert not leads & {one.person for one in record.officers if one.role == "supervisor"}


def test_more_begin_with_fewer(made):
    assert list(records(Firms(WORLD, BLOCK, seed=1, on=ON))) == made[:BLOCK]
