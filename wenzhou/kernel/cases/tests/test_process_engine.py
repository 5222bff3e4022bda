"""The restaurant process, and small processes that each show one thing, run to their ends."""

from __future__ import annotations

import json
from itertools import permutations, product

import pytest

from wenzhou.kernel.cases.process.definition import Promise
from wenzhou.kernel.cases.process.engine import Run, load, restore, run_automatic, start
from wenzhou.kernel.cases.process.problems import ConditionFailed, ProcessInvalid, RunMismatch, StepRefused
from wenzhou.kernel.cases.tests.bpmn import OUTCOMES, POST, RESTAURANT, process

REVIEWS = ("business_licence", "food_permit", "fire_check", "shop_sign")


def reborn(run: Run) -> Run:
    """The same run after a trip through the database."""
    return restore(run.spec, json.loads(json.dumps(run.serialise())))


def accepted() -> Run:
    run = start(load(RESTAURANT), {})
    run.complete("accept", {"outcome": "accepted"})
    return run


def ids(run: Run) -> list[str]:
    return [task.element_id for task in run.waiting()]


def test_first_step_says_who_and_how_long():
    (task,) = start(load(RESTAURANT), {}).waiting()
    assert (task.element_id, task.office, task.permission) == (
        "accept",
        "government-services",
        "cases.accept",
    )
    assert task.promise == Promise(working_days=1)
    assert (task.name.zh, task.name.en) == ("受理", "Accept the application")
    assert [outcome.code for outcome in task.outcomes] == ["accepted", "not_accepted"]


def test_not_accepted_ends_at_once():
    run = start(load(RESTAURANT), {})
    run.complete("accept", {"outcome": "not_accepted", "reason": "不属于本窗口"})
    assert run.done
    assert run.end == "ended_not_accepted"
    assert run.waiting() == ()
    assert run.automatic() == ()


@pytest.mark.parametrize("order", list(permutations(REVIEWS)))
def test_all_orders_of_approval_reach_the_same_end(order):
    run = accepted()
    for count, step in enumerate(order):
        run = reborn(run)
        assert set(ids(run)) == set(order[count:])
        assert run.automatic() == ()
        run.complete(step, {"outcome": "approved", "by": step})
    run = reborn(run)
    assert [step.service for step in run.automatic()] == ["cases.grant"]
    assert not run.done
    assert run_automatic(run, {"cases.grant": lambda step, data: {"licences": 4}}) == ("issue",)
    run = reborn(run)
    assert run.done
    assert run.end == "ended_issued"
    assert run.data == {
        "accept": {"outcome": "accepted"},
        **{step: {"outcome": "approved", "by": step} for step in REVIEWS},
        "issue": {"licences": 4},
    }


@pytest.mark.parametrize("verdicts", list(product(("approved", "refused"), repeat=4)))
def test_any_refusal_refuses_the_whole(verdicts):
    run = accepted()
    for step, verdict in zip(REVIEWS, verdicts, strict=True):
        run.complete(step, {"outcome": verdict})
    expected = "cases.grant" if set(verdicts) == {"approved"} else "cases.refuse"
    assert [step.service for step in run.automatic()] == [expected]


def test_done_and_current_elements_for_the_drawing():
    run = accepted()
    run.complete("fire_check", {"outcome": "approved"})
    assert run.current_elements() == {"business_licence", "food_permit", "shop_sign"}
    assert run.done_elements() == {"submitted", "accept", "is_accepted", "review_split", "fire_check"}


@pytest.mark.parametrize("again", ["accept", "review_join", "issue", "no_such_step"])
def test_a_step_that_does_not_wait_is_refused(again):
    run = accepted()
    with pytest.raises(StepRefused):
        run.complete(again, {"outcome": "accepted"})
    assert len(run.waiting()) == 4  # and the run is still good


def test_a_step_is_completed_once():
    run = accepted()
    run.complete("shop_sign", {"outcome": "approved"})
    before = run.serialise()
    with pytest.raises(StepRefused):
        run.complete("shop_sign", {"outcome": "refused"})
    assert run.serialise() == before


@pytest.mark.parametrize("result", [{}, {"outcome": None}, {"outcome": "maybe"}, {"outcome": ["approved"]}])
def test_an_undeclared_outcome_is_refused(result):
    run = accepted()
    with pytest.raises(StepRefused) as refusal:
        run.complete("fire_check", result)
    assert "outcome" in refusal.value.fields
    assert "fire_check" in ids(run)


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan")])
def test_what_json_cannot_hold_is_refused(value):
    run = accepted()
    with pytest.raises(StepRefused):
        run.complete("fire_check", {"outcome": "approved", "note": value})
    with pytest.raises(StepRefused):
        start(load(RESTAURANT), {"note": value})


def test_the_record_is_nobody_elses():
    note = {"rooms": [1]}
    run = start(load(RESTAURANT), {"note": note})
    note["rooms"].append(2)
    run.data["note"]["rooms"].append(3)
    stored = run.serialise()
    stored["data"]["note"]["rooms"].append(4)
    assert run.data["note"] == {"rooms": [1]}


def test_cancel_leaves_nothing_waiting_and_survives_storage():
    run = accepted()
    run.cancel()
    for each in (run, reborn(run)):
        assert each.done
        assert each.cancelled
        assert each.end == ""
        assert each.waiting() == ()
        with pytest.raises(StepRefused):
            each.complete("fire_check", {"outcome": "approved"})
        with pytest.raises(StepRefused):
            each.cancel()


def test_storing_is_stable_and_small():
    run = accepted()
    once = run.serialise()
    assert reborn(run).serialise() == once
    assert len(json.dumps(once)) < 2_000


