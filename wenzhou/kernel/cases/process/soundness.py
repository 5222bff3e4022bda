"""Whether a process can be trusted to end: its graph is judged before any case runs on it.

A process is *sound* (van der Aalst, "The application of Petri nets to workflow management", 1998) when from
every state that a case can reach, its end can be reached, nothing is left over when the end is reached, and
no step is dead. A gateway that waits for a branch that was never taken is the usual violation,
and it would hold a citizen's case for ever, without any error.

The states are played through: a state is the set of sequence flows that hold a token. Of the nodes that can
act in a state only one is played, with all its choices: in these nets no node can disable another, so
the order of play changes nothing (persistent sets, Godefroid 1996) and parallel branches do not multiply.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.definition import Definition, Flow, Kind, Node
from wenzhou.kernel.cases.process.problems import ProcessInvalid

MAX_STATES = 20_000

type State = frozenset[str]


def judge(definition: Definition) -> None:
    """Raise ProcessInvalid for the first fault found in the graph; return when the process is sound."""
    _judge_ends(definition)
    for node in definition.nodes.values():
        _judge_node(definition, node)
    _judge_conditions(definition)
    _judge_automatic_loops(definition)
    _judge_parallel_loops(definition)
    _judge_states(definition)
    _judge_conditions_are_ripe(definition)


def _fault(element: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> ProcessInvalid:
    return ProcessInvalid(element, Text(zh, en), Text(remedy_zh, remedy_en))


def _judge_ends(definition: Definition) -> None:
    starts = [node.id for node in definition.nodes.values() if node.kind is Kind.START]
    if len(starts) != 1:
        raise _fault(
            starts[1] if starts else definition.id,
            f"应有一个开始事件，现有 {len(starts)} 个", f"There must be one start event and there are {len(starts)}",
            "只保留一个开始事件", "Keep exactly one start event",
        )  # fmt: skip
    if not any(node.kind is Kind.END for node in definition.nodes.values()):
        raise _fault(
            definition.id, "没有结束事件", "There is no end event", "加上结束事件", "Add an end event"
        )


def _judge_node(definition: Definition, node: Node) -> None:
    entering, leaving = definition.incoming[node.id], definition.outgoing[node.id]
    if bool(entering) is (node.kind is Kind.START):
        raise _fault(
            node.id, "进入的连线不对（开始事件不得有，其余必须有）", "Its incoming flow is wrong (a start event has none, all else has one)",
            "补上或删去进入的连线", "Add or remove its incoming flow",
        )  # fmt: skip
    if bool(leaving) is (node.kind is Kind.END):
        raise _fault(
            node.id, "是断头路，或结束事件后仍有连线", "It is a dead end, or an end event that leads on",
            "连到下一环节或结束事件", "Connect it to the next step or to an end event",
        )  # fmt: skip
    if len({flow.target for flow in leaving}) != len(leaving):
        raise _fault(
            node.id, "到同一元素有两条连线", "Two of its flows lead to the same element",
            "合并为一条连线", "Merge them into one flow",
        )  # fmt: skip
    if node.kind not in (Kind.EXCLUSIVE, Kind.PARALLEL) and len(leaving) > 1:
        raise _fault(
            node.id, "有多条流出的连线", "It has several outgoing flows",
            "用排他网关或并行网关分开", "Split them with an exclusive or a parallel gateway",
        )  # fmt: skip
    _judge_choice(node, leaving)


def _judge_choice(node: Node, leaving: tuple[Flow, ...]) -> None:
    chooses = node.kind is Kind.EXCLUSIVE and len(leaving) > 1
    if chooses and node.default not in {flow.id for flow in leaving}:
        raise _fault(
            node.id, "没有默认连线", "It has no default flow",
            "设定一条默认连线，使办件总有去处", "Set one of its flows as default, so that a case always has a way on",
        )  # fmt: skip
    for flow in leaving:
        wanted = chooses and flow.id != node.default
        if wanted and flow.condition is None:
            raise _fault(
                flow.id,
                "缺少条件",
                "It has no condition",
                "写上条件，或设为默认连线",
                "Write its condition, or make it the default",
            )
        if not wanted and flow.condition is not None:
            raise _fault(
                flow.id, "此处条件不会被判断", "Its condition would never be looked at",
                "删去条件，或从排他网关引出", "Remove the condition, or let the flow leave an exclusive gateway",
            )  # fmt: skip


def _judge_conditions(definition: Definition) -> None:
    """Every name in a condition is a step or declared data; every compared outcome is one of that step."""
    for flow in definition.flows:
        if flow.condition is None:
            continue
        for path in flow.condition.paths:
            node = definition.nodes.get(path[0])
            known = path[0] in definition.inputs or (node and node.kind in (Kind.USER, Kind.SERVICE))
            if not known:
                raise _fault(
                    flow.id, f"条件中的“{path[0]}”既非环节也非已声明的数据", f"“{path[0]}” in its condition is no step and no declared data",
                    "改正名称，或用 <wz:data name=\"…\"/> 声明", "Correct the name, or declare it with <wz:data name=\"…\"/>",
                )  # fmt: skip
        for path, value in flow.condition.compared():
            node = definition.nodes.get(path[0])
            codes = {outcome.code for outcome in node.post.outcomes} if node and node.post else set()
            if path[1:] == ("outcome",) and codes and value not in codes:
                raise _fault(
                    flow.id, f"环节“{path[0]}”没有办理结果“{value}”", f"The step “{path[0]}” has no outcome “{value}”",
                    f"改用：{'、'.join(sorted(codes))}", f"Use one of: {', '.join(sorted(codes))}",
                )  # fmt: skip


def _judge_conditions_are_ripe(definition: Definition) -> None:
    """A condition looks only at steps that every way to it has done; else a case could be stuck at it."""
    done = _always_done(definition)
    for flow in definition.flows:
        for path in flow.condition.paths if flow.condition else ():
            if path[0] in definition.nodes and path[0] not in done[flow.source]:
                raise _fault(
                    flow.id, f"判断条件时环节“{path[0]}”可能尚未办理", f"The step “{path[0]}” may not have been done when its condition is decided",
                    "只引用此前必经的环节", "Look only at steps that come before on every way",
                )  # fmt: skip


def _always_done(definition: Definition) -> dict[str, frozenset[str]]:
    """For each node, the nodes that have acted whenever it has: a join sums its branches, a merge shares them."""
    everything = frozenset(definition.nodes)
    done = dict.fromkeys(definition.nodes, everything)
    changed = True
    while changed:
        changed = False
        for node in definition.nodes.values():
            before = [done[flow.source] for flow in definition.incoming[node.id]] or [frozenset[str]()]
            joins = node.kind is Kind.PARALLEL
            common = frozenset.union(*before) if joins else frozenset.intersection(*before)
            now = common | {node.id}
            changed = changed or now != done[node.id]
            done[node.id] = now
    return done


def _reach(definition: Definition, start: Iterable[str], without: frozenset[Kind] = frozenset()) -> set[str]:
    """Every node that follows one of ``start``, not passing through nodes of the kinds ``without``."""
    found: set[str] = set()
    todo = list(start)
    while todo:
        for flow in definition.outgoing[todo.pop()]:
            if flow.target not in found and definition.nodes[flow.target].kind not in without:
                found.add(flow.target)
                todo.append(flow.target)
    return found


def _judge_automatic_loops(definition: Definition) -> None:
    for node in definition.nodes.values():
        if node.kind is not Kind.USER and node.id in _reach(definition, [node.id], frozenset({Kind.USER})):
            raise _fault(
                node.id, "处在没有人工环节的循环中，会无休止地运行", "It is in a loop without any user task, which would never rest",
                "在循环中加入人工环节", "Put a user task into the loop",
            )  # fmt: skip


def _judge_parallel_loops(definition: Definition) -> None:
    """SpiffWorkflow counts the arrivals of an earlier round at a join, so a join in a loop could fire too soon."""
    for node in definition.nodes.values():
        joins = node.kind is Kind.PARALLEL and len(definition.incoming[node.id]) > 1
        if joins and node.id in _reach(definition, [node.id]):
            raise _fault(
                node.id, "并行汇合处在循环中", "This parallel join is in a loop",
                "退回重办只在并行分支之内进行", "Send work back only within one parallel branch",
            )  # fmt: skip


def _judge_states(definition: Definition) -> None:
    start = next(node.id for node in definition.nodes.values() if node.kind is Kind.START)
    first: State = frozenset(flow.id for flow in definition.outgoing[start])
    before: dict[State, set[State]] = {first: set()}
    played: set[str] = {start}
    todo = deque([first])
    while todo:
        state = todo.popleft()
        if not state:
            continue
        node = _ready(definition, state)
        played.add(node.id)
        for after in _play(definition, node, state):
            if after not in before:
                before[after] = set()
                todo.append(after)
            before[after].add(state)
        if len(before) > MAX_STATES:
            raise _fault(
                definition.id, "流程过于复杂，无法验证", "The process is too complex to be verified",
                "拆成几个较小的流程", "Split it into smaller processes",
            )  # fmt: skip
    _judge_end_is_reached(definition, before)
    _judge_nothing_is_dead(definition, played)


def _judge_end_is_reached(definition: Definition, before: dict[State, set[State]]) -> None:
    ending: set[State] = set()
    todo: list[State] = [frozenset()]
    while todo:
        state = todo.pop()
        if state in before and state not in ending:
            ending.add(state)
            todo.extend(before[state])
    stuck = [state for state in before if state not in ending]
    if stuck:
        flow = min(stuck[0])
        source = next(each.target for each in definition.flows if each.id == flow)
        raise _fault(
            source,
            "由此无法到达结束",
            "The end cannot be reached from here",
            "加一条通向结束事件的路",
            "Add a way to an end event",
        )


def _judge_nothing_is_dead(definition: Definition, played: set[str]) -> None:
    for node in definition.nodes.values():
        if node.id not in played:
            raise _fault(
                node.id,
                "永远不会执行",
                "It is never reached",
                "连到流程中，或删去",
                "Connect it to the process, or remove it",
            )


def _ready(definition: Definition, state: State) -> Node:
    """One node that can act in this state. Raises ProcessInvalid when a join waits in vain."""
    waiting: Node | None = None
    for flow in definition.flows:
        if flow.id not in state:
            continue
        node = definition.nodes[flow.target]
        if node.kind is not Kind.PARALLEL or all(each.id in state for each in definition.incoming[node.id]):
            return node
        waiting = waiting or node
    raise _fault(
        waiting.id if waiting else definition.id,
        "并行汇合会一直等待一条不会到来的分支", "This parallel join can wait for a branch that never comes",
        "用同一种网关分开与汇合", "Join with the kind of gateway that split",
    )  # fmt: skip


def _play(definition: Definition, node: Node, state: State) -> Iterator[State]:
    """The states after ``node`` has acted."""
    entering, leaving = definition.incoming[node.id], definition.outgoing[node.id]
    if node.kind is Kind.PARALLEL:
        taken = {flow.id for flow in entering}
    else:
        taken = {next(flow.id for flow in entering if flow.id in state)}
    rest = state - taken
    if node.kind is Kind.END and rest:
        raise _fault(
            node.id, "到达结束时另有分支仍在进行", "It can be reached while another branch is still open",
            "先用并行网关汇合再结束", "Join the branches with a parallel gateway before the end",
        )  # fmt: skip
    choices = [(flow,) for flow in leaving] if node.kind is Kind.EXCLUSIVE else [leaving]
    for choice in choices:
        added = {flow.id for flow in choice}
        if rest & added:
            raise _fault(
                node.id, "会被两条并行分支先后经过", "Two parallel branches can pass through it one after the other",
                "先用并行网关汇合", "Join the branches with a parallel gateway first",
            )  # fmt: skip
        yield rest | added
