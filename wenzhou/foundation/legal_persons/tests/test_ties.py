"""Relation paths: shares multiplied, majorities in a chain, networks and shortest ways; rings do not loop."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from wenzhou.foundation.legal_persons.models import Role, Shareholding
from wenzhou.foundation.legal_persons.relations.control import below, controlled, controllers
from wenzhou.foundation.legal_persons.relations.ties import Tie, around
from wenzhou.foundation.legal_persons.relations.walk import shortest, within
from wenzhou.foundation.legal_persons.testing import hold, make_branch, make_officer, register_firm
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.identity.testing import make_person

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)


def shares(organisation):
    return {
        one.party: (round(one.share, 6), one.beneficial, one.controls)
        for one in controllers(organisation.id, ON)
    }


def test_parts_are_multiplied_along_all_ways():
    boss, other = make_person(), make_person()
    top, left, right, firm = (register_firm(representative=boss) for _ in range(4))
    hold(top, (boss, 60), (other, 40))
    hold(left, (top, 50), (other, 50))
    hold(right, (top, 80), (boss, 20))
    hold(firm, (left, 50), (right, 50))
    found = shares(firm)
    # boss: 0.5*0.5*0.6 + 0.5*0.8*0.6 + 0.5*0.2 ; other: 0.5*(0.5 + 0.5*0.4) + 0.5*0.8*0.4
    assert found[boss.id] == (0.49, True, False)
    assert found[other.id] == (0.51, True, False)
    assert found[top.id][0] == 0.65
    assert sum(found[person.id][0] for person in (boss, other)) == pytest.approx(1)


def test_majorities_control_through_a_chain_though_the_product_is_small():
    boss, rest = make_person(), make_person()
    chain = [register_firm(representative=boss) for _ in range(4)]
    hold(chain[0], (boss, 51), (rest, 49))
    for above_it, one in pairwise(chain):
        hold(one, (above_it, 51), (rest, 49))
    found = shares(chain[3])
    assert found[boss.id] == (0.067652, False, True)
    assert found[rest.id][2] is False
    edges, cut = below(boss.id, ON)
    assert not cut
    assert set(controlled(boss.id, edges)) == {one.id for one in chain}


def test_minorities_that_one_party_holds_together_are_a_majority():
    boss, rest = make_person(), make_person()
    left, right, firm = (register_firm(representative=boss) for _ in range(3))
    hold(left, (boss, 60), (rest, 40))
    hold(right, (boss, 60), (rest, 40))
    hold(firm, (left, 30), (right, 30), (rest, 40))
    assert shares(firm)[boss.id] == (0.36, True, True)


def test_rings_are_summed_and_do_not_loop():
    boss = make_person()
    one, other = register_firm(representative=boss), register_firm(representative=boss)
    hold(one, (boss, 90), (other, 10))
    hold(other, (one, 100))
    found = shares(other)
    assert found[boss.id] == (1.0, True, True), "0.9 + 0.9·0.1 + 0.9·0.01 + …"
    closed = [register_firm() for _ in range(3)]
    for at, firm in enumerate(closed):
        hold(firm, (closed[at - 1], 100))
    assert not [c for c in controllers(closed[0].id, ON) if c.person], "nobody stands outside this ring"
    assert len(within(closed[0].id, 6, ON, (Tie.SHARE,)).distance) == 3


def test_a_network_by_steps_kinds_and_days():
    boss, chair = make_person(), make_person()
    top, firm = register_firm(representative=boss), register_firm(representative=boss)
    hold(firm, (top, 100), since=date(2020, 1, 1))
    branch = make_branch(firm)
    make_officer(firm, chair, Role.CHAIR)
    with at_most_queries(1):
        near = within(firm.id, 1, ON)
    assert set(near.distance) == {firm.id, top.id, boss.id, branch.id, chair.id}
    with at_most_queries(2):
        only_branches = within(firm.id, 2, ON, (Tie.BRANCH,))
    assert set(only_branches.distance) == {firm.id, branch.id}
    assert top.id not in within(firm.id, 1, date(2019, 1, 1), (Tie.SHARE,)).distance
    assert within(firm.id, 3, ON, most=2).cut
    assert around((), ON) == []


def test_the_shortest_way_is_walked_from_both_ends():
    people = [make_person() for _ in range(4)]
    firms = [register_firm(representative=people[at]) for at in range(4)]
    for at in (1, 2, 3):
        make_officer(firms[at], people[at - 1])
    with at_most_queries(8):
        way = shortest(people[0].id, firms[3].id, ON)
    assert way.edges is not None
    here = people[0].id
    for edge in way.edges:
        assert here in (edge.source, edge.target), "each tie begins where the last one ended"
        here = edge.target if edge.source == here else edge.source
    assert here == firms[3].id
    assert len(way.edges) == 5
    nowhere = shortest(people[0].id, make_person().id, ON)
    assert (nowhere.edges, nowhere.complete) == (None, True)
    assert shortest(people[0].id, people[0].id, ON).edges == ()
    assert not shortest(people[0].id, firms[3].id, ON, most=3).complete
    assert not shortest(people[0].id, firms[3].id, ON, seconds=0).complete
    assert shortest(people[0].id, firms[3].id, ON, (Tie.BRANCH,)).edges is None


def test_shares_are_of_all_holders_of_the_day():
    one, other, firm = make_person(), make_person(), register_firm()
    hold(firm, (one, 25), (other, 75))
    (edge,) = around((one.id,), ON, (Tie.SHARE,))
    assert edge.share == 0.25
    Shareholding.objects.filter(holder=other.id).update(valid_to=date(2020, 1, 1))
    (edge,) = around((one.id,), ON, (Tie.SHARE,))
    assert edge.share == 1.0
