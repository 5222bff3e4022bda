"""What is refused at load, and that what is let through always ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenzhou.kernel.cases.process.definition import MAX_BYTES, Definition, Kind, define, parse
from wenzhou.kernel.cases.process.engine import load, restore, run_automatic, start
from wenzhou.kernel.cases.process.problems import ProcessInvalid
from wenzhou.kernel.cases.process.soundness import judge
from wenzhou.kernel.cases.tests.bpmn import RESTAURANT, process


def refused(xml: bytes) -> ProcessInvalid:
    with pytest.raises(ProcessInvalid) as refusal:
        load(xml)
    assert refusal.value.problem.zh
    assert refusal.value.problem.en
    assert refusal.value.remedy.zh
    assert refusal.value.remedy.en
    return refusal.value


GRAPHS = {
    "two starts": ("s1>a s2>a a>e", {}, "s2"),
    "no end": ("s>a a>b b>a", {}, "sample"),
    "dead end": ("s>p1 p1>a p1>b a>e", {}, "b"),
    "several flows without gateway": ("s>a a>b a>c b>e1 c>e2", {}, "a"),
    "choice without default": ("s>x x>e1 x>e2", {"x_e1": "n == 1", "x_e2": "n == 2"}, "x"),
    "flow without condition": ("s>x x>e1 x>e2", {}, "x_e2"),
    "condition outside a choice": ("s>a a>e", {"a_e": "n == 1"}, "a_e"),
    "condition on parallel flow": ("s>p1 p1>a p1>b a>p2 b>p2 p2>e", {"p1_a": "n == 1"}, "p1_a"),
    "unknown name in condition": ("s>x x>e1 x>e2", {"x_e2": "nn == 1"}, "x_e2"),
    "unknown outcome in condition": ("s>a a>x x>e1 x>e2", {"x_e2": 'a.outcome == "yess"'}, "x_e2"),
    "unknown outcome in a list": ("s>a a>x x>e1 x>e2", {"x_e2": 'a.outcome in ("yes", "nay")'}, "x_e2"),
    "condition on a step not yet done": ("s>x x>a x>e1 a>e2", {"x_a": 'a.outcome == "yes"'}, "x_a"),
    "condition on a step of another branch": (
        "s>p1 p1>a p1>x x>b x>c b>x3 c>x3 x3>p2 a>p2 p2>e",
        {"x_c": 'a.outcome == "yes"'},
        "x_c",
    ),
    "condition on a step that may be skipped": (
        "s>x1 x1>a x1>x2 a>x2 x2>x3 x3>e1 x3>e2",
        {"x1_a": "n == 1", "x3_e2": 'a.outcome == "yes"'},
        "x3_e2",
    ),
    "unjoined parallel": ("s>p1 p1>a p1>b a>e1 b>e2", {}, "e1"),
    "parallel joined by exclusive": ("s>p1 p1>a p1>b a>x b>x x>e", {}, "x"),
    "exclusive joined by parallel": ("s>x x>a x>b a>p b>p p>e", {"x_b": "n == 1"}, "p"),
    "loop of machines": ("s>x1 x1>v v>x2 x2>x1 x2>e", {"x2_e": "n == 1"}, "x1"),
    "join in a loop": (
        "s>x1 x1>p1 p1>a p1>b a>p2 b>p2 p2>x2 x2>e x2>c c>x1",
        {"x2_c": "n == 1"},
        "p2",
    ),
    "join that waits for itself": ("s>p1 p1>a a>x x>e x>p1", {"x_p1": "n == 1"}, "p1"),
    "unreachable island": ("s>a a>e b>c c>b", {}, "b"),
    "never left": ("s>x1 x1>a a>e x1>b b>c c>b", {"x1_b": "n == 1"}, "b"),
    "doubled flow": ("s>x x>a x>a a>e", {"x_a": "n == 1"}, "x"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_unsound_graphs_are_refused(name):
    flows, conditions, element = GRAPHS[name]
    assert refused(process(flows, conditions, data="n")).element_id == element


TASK = '<{tag} id="a" name="{name}"><extensionElements>{inner}</extensionElements>{more}</{tag}>'
TEXT = '<wz:text en="A"/>'
GOOD = '<wz:post office="o" permission="c.r" promise="P1D"/>'


def task(tag="userTask", name="甲", inner=TEXT + GOOD, more=""):
    return TASK.format(tag=tag, name=name, inner=inner, more=more)


ELEMENTS = {
    "no post": task(inner=TEXT),
    "two posts": task(inner=TEXT + GOOD + GOOD),
    "no English": task(inner=GOOD),
    "no Chinese": task(name=""),
    "no office": task(inner=TEXT + '<wz:post permission="c.r" promise="P1D"/>'),
    "office with code": task(inner=TEXT + '<wz:post office="{a.__x__}" permission="c.r" promise="P1D"/>'),
    "no permission": task(inner=TEXT + '<wz:post office="o" promise="P1D"/>'),
    "bad promise": task(inner=TEXT + '<wz:post office="o" permission="c.r" promise="2 days"/>'),
    "empty promise": task(inner=TEXT + '<wz:post office="o" permission="c.r" promise="P"/>'),
    "no promise": task(inner=TEXT + '<wz:post office="o" permission="c.r"/>'),
    "outcome twice": task(
        inner=TEXT
        + GOOD.replace("/>", '><wz:outcome code="y" zh="是" en="Y"/><wz:outcome code="y" zh="是" en="Y"/></wz:post>')
    ),
    "service without name": task(tag="serviceTask", inner=TEXT),
    "service with a path": task(tag="serviceTask", inner=TEXT + '<wz:service name="os.system()"/>'),
    "script": task(tag="scriptTask", more="<script>1</script>"),
    "plain task": task(tag="task"),
    "sub-process": task(tag="subProcess"),
    "call activity": task(tag="callActivity"),
    "inclusive gateway": '<inclusiveGateway id="a"/>',
    "timer": '<intermediateCatchEvent id="a"><timerEventDefinition id="t"/></intermediateCatchEvent>',
    "loop": task(more='<standardLoopCharacteristics id="l" loopMaximum="9"/>'),
    "instances": task(more='<multiInstanceLoopCharacteristics id="l"><loopCardinality>__import__("os")'
                      "</loopCardinality></multiInstanceLoopCharacteristics>"),
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTS)
def test_elements_that_cannot_be_run_are_refused(name):
    assert refused(process("s>a a>e", replace={"a": ELEMENTS[name]})).element_id == "a"


def test_the_element_that_is_well_is_taken():
    assert load(process("s>a a>e", replace={"a": task()})).definition.nodes["a"].post


@pytest.mark.parametrize("identifier", ["Start", "End", "Root", "a b", "1a", "a'b", ""])
def test_ids_that_would_confuse_the_engine_are_refused(identifier):
    xml = process("s>a a>e").replace(b'id="a"', f'id="{identifier}"'.encode())
    refused(xml)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
LEAK = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"not xml",
        b"<definitions/>",
        b"<html/>",
        BOMB + process("s>a a>e").replace("环节a".encode(), b"&b;"),
        LEAK + process("s>a a>e").replace("环节a".encode(), b"&a;"),
        process("s>a a>e") + b" " * MAX_BYTES,
        process("s>a a>e").replace(b'isExecutable="true"', b""),
        process("s>a a>e").replace(b'targetRef="e"', b'targetRef="nowhere"'),
        process("s>a a>e").replace(b'<endEvent id="e"', b'<endEvent id="e" unknownAttribute="1"'),
        process("s>a a>e", extra='<dataObject id="d"/>'),
        process("s>a a>e", extra='<task id="e" name="双"/>'),
    ],
)
def test_files_that_are_not_processes_are_refused(xml):
    refused(xml)


def test_two_executable_processes_are_refused():
    second = process("s>a a>e").split(b"<process")[1].split(b"</definitions>")[0]
    xml = process("s>a a>e").replace(b"</definitions>", b"<process" + second + b"</definitions>")
    assert "2" in refused(xml).problem.en


type State = tuple[str, ...]


def plays(definition: Definition, state: State) -> Iterator[tuple[str, State]]:
    """Every (node, state after it) that can come next; states are sorted and may hold a flow twice."""
    for node in definition.nodes.values():
        entering = [f.id for f in definition.incoming[node.id]]
        leaving = [f.id for f in definition.outgoing[node.id]]
        takes = [entering] if node.kind is Kind.PARALLEL else [[f] for f in entering]
        gives = [[f] for f in leaving] if node.kind is Kind.EXCLUSIVE else [leaving]
        for take, give in product(takes, gives):
            if all(f in state for f in take):
                rest = list(state)
                for f in take:
                    rest.remove(f)
                yield node.id, tuple(sorted(rest + give))


def sound_by_brute_force(definition: Definition) -> bool:
    """Classical soundness by playing every interleaving: the slow way, to judge the quick one by."""
    start_node = next(n.id for n in definition.nodes.values() if n.kind is Kind.START)
    followers: dict[State, set[State]] = {}
    played = {start_node}
    todo = deque([tuple(sorted(f.id for f in definition.outgoing[start_node]))])
    while todo:
        state = todo.popleft()
        if state in followers:
            continue
        followers[state] = set()
        for name, after in plays(definition, state):
            if len(after) > len(set(after)) or (definition.nodes[name].kind is Kind.END and after):
                return False
            played.add(name)
            followers[state].add(after)
        todo.extend(followers[state])
    ending: set[State] = {()}
    while grown := {s for s, after in followers.items() if s not in ending and after & ending}:
        ending |= grown
    return ending >= set(followers) and played == set(definition.nodes)


@st.composite
def graphs(draw) -> str:
    """A line of gateways with steps between them, and wild flows across: sound about one time in four."""
    gateways = [
        f"{kind}{i}" for i, kind in enumerate(draw(st.lists(st.sampled_from("xp"), min_size=2, max_size=5)))
    ]
    steps = [f"a{i}" for i in range(len(gateways))]
    line = ["s", *(name for pair in zip(gateways, steps, strict=True) for name in pair), "e"]
    pairs = set(pairwise(line))
    pairs |= draw(st.sets(st.tuples(st.sampled_from(gateways), st.sampled_from(line[1:])), max_size=4))
    return " ".join(f"{a}>{b}" for a, b in sorted(pairs) if a != b)


def blocks(depth: int) -> st.SearchStrategy[object]:
    """Well-nested processes, sound by construction: a step, a sequence, a choice, a parallel block."""
    leaf = st.just("step")
    if depth == 0:
        return leaf
    inner = st.lists(blocks(depth - 1), min_size=1, max_size=3)
    return leaf | st.tuples(st.sampled_from(["sequence", "choice", "parallel"]), inner)


def wire(block: object) -> tuple[str, dict[str, str]]:
    """The flows of a block between s and e, and the conditions of its choices."""
    pairs: list[str] = []
    conditions: dict[str, str] = {}
    counter = iter(range(10_000))

    def lay(part: Any, entry: str) -> str:
        if part == "step":
            name = f"a{next(counter)}"
            pairs.append(f"{entry}>{name}")
            return name
        kind, parts = part
        if kind == "sequence":
            for each in parts:
                entry = lay(each, entry)
            return entry
        letter = "x" if kind == "choice" else "p"
        split, join = f"{letter}{next(counter)}", f"{letter}{next(counter)}"
        pairs.append(f"{entry}>{split}")
        for index, each in enumerate(parts):
            before = len(pairs)
            pairs.append(f"{lay(each, split)}>{join}")
            if kind == "choice" and index:
                conditions[pairs[before].replace(">", "_")] = f"pick == {index}"
        return join

    pairs.append(f"{lay(block, 's')}>e")
    return " ".join(pairs), conditions


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_quick_judgement_agrees_with_brute_force(flows):
    conditions = {}
    pairs = [pair.split(">") for pair in flows.split()]
    for node in {a for a, _ in pairs if a[0] == "x"}:
        for target in [b for a, b in pairs if a == node][1:]:
            conditions[f"{node}_{target}"] = "n == 1"
    definition = define(parse(process(flows, conditions, data="n")))
    try:
        judge(definition)
    except ProcessInvalid as refusal:
        others = ("loop", "incoming flow", "dead end")  # stricter than soundness, on purpose
        if not any(word in refusal.problem.en for word in others):
            assert not sound_by_brute_force(definition), refusal
        return
    assert sound_by_brute_force(definition)


@settings(max_examples=60, deadline=None)
@given(blocks(3), st.integers(0, 3), st.randoms(use_true_random=False))
def test_nested_processes_are_taken_and_end_in_any_order(block, pick, random):
    """Whatever a modeller nests is accepted, and every order of work ends it, across storage."""
    flows, conditions = wire(block)
    spec = load(process(flows, conditions, data="pick"))
    run = start(spec, {"pick": pick})
    done: set[str] = set()
    while not run.done:
        run = restore(spec, run.serialise())
        step = random.choice(run.waiting()).element_id
        assert step not in done
        done.add(step)
        run.complete(step, {"outcome": "yes"})
        run_automatic(run, {})
    assert run.end == "e"
    assert run.current_elements() == frozenset()


def test_many_parallel_branches_are_judged_quickly():
    """Twelve branches of three steps: 4**12 interleavings if they were all played."""
    flows = "s>p1 p2>e " + " ".join(f"p1>a{i} a{i}>b{i} b{i}>c{i} c{i}>p2" for i in range(12))
    run = start(load(process(flows)), {})
    assert len(run.waiting()) == 12


def test_the_restaurant_process_is_sound():
    assert sound_by_brute_force(load(RESTAURANT).definition)