def test_a_record_of_another_version_is_refused():
    stored = accepted().serialise()
    changed = load(RESTAURANT.replace("营业执照审核".encode(), "营业执照核发".encode()))
    with pytest.raises(RunMismatch):
        restore(changed, stored)
    with pytest.raises(RunMismatch):
        restore(load(RESTAURANT), {**stored, "format": 99})


def test_specs_are_cached_by_content():
    assert load(RESTAURANT) is load(bytes(bytearray(RESTAURANT)))
    assert load(RESTAURANT) is not load(RESTAURANT + b"\n")


def test_runs_of_one_spec_do_not_touch_each_other():
    first, second = accepted(), start(load(RESTAURANT), {})
    first.complete("fire_check", {"outcome": "refused"})
    assert ids(second) == ["accept"]
    assert second.data == {}


def test_office_is_filled_from_the_case():
    own = {
        "a": '<userTask id="a" name="审查"><extensionElements><wz:text en="Review"/>'
        '<wz:post office="{area}/market-supervision" permission="cases.review" promise="PT4H"/>'
        "</extensionElements></userTask>"
    }
    spec = load(process("s>a a>e", replace=own, data="area"))
    (task,) = start(spec, {"area": "330302"}).waiting()
    assert task.office == "330302/market-supervision"
    assert task.promise == Promise(hours=4)
    with pytest.raises(StepRefused):
        start(spec, {})


def test_start_data_may_not_pose_as_a_step():
    with pytest.raises(StepRefused):
        start(load(RESTAURANT), {"fire_check": {"outcome": "approved"}})


def test_sending_back_within_a_branch():
    """Rework: b sends the case back to a until it says yes; the last word counts."""
    spec = load(process("s>a a>b b>x x>a x>e", {"x_e": 'b.outcome == "yes"'}))
    run = start(spec, {})
    for verdict in ("no", "no", "yes"):
        run = reborn(run)
        run.complete("a", {"outcome": "yes"})
        run = reborn(run)
        assert ids(run) == ["b"]
        run.complete("b", {"outcome": verdict})
    assert run.done
    assert run.end == "e"


def test_a_later_value_wins_at_a_join():
    """SpiffWorkflow's own merge at a join could bring back what a branch held before; ours cannot."""
    flows = "s>p1 p1>a p1>b a>c c>p2 b>p2 p2>x x>e1 x>e2"
    for order in ("acb", "abc", "bac"):
        run = start(load(process(flows, {"x_e2": 'a.outcome == "yes" and c.outcome == "yes"'})), {})
        for step in order:
            run = reborn(run)
            run.complete(step, {"outcome": "yes"})
        assert run.end == "e2", order


def test_flows_are_tried_in_the_order_of_the_file_not_of_the_drawing():
    both = {"x_e2": "n >= 0", "x_e3": "n >= 0"}
    plain = process("s>x x>e1 x>e2 x>e3", both, data="n")
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{n}_di" bpmnElement="{n}"><dc:Bounds x="9" y="{y}" width="9" height="9"/>'
        "</bpmndi:BPMNShape>"
        for n, y in (("e3", 1), ("e2", 50), ("e1", 90))
    )
    drawing = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">'
        f'<bpmndi:BPMNPlane id="pl" bpmnElement="sample">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
    drawn = plain.replace(b"</definitions>", drawing.encode() + b"</definitions>")
    assert start(load(plain), {"n": 1}).end == "e2"
    assert start(load(drawn), {"n": 1}).end == "e2"


def test_a_gateway_that_cannot_be_decided_fails_and_spends_the_run():
    spec = load(process("s>a a>x x>e1 x>e2", {"x_e2": "a.score > 5"}))
    run = start(spec, {})
    stored = run.serialise()
    with pytest.raises(ConditionFailed):
        run.complete("a", {"outcome": "yes"})
    with pytest.raises(AssertionError):
        run.serialise()
    again = restore(spec, stored)
    again.complete("a", {"outcome": "yes", "score": 7})
    assert again.end == "e2"


def test_service_steps_run_in_a_chain_and_a_missing_handler_is_told():
    spec = load(process("s>v1 v1>v2 v2>e"))
    run = start(spec, {"n": 1})
    seen = []
    with pytest.raises(StepRefused):
        run_automatic(run, {})
    done = run_automatic(
        run, {"do.v1": lambda step, data: {"n": data["n"] + 1}, "do.v2": lambda step, data: seen.append(data)}
    )
    assert done == ("v1", "v2")
    assert seen == [{"n": 1, "v1": {"n": 2}}]
    assert run.done


def test_scripts_never_run(tmp_path):
    """The file that would write a file is refused at load, and so is one that hides it in a condition."""
    target = tmp_path / "pwned"
    script = f'<scriptTask id="t" name="x"><script>open({str(target)!r}, "w")</script></scriptTask>'
    with pytest.raises(ProcessInvalid) as refusal:
        start(load(process("s>t t>e", replace={"t": script})), {})
    assert refusal.value.element_id == "t"
    with pytest.raises(ProcessInvalid) as refusal:
        start(load(process("s>x x>e1 x>e2", {"x_e2": f'open({str(target)!r}, "w") == 1'})), {})
    assert refusal.value.element_id == "x_e2"
    assert not target.exists()


def test_posts_with_outcomes_are_read():
    spec = load(process("s>a a>e"))
    post = spec.definition.nodes["a"].post
    assert post is not None
    assert [o.code for o in post.outcomes] == ["yes", "no"]
    assert POST.format(OUTCOMES).count("outcome") == 2
