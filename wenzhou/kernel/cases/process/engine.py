"""Running a BPMN 2.0 process: a small typed door to SpiffWorkflow.

    spec = load(xml)                               # judged once, then cached by content
    run = start(spec, {"area": "330302"})
    run.waiting()                                  # who must do what now
    run.complete("accept", {"outcome": "accepted"})
    stored = run.serialise()                       # JSON, in the row of the case
    run = restore(spec, stored)                    # in the next request

What is decided in a step is kept under the id of the element (``data["accept"]["outcome"]``), in one place
for the whole case. SpiffWorkflow would let every branch carry its own copy and merge the copies at a join,
where a stale copy can win over a newer value; conditions here look at the one record instead.

A run has no lock and no clock: the caller holds the row of the case, and counts promised time. A service
task (自动环节) is handed to the caller by :meth:`Run.automatic`, so that it happens in the caller's
transaction; :func:`run_automatic` does them all.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator, TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.conditions import Condition, lookup
from wenzhou.kernel.cases.process.definition import BPMN, Definition, Kind, Outcome, Promise, define, parse
from wenzhou.kernel.cases.process.problems import ProcessInvalid, RunMismatch, StepRefused
from wenzhou.kernel.cases.process.soundness import judge

FORMAT = 1
_DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"
_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")

type Handler = Callable[["AutomaticStep", Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process that has been read and found sound. ``digest`` (SHA-256, hex) names its content."""

    key: str
    name: Text
    digest: str
    definition: Definition = field(repr=False)
    engine_spec: BpmnProcessSpec = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A user task that waits for somebody. ``office`` is filled in from the data of the case."""

    element_id: str
    name: Text
    office: str
    permission: str
    promise: Promise
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class AutomaticStep:
    """A service task that waits for the caller to run the service ``service`` and complete it."""

    element_id: str
    name: Text
    service: str


class _Parser(BpmnParser):
    """Service tasks stop, as user tasks do, so that the caller runs them inside its own transaction."""

    OVERRIDE_PARSER_CLASSES = {f"{{{BPMN}}}{Kind.SERVICE}": (TaskParser, UserTask)}


class _NoScripts(PythonScriptEngine):
    """Answers conditions from the record of the case; runs no script and evaluates no Python."""

    def __init__(self, conditions: Mapping[str, Condition], data: Mapping[str, Any]) -> None:
        super().__init__()
        self._conditions = conditions
        self._data = data

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:
        del task, external_context
        return self._conditions[expression].holds(self._data)

    def execute(self, task: Task, script: str, external_context: object = None) -> None:
        raise AssertionError("no element that carries a script passes load()")


class Run:
    """One case on its way through a process. Made by :func:`start` and :func:`restore` only.

    When a method raises anything but StepRefused, the run is spent: throw it away and restore it.
    """

    def __init__(self, spec: ProcessSpec, data: dict[str, Any], *, fresh: bool) -> None:
        self.spec = spec
        self._data = data
        self._workflow = BpmnWorkflow(
            spec.engine_spec, script_engine=_NoScripts(_conditions(spec), data), deserializing=not fresh
        )
        self._cancelled = False
        self._spent = False

    @property
    def data(self) -> Mapping[str, Any]:
        """A copy of the record of the case: what it started with, and each step's result under its id."""
        return copy.deepcopy(self._data)

    @property
    def cancelled(self) -> bool:
        """Whether the run was withdrawn before its end."""
        return self._cancelled

    @property
    def done(self) -> bool:
        """Whether nothing more can happen: an end event was reached, or the run was cancelled."""
        return bool(self._workflow.completed)

    @property
    def end(self) -> str:
        """The id of the end event that was reached, or "" while the run goes on or was cancelled."""
        ends = [i for i in self.done_elements() if self.spec.definition.nodes[i].kind is Kind.END]
        return ends[0] if ends and self.done else ""

    def waiting(self) -> tuple[WaitingTask, ...]:
        """The user tasks that somebody must do now, in the order of the file."""
        found = []
        for identifier in self._ready(Kind.USER):
            node = self.spec.definition.nodes[identifier]
            if node.post is None:
                raise AssertionError(f"{identifier} passed load() without a post")
            office = _PLACE.sub(lambda m: str(lookup(tuple(m[1].split(".")), self._data)), node.post.office)
            post = node.post
            found.append(
                WaitingTask(identifier, node.name, office, post.permission, post.promise, post.outcomes)
            )
        return tuple(found)

    def automatic(self) -> tuple[AutomaticStep, ...]:
        """The service tasks that the caller must run now, in the order of the file."""
        nodes = self.spec.definition.nodes
        return tuple(AutomaticStep(i, nodes[i].name, nodes[i].service) for i in self._ready(Kind.SERVICE))

    def complete(self, element_id: str, result: Mapping[str, Any]) -> None:
        """Finish one waiting step with its ``result`` (JSON values; ``outcome`` where the step declares some).

        Raises StepRefused when the step does not wait (done already, or not its turn) or the outcome is
        none of the declared ones, and ConditionFailed when a gateway cannot be decided from the data.
        """
        task = self._task(element_id)
        self._check_outcome(element_id, result)
        self._data[element_id] = _json_copy(result)
        with _Spending(self):
            task.run()
            self._advance()

    def cancel(self) -> None:
        """Withdraw the run: no step waits any more, ``done`` and ``cancelled`` become true."""
        if self.done:
            raise StepRefused(Text("流程已经结束", "The process has ended already"))
        self._workflow.cancel()
        self._cancelled = True

    def done_elements(self) -> frozenset[str]:
        """The ids of the elements that have been passed."""
        return self._elements(TaskState.COMPLETED)

    def current_elements(self) -> frozenset[str]:
        """The ids of the tasks that wait now, whether for somebody or for the caller."""
        return self._elements(TaskState.READY)

    def serialise(self) -> dict[str, Any]:
        """The whole state as JSON values. Tasks are a pre-order walk: [name, state, parent's index, internals?]."""
        if self._spent:
            raise AssertionError("a run that has failed is not stored; restore it from its last state")
        rows: list[list[Any]] = []

        def walk(task: Task, parent: int) -> None:
            index = len(rows)
            row = [task.task_spec.name, int(task.state), parent]
            rows.append([*row, task.internal_data] if task.internal_data else row)
            for child in task.children:
                walk(child, index)

        walk(self._workflow.task_tree, -1)
        return {
            "format": FORMAT,
            "process": self.spec.key,
            "digest": self.spec.digest,
            "data": copy.deepcopy(self._data),
            "completed": self.done,
            "cancelled": self._cancelled,
            "tasks": copy.deepcopy(rows),
        }

    def _elements(self, state: int) -> frozenset[str]:
        nodes = self.spec.definition.nodes
        return frozenset(
            task.task_spec.name
            for task in self._workflow.tasks.values()
            if task.has_state(state) and task.task_spec.name in nodes
        )

    def _ready(self, kind: Kind) -> list[str]:
        current = self.current_elements()
        return [n.id for n in self.spec.definition.nodes.values() if n.kind is kind and n.id in current]

    def _task(self, element_id: str) -> Task:
        for task in self._workflow.tasks.values():
            if task.task_spec.name == element_id and task.has_state(TaskState.READY):
                return task
        raise StepRefused(
            Text(f"环节“{element_id}”现在不待办理", f"The step “{element_id}” is not waiting now")
        )

    def _check_outcome(self, element_id: str, result: Mapping[str, Any]) -> None:
        post = self.spec.definition.nodes[element_id].post
        codes = [outcome.code for outcome in post.outcomes] if post else []
        if codes and result.get("outcome") not in codes:
            raise StepRefused(
                Text(
                    f"办理结果应为：{'、'.join(codes)}",
                    f"The outcome must be one of: {', '.join(codes)}",
                ),
                fields={"outcome": Text("请选择办理结果", "Choose an outcome")},
            )

    def _advance(self) -> None:
        """Let gateways and events act until only tasks wait; find out now if an office cannot be named."""
        self._workflow.do_engine_steps()
        self.waiting()


