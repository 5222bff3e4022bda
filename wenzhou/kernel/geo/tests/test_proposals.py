from datetime import date, timedelta

import pytest
from django.urls import reverse

from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, NotFound, Refused
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api, directory, proposals
from wenzhou.kernel.geo.contracts import ChangeKind
from wenzhou.kernel.geo.models import DivisionOrder, DivisionProposal
from wenzhou.kernel.geo.orders import Move
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office

ON = date(2026, 3, 1)
WUMA = "330302006"
MOVES = (Move(WUMA, "330302099"),)


def propose(actor, key="k"):
    return proposals.propose(actor, key, ChangeKind.RECODED, ON, MOVES, basis="测试文件第 1 号")


@pytest.fixture
def clerk(city):
    make_office("civil", function="civil-affairs", area="3303")
    return actor_with(CLERK, office="civil")


def test_entered_by_one_confirmed_by_another(clerk):
    row = propose(clerk)
    assert propose(clerk) == row and DivisionProposal.objects.count() == 1
    assert api.division(WUMA, ON) is not None, "nothing has changed yet"
    seen = proposals.preview(clerk, ChangeKind.RECODED, ON, MOVES, basis=row.basis)
    assert (WUMA, "330302099") in seen.codes and len(seen.codes) > 10
    assert not DivisionOrder.objects.exists() and api.division("330302099", ON) is None
    with pytest.raises(Refused):
        proposals.confirm(clerk, row.id)
    officer = actor_with(DATA_OFFICER)
    done = proposals.confirm(officer, row.id)
    assert done.order is not None and proposals.confirm(officer, row.id).order == done.order
    assert api.division(WUMA, ON) is None and api.division("330302099", ON) is not None
    with pytest.raises(Conflict):
        proposals.withdraw(clerk, row.id)
    with pytest.raises(NotFound):
        propose(clerk, "again")


def test_withdrawn_and_who_may(clerk):
    row = propose(clerk)
    for act in (
        propose,
        lambda who: proposals.confirm(who, row.id),
        lambda who: proposals.open_proposals(who),
    ):
        with pytest.raises(Refused):
            act(actor_with(CITIZEN))
    proposals.withdraw(clerk, row.id)
    with pytest.raises(Conflict):
        proposals.confirm(actor_with(DATA_OFFICER), row.id)


def test_on_the_pages(clerk):
    client, officer = client_for(clerk), client_for(actor_with(DATA_OFFICER))
    form = {"kind": "split", "on": "2026-03-01", "basis": "温政函〔2026〕1 号", "key": "p"}
    bad = client.post(reverse("geo:new-order"), form | {"old-0": WUMA, "new-0": "330302097", "share-0": "x"})
    assert bad.status_code == 422 and "比例应为" in bad.content.decode()
    village = api.children(WUMA, ON - timedelta(days=1))[0].code
    moved = {"old-0": WUMA, "new-0": "330302023", "villages-0": village}
    done = client.post(reverse("geo:new-order"), form | moved)
    assert done.status_code == 302
    page = client.get(done["Location"]).content.decode()
    assert village in page and "请由另一位经办人确认" in page and "户所在区划" in page
    assert "温政函" in officer.get(reverse("geo:orders")).content.decode()
    assert client.post(done["Location"], {"act": "confirm"}).status_code == 422
    assert officer.post(done["Location"], {"act": "confirm"}).status_code == 302
    after = officer.get(done["Location"]).content.decode()
    assert "确认人" in after and "记录更新进度" in after
    place = api.resolve(village, ON)
    assert place is not None and place.parent_code == "330302023"
    division = client.get(reverse("geo:division", args=[place.code])).content.decode()
    assert "前身区划" in division and village in division


def test_a_day_is_shown_as_exactly_as_it_is_known(city):
    imprecise = [c for c in directory.directory().changes if c.precision == "year"]
    page = client_for(None).get(reverse("geo:division", args=[imprecise[0].new_code])).content.decode()
    assert f"{imprecise[0].on:%Y-%m-%d}</td>" not in page
    assert f"<td>{imprecise[0].on:%Y}</td>" in page


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_carry_it_out_once():
    load_city()
    row = propose(actor_with(DATA_OFFICER))
    others = [actor_with(DATA_OFFICER), actor_with(DATA_OFFICER)]
    outcomes = at_once(*[lambda who=who: proposals.confirm(who, row.id) for who in others])
    directory.forget()
    assert outcomes[0].order == outcomes[1].order and DivisionOrder.objects.count() == 1


class TestPlaced:
    LONGGANG, CANGNAN = "330383", "330327"
    THEN, NOW = date(2015, 1, 1), date(2026, 1, 1)

    def test_longgang_of_2019(self, city):
        assert api.place(self.LONGGANG, self.NOW, self.THEN, digits=6) == {self.CANGNAN: 1.0}
        village = api.villages(self.LONGGANG)[0].code
        # A record of 2015 that carries the code of today: then it was Cangnan, today it is Longgang.
        assert api.place(village, self.THEN, self.THEN, digits=6) == {self.CANGNAN: 1.0}
        assert api.place(village, self.THEN, self.NOW, digits=6) == {self.LONGGANG: 1.0}
        # What Cangnan counted before the split, nobody has said how much of it was Longgang's.
        found = api.placed({self.CANGNAN: 900, "330302": 100}, self.THEN, self.NOW, digits=6)
        assert (found.counts, found.unplaced) == ({"330302": 100}, {self.CANGNAN: 900})
        assert api.place(village, self.THEN, self.THEN, digits=9) == {}

    def test_a_made_merge_and_a_made_split(self, city):
        officer = actor_with(DATA_OFFICER)
        one, other, before = "330302023", "330302024", ON - timedelta(days=1)
        old = api.children(one, before)[0].code
        api.reorder(officer, ChangeKind.MERGED, ON, (Move(one, other),), basis="测试")
        assert api.place(one, before, ON, digits=9) == {other: 1.0}
        assert api.place(old, before, ON, digits=9) == {other: 1.0}
        successor = api.resolve(old, ON)
        assert successor is not None
        assert api.place(successor.code, ON, before, digits=9) == {one: 1.0}, (
            "villages know where they came from"
        )
        assert api.place(other, ON, before, digits=9) == {}, "of the whole, nobody has said"
        assert api.place(other, ON, before, digits=6) == {"330302": 1.0}
        villages = [place.code for place in api.children(WUMA, before)]
        move = Move(WUMA, "330302097", Text("新街道", "New"), villages=(villages[0],))
        api.reorder(officer, ChangeKind.SPLIT, ON, (move,), basis="测试")
        assert api.place(WUMA, before, ON, digits=9) == {}
        assert api.place(villages[0], before, ON, digits=9) == {"330302097": 1.0}
        assert api.place(villages[1], before, ON, digits=9) == {WUMA: 1.0}
