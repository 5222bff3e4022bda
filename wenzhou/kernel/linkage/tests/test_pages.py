"""Pages: what a clerk sees, what she may, what a decision leaves; masked unless a purpose is stated."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from wenzhou.kernel.base.actors import AUDITOR, CLERK, DATA_OFFICER, HEAD, Actor
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.testing import at_most_queries, at_once
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office, make_person
from wenzhou.kernel.linkage import entities, selectors
from wenzhou.kernel.linkage.declarations import LinkageSource
from wenzhou.kernel.linkage.differences import marked
from wenzhou.kernel.linkage.models import MadeTruth, Pair, RecordLink, Review, ReviewState, Run
from wenzhou.kernel.linkage.reviewing import counts, worklist
from wenzhou.kernel.linkage.selectors import entity_of
from wenzhou.kernel.linkage.services.review import claim, ends, take_next
from wenzhou.kernel.linkage.testing import SAMPLES, made_doubt, made_list
from wenzhou.kernel.registers.api import mask_number
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db


def clerk(role: Any = CLERK, *, office: str = "data", area: str = "3303") -> Actor:
    return actor_with(role, office=office, area=area)


def get(actor: Actor, page: str, *arguments: object, query: str = "") -> Any:
    return client_for(actor).get(reverse(f"linkage:{page}", args=arguments) + query)


def post(actor: Actor, page: str, *arguments: object, **given: Any) -> Any:
    return client_for(actor).post(reverse(f"linkage:{page}", args=arguments), given)


def test_differences_are_marked_and_stay_hidden_under_the_mask() -> None:
    left, right = marked("330302199001011234", "330302199001011324", mask_number)
    assert "".join(part.text for part in left) == "3303**********1234"
    assert [part.text for part in left if part.differs] != []
    assert "".join(part.text for part in right) == "3303**********1324"
    assert marked("陈", "", None) == ((("陈", False),), ())
    assert [part.differs for part in marked("陈海燕", "陈海艳")[0]] == [False, True]


def test_the_pair_is_masked_until_a_purpose_is_stated_and_each_reading_is_written_down() -> None:
    row, who = made_doubt(), clerk()
    page = get(who, "pair", row.id).content.decode()
    assert "陈**" in page.replace("<mark>", "").replace("</mark>", "")
    assert "陈海" not in page
    assert "19900101" not in page
    entry = AuditEntry.objects.get(action="linkage.read-lines")
    assert (entry.purpose, entry.detail["masked"], len(entry.detail["records"])) == ("linkage.look", True, 2)
    page = post(who, "pair", row.id, purpose="linkage.judge").content.decode()
    assert "陈海<mark>燕</mark>" in page
    entry = AuditEntry.objects.filter(action="linkage.read-lines").latest("at")
    assert (entry.purpose, entry.detail["masked"]) == ("linkage.judge", False)
    assert post(who, "pair", row.id, purpose="curiosity").status_code == 422


def test_of_a_person_whom_the_city_knows_the_reading_stands_in_her_journal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wenzhou.kernel.linkage import showing

    row, known = made_doubt(), UUID(int=77)
    left, _ = ends(row)
    monkeypatch.setattr(showing, "persons_of", lambda records: {left: known})
    get(clerk(), "pair", row.id)
    line = AccessEntry.objects.get(subject_person=known)
    assert (line.resource, line.consumer, line.masked, line.purpose) == (
        left.source,
        "linkage",
        True,
        "linkage.look",
    )


def test_take_decide_and_go_on_to_the_next() -> None:
    first, second, who = made_doubt(), made_doubt(), clerk()
    response = post(who, "worklist")
    assert response.headers["Location"] == reverse("linkage:pair", args=[first.id])
    response = post(who, "pair", first.id, act="same", ground="papers", note="户口簿一致")
    assert response.headers["Location"] == reverse("linkage:pair", args=[second.id])
    first.refresh_from_db()
    assert first.act is not None
    assert (first.state, first.ground, first.act.reason) == ("same", "papers", "已查阅原件或档案；户口簿一致")
    response = post(who, "pair", second.id, act="different", ground="other")
    assert response.status_code == 422
    assert "请写明依据" in response.content.decode()
    response = post(who, "pair", second.id, act="next")
    assert response.headers["Location"] == reverse("linkage:worklist")
    second.refresh_from_db()
    assert second.state == ReviewState.OPEN
    decided = get(who, "decisions").content.decode()
    assert "已查阅原件或档案" in decided
    assert "户口簿一致" in decided


def test_a_weighty_merge_is_confirmed_by_the_head() -> None:
    row, who, head = made_doubt(weighty=True), clerk(), clerk(HEAD)
    claim(who, row.id)
    post(who, "pair", row.id, act="same", ground="records")
    assert "同意合并" not in get(who, "pair", row.id).content.decode()
    assert post(who, "pair", row.id, act="agree").status_code == 403
    assert entity_of(ends(row)[0]) is None
    assert "同意合并" in get(head, "pair", row.id).content.decode()
    post(head, "pair", row.id, act="agree")
    assert entity_of(ends(row)[0]) == entity_of(ends(row)[1]) is not None


def test_only_ones_own_office_and_area() -> None:
    row = made_doubt()
    make_office("elsewhere", area="3303")
    for other in (clerk(office="elsewhere"), clerk(area="330304")):
        assert get(other, "pair", row.id).status_code == 404
        assert post(other, "pair", row.id, purpose="linkage.judge").status_code == 404
        assert post(other, "pair", row.id, act="take").status_code == 403
        assert "陈" not in get(other, "worklist").content.decode()
        assert post(other, "worklist").headers["Location"] == reverse("linkage:worklist")
    assert "linkage/review/" in get(clerk(), "worklist").content.decode()
    assert not AuditEntry.objects.filter(action="linkage.read-lines", actor=other.account).exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_ask_at_once_get_two_pairs() -> None:
    one, other = made_doubt(), made_doubt()
    first, second = clerk(), clerk()
    taken = at_once(lambda: take_next(first), lambda: take_next(second))
    assert {row.id for row in taken} == {one.id, other.id}
    assert take_next(first) == taken[0]


def test_the_worklist_asks_no_more_for_more_pairs() -> None:
    who = clerk()
    row = made_doubt()
    left, _ = ends(row)
    numbers = [{"name": f"陈{n}"} for n in range(8)]
    for n, key in enumerate(made_list("more", "data", numbers)):
        Review.objects.create(
            left_source=left.source,
            left_key=left.key,
            right_source="list.more",
            right_key=key,
            reason="grey",
            probability=0.5,
            levels=[0] * 6,
            office_id="data",
            area="330302",
            due=row.due,
            weighty=n % 2 == 0,
        )
    with at_most_queries(14):
        _, entries = worklist(who, "open")
        assert counts(who)["open"] == len(entries) == 9


def test_an_entity_is_masked_and_taken_apart_with_a_reason() -> None:
    sample = SAMPLES["entity"]()
    entity = sample.kwargs["entity_id"]
    who = clerk(DATA_OFFICER)
    page = get(who, "entity", entity).content.decode()
    assert "陈**" in page
    assert "陈海" not in page
    assert "陈海燕" in post(who, "entity", entity, purpose="linkage.mend").content.decode()
    assert get(clerk(AUDITOR), "entity", entity).status_code == 200
    assert post(clerk(AUDITOR), "entity", entity, purpose="linkage.mend").status_code == 403
    assert get(clerk(DATA_OFFICER, area="330304"), "entity", entity).status_code == 404
    assert (
        post(clerk(DATA_OFFICER, area="330304"), "entity", entity, act="unmerge", reason="错").status_code
        == 404
    )
    assert post(who, "entity", entity, act="unmerge", reason=" ").status_code == 422
    assert (
        post(who, "entity", entity, act="unmerge", reason="错链", record="list.x nothing").status_code == 422
    )
    assert post(who, "entity", entity, act="unmerge", reason="电话是家里的").status_code == 302
    page = get(who, "entity", entity).content.decode()
    assert "电话是家里的" in page
    assert "这个实体现在没有记录" in page
    assert "电话是家里的" in get(who, "acts").content.decode()


def test_a_person_is_found_by_number_and_the_question_is_written_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, who = make_person(), clerk(DATA_OFFICER)
    source = LinkageSource(
        code="anchored", title=Text("库", "Base"), office=str, select="", show=lambda keys: {}, anchored=True
    )
    monkeypatch.setattr(entities, "sources", lambda: {"anchored": source})
    entity = UUID(int=9)
    assert post(who, "acts", number=person.number).headers["Location"] == reverse("linkage:acts")
    RecordLink.objects.create(source="anchored", key=person.id, entity=entity, opened_by=UUID(int=8))
    found = post(who, "acts", number=f" {person.number.lower()} ")
    assert found.headers["Location"] == reverse("linkage:entity", args=[entity])
    assert AuditEntry.objects.filter(action="linkage.find", detail__person=str(person.id)).count() == 2


def test_a_run_is_started_over_chosen_lists() -> None:
    made_doubt()
    who = clerk(DATA_OFFICER)
    codes = [f"list.{code}" for code in ("more-a", "more-b")]
    for code in ("more-a", "more-b"):
        made_list(code, "data", [])
    wrong = post(who, "runs", sources=codes[:1], kind="full")
    assert wrong.status_code == 422
    assert "请至少选择两个数据源" in wrong.content.decode()
    assert post(who, "runs", sources=codes, kind="sideways").status_code == 422
    response = post(who, "runs", sources=codes, kind="full")
    run = Run.objects.get()
    assert response.headers["Location"] == reverse("linkage:run", args=[run.id])
    assert "等待运行" in get(who, "run", run.id).content.decode()
    assert "名单 more-a" in get(who, "runs").content.decode()
    post(who, "runs", sources=codes, kind="full")
    assert Run.objects.count() == 1
    assert get(clerk(), "runs").status_code == 403


def test_what_another_threshold_would_change() -> None:
    sample, who = SAMPLES["run"](), clerk(DATA_OFFICER)
    run = sample.kwargs["run_id"]
    for probability, band in (
        (0.99, "match"),
        (0.985, "match"),
        (0.97, "grey"),
        (0.5, "grey"),
        (0.995, "grey"),
    ):
        Pair.objects.create(
            run=run,
            left_source="list.a",
            left_key=UUID(int=1),
            right_source="list.b",
            right_key=UUID(int=2),
            weight=1.0,
            probability=probability,
            band=band,
            levels=[0] * 6,
        )
    row = selectors.run(who, run)
    assert selectors.flips(who, row, "0.9") == selectors.Flips(0.9, to_clerks=0, to_links=1, held=1)
    assert selectors.flips(who, row, "0.988") == selectors.Flips(0.988, to_clerks=1, to_links=0, held=1)
    assert get(who, "run", run, query="?match=0.9").status_code == 200
    for wrong in ("nan", "1", "0.1", "x"):
        page = get(who, "run", run, query=f"?match={wrong}")
        assert page.status_code == 422
        assert "请填 0.3 与 1 之间的数" in page.content.decode()


def test_evaluation_against_the_truth_of_made_lists() -> None:
    who = clerk(DATA_OFFICER)
    assert "没有已知答案" in get(who, "evaluation").content.decode()
    sample = SAMPLES["entity"]()
    assert sample.kwargs["entity_id"]
    row = Review.objects.get()
    left, right = ends(row)
    (lost,) = made_list("lost", "data", [{"name": "陈海燕"}])
    for source, key, errors in ((*left, []), (*right, ["slip"]), ("list.lost", lost, ["moved"])):
        MadeTruth.objects.create(source=source, key=key, about=UUID(int=5), errors=errors)
    page = get(who, "evaluation").content.decode()
    assert "100.00%" in page, "nothing is linked wrongly"
    assert "33.33%" in page, "one pair of three is linked"
    assert "号码错一位" in page