class _Spending:
    """Marks a run as spent when the block fails, because SpiffWorkflow leaves a half-done state behind."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __enter__(self) -> None:
        if self._run._spent:
            raise AssertionError("this run has failed; restore it from its last state")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._run._spent = kind is not None


@lru_cache(maxsize=128)
def load(bpmn_xml: bytes) -> ProcessSpec:
    """Read and judge a process file. Raises ProcessInvalid naming the element at fault and the remedy."""
    root = parse(bpmn_xml)
    definition = define(root)
    judge(definition)
    _validate_schema(parse(bpmn_xml))  # the validator may rewrite the tree it is given
    return ProcessSpec(
        key=definition.id,
        name=definition.name,
        digest=hashlib.sha256(bpmn_xml).hexdigest(),
        definition=definition,
        engine_spec=_engine_spec(root, definition.id),
    )


def start(spec: ProcessSpec, data: Mapping[str, Any]) -> Run:
    """Start a case with ``data`` (JSON values), which must hold every ``wz:data`` of the process."""
    missing = [name for name in spec.definition.inputs if name not in data]
    clashing = [name for name in data if name in spec.definition.nodes]
    if missing or clashing:
        names = ", ".join(missing or clashing)
        problem = Text("缺少", "It lacks") if missing else Text("占用了环节标识", "It uses the ids of steps")
        raise StepRefused(
            Text(f"启动数据{problem.zh}：{names}", f"The data to start with: {problem.en}: {names}")
        )
    run = Run(spec, _json_copy(data), fresh=True)
    with _Spending(run):
        run._advance()
    return run


def restore(spec: ProcessSpec, stored: Mapping[str, Any]) -> Run:
    """The inverse of :meth:`Run.serialise`. Raises RunMismatch when ``stored`` is of another process file."""
    if stored.get("format") != FORMAT or stored.get("digest") != spec.digest:
        raise RunMismatch(
            Text(
                f"记录属于流程 {stored.get('process')} 的另一版本",
                f"The record belongs to another version of process {stored.get('process')}",
            )
        )
    run = Run(spec, copy.deepcopy(stored["data"]), fresh=False)
    workflow = run._workflow
    tasks: list[Task] = []
    for name, state, parent, *internals in stored["tasks"]:
        task = Task(
            workflow, spec.engine_spec.task_specs[name], tasks[parent] if parent >= 0 else None, state=state
        )
        task.internal_data = copy.deepcopy(internals[0]) if internals else {}
        tasks.append(task)
    workflow.task_tree = tasks[0]
    workflow.completed = stored["completed"]
    run._cancelled = stored["cancelled"]
    return run


def run_automatic(run: Run, handlers: Mapping[str, Handler]) -> tuple[str, ...]:
    """Run every automatic step until only people are waited for; return the element ids in order.

    A handler gets the step and a copy of the data, and returns the step's result or None.
    """
    finished: list[str] = []
    while steps := run.automatic():
        for step in steps:
            if step.service not in handlers:
                raise StepRefused(Text(f"没有服务“{step.service}”", f"There is no service “{step.service}”"))
            run.complete(step.element_id, handlers[step.service](step, run.data) or {})
            finished.append(step.element_id)
    return tuple(finished)


def _json_copy(value: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that owes nothing to the caller. Raises StepRefused for what JSON cannot hold."""
    try:
        copied: dict[str, Any] = json.loads(json.dumps(dict(value), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise StepRefused(
            Text(f"数据不能存为 JSON：{error}", f"The data cannot be kept as JSON: {error}")
        ) from error
    return copied


def _conditions(spec: ProcessSpec) -> Mapping[str, Condition]:
    return {flow.condition.source: flow.condition for flow in spec.definition.flows if flow.condition}


@cache
def _validator() -> BpmnValidator:
    return BpmnValidator()


def _validate_schema(root: etree._Element) -> None:
    """The XML schema of BPMN 2.0 (OMG formal/2011-01-03), as SpiffWorkflow carries it."""
    try:
        _validator().validate(root)
    except ValidationException as error:
        raise ProcessInvalid(
            "",
            Text(
                f"不符合 BPMN 2.0 模式（第 {error.line_number} 行：{error}）",
                f"It does not follow the BPMN 2.0 schema (line {error.line_number}: {error})",
            ),
            Text("用流程设计器重新导出", "Export it again from the modeller"),
        ) from error


def _engine_spec(root: etree._Element, process_id: str) -> BpmnProcessSpec:
    """SpiffWorkflow's form of the process.

    The drawing is taken away first: SpiffWorkflow tries the flows of a gateway from the top of the drawing
    down, and moving a shape must not change a decision. Without it, the order of the file counts.
    """
    for diagram in root.findall(_DIAGRAM):
        root.remove(diagram)
    for element in root.iter(f"{{{BPMN}}}conditionExpression"):
        element.text = " ".join(
            "".join(element.itertext()).splitlines()
        ).strip()  # as conditions.read keeps it
    parser = _Parser()
    try:
        parser.add_bpmn_xml(root)
        return parser.get_spec(process_id)
    except ValidationException as error:
        raise ProcessInvalid(
            getattr(error, "id", ""),
            Text(f"流程引擎不接受：{error}", f"The engine does not take it: {error}"),
            Text("用流程设计器检查该元素", "Check the element in the modeller"),
        ) from error
