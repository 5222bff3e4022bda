"""The whole demonstration city, small: loaded twice it is the same, and its people are who they say."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from wenzhou.kernel.identity import selectors
from wenzhou.kernel.identity.declarations import represented_by
from wenzhou.kernel.identity.models import Account, Delegation, Organisation, Person

PERSONS = 300


def load() -> str:
    out = StringIO()
    call_command("load_city", "--persons", str(PERSONS), stdout=out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_city_is_the_same_when_it_is_loaded_again():
    said = load()
    assert "统一身份" in said
    models = (Person, Organisation, Account, Delegation)
    first = [model.objects.count() for model in models]
    load()
    assert [model.objects.count() for model in models] == first
    assert first[0] >= PERSONS

    # The citizens and the agent are people of the register, and the agent acts for one of its firms.
    assert not Account.objects.filter(username__in=["citizen", "agent"], person=None).exists()
    delegation = Delegation.objects.get(agent__username="agent")
    assert delegation.organisation is not None
    assert delegation.organisation.made

    # Legal representatives act for their firms; no delegation is needed.
    firms = {person: represented_by(person) for person in Person.objects.values_list("id", flat=True)}
    represented = {person: ids for person, ids in firms.items() if ids}
    assert represented
    person, ids = next(iter(represented.items()))
    account = Account.objects.create_user("boss", "boss@example.test", person_id=person, name="x")
    assert all(selectors.may_act_for(account, one) for one in ids)
    assert [str(name) for _, name in selectors.areas_of_offices(selectors.office_directory())] == [
        "温州市",
        "鹿城区",
        "瓯海区",
    ]
