"""What a BPMN 2.0 file says, as frozen values: nodes, flows, and our extension of them.

Our extension elements live in the namespace :data:`WZ`, inside ``bpmn:extensionElements`` as BPMN 2.0.2
clause 8.2.3 provides, so that every other BPMN tool keeps them:

``wz:text en="…"``
    the English name of the element that carries it (its ``name`` is Chinese).
``wz:post office="market-supervision" permission="cases.review" promise="P2D"``
    on a user task: who does it (岗位) and in what time; ``{area}`` in ``office`` is filled from the case.
``wz:outcome code="approved" zh="同意" en="Approve"``
    inside ``wz:post``: what can be decided there; the engine takes no other outcome.
``wz:service name="cases.grant"``
    on a service task: the step that the block running the process does by itself.
``wz:data name="area"``
    on the process: what must be known of the case when it starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.conditions import Condition, read
from wenzhou.kernel.cases.process.problems import ConditionInvalid, ProcessInvalid

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WZ = "https://digital-wenzhou.example/bpmn"
MAX_BYTES = 1_000_000

# The names SpiffWorkflow gives to the tasks that it adds by itself.
_RESERVED_IDS = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_NAME = re.compile(r"[a-z][a-z0-9_]*([.:-][a-z0-9_]+)*")
_OFFICE = re.compile(r"([A-Za-z0-9._/-]|\{[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\})+")
_PROMISE = re.compile(r"P(?=.)(?:(\d{1,3})D)?(?:T(\d{1,4})H)?")
_NOT_RUN = Text("删去它，或改用已支持的元素", "Remove it, or use an element that is supported")


class Kind(StrEnum):
    """The elements that are run. BPMN has many more; a file that uses them is refused, never half run."""

    START = "startEvent"
    END = "endEvent"
    USER = "userTask"
    SERVICE = "serviceTask"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"


_KINDS = {f"{{{BPMN}}}{kind}": kind for kind in Kind}
_SILENT = {f"{{{BPMN}}}{name}" for name in (
    "documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group"
)}  # fmt: skip
_INSIDE_NODE = {
    f"{{{BPMN}}}{name}" for name in ("documentation", "extensionElements", "incoming", "outgoing")
}


@dataclass(frozen=True, slots=True)
class Promise:
    """The promised time (承诺时限) of a step: ``P2D`` is two working days, ``PT4H`` four clock hours."""

    working_days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decision that a user task can end with."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Post:
    """Who does a user task, with what permission, in what time, and what they can decide."""

    office: str
    permission: str
    promise: Promise
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. ``post`` is set on user tasks, ``service`` on service tasks."""

    id: str
    kind: Kind
    name: Text
    default: str = ""
    post: Post | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow, with its condition when it has one."""

    id: str
    source: str
    target: str
    name: Text
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One executable process as read, before its graph is judged."""

    id: str
    name: Text
    inputs: tuple[str, ...]
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    outgoing: Mapping[str, tuple[Flow, ...]] = field(repr=False)
    incoming: Mapping[str, tuple[Flow, ...]] = field(repr=False)


def parse(xml: bytes) -> etree._Element:
    """Parse XML from an untrusted hand: no document type, no entities, no network, a size limit."""
    if len(xml) > MAX_BYTES:
        raise _whole(
            f"文件超过 {MAX_BYTES} 字节",
            f"The file is over {MAX_BYTES} bytes",
            "精简流程图",
            "Make it smaller",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _whole(
            f"不是合法的 XML（{error}）",
            f"It is not well-formed XML ({error})",
            "用流程设计器重新导出",
            "Export it again from the modeller",
        ) from error
    if root.getroottree().docinfo.doctype:
        raise _whole(
            "含有文档类型声明", "It has a document type declaration", "删去 DOCTYPE", "Remove the DOCTYPE"
        )
    if root.tag != f"{{{BPMN}}}definitions":
        raise _whole(
            "不是 BPMN 2.0 文件",
            "It is not a BPMN 2.0 file",
            "根元素应为 definitions",
            "The root must be definitions",
        )
    return root


def english(element: etree._Element) -> str:
    """The English name that an element carries in ``wz:text``, or "" when it carries none."""
    text = element.find(f"{{{BPMN}}}extensionElements/{{{WZ}}}text")
    return text.get("en", "").strip() if text is not None else ""


def name_of(element: etree._Element) -> Text:
    """Both names of an element; one stands in for the other where only one is given."""
    chinese = " ".join(element.get("name", "").split())
    return Text(chinese or english(element), english(element) or chinese)


def define(root: etree._Element) -> Definition:
    """Read the one executable process. Raises ProcessInvalid naming the element and the remedy."""
    process = _the_process(root)
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for element in process:
        if element.tag in _KINDS:
            node = _node(element)
            nodes[node.id] = node
        elif element.tag == f"{{{BPMN}}}sequenceFlow":
            flows.append(_flow(element))
        elif element.tag not in _SILENT:
            raise _unsupported(element)
    for flow in flows:
        for end in (flow.source, flow.target):
            if end not in nodes:
                raise ProcessInvalid(
                    flow.id,
                    Text(f"连线的一端“{end}”不存在", f"Its end “{end}” does not exist"),
                    Text("重新连线", "Connect it again"),
                )
    return Definition(
        id=_id(process),
        name=_both_names(process),
        inputs=tuple(_inputs(process)),
        nodes=nodes,
        flows=tuple(flows),
        outgoing={key: tuple(f for f in flows if f.source == key) for key in nodes},
        incoming={key: tuple(f for f in flows if f.target == key) for key in nodes},
    )


def _whole(zh: str, en: str, remedy_zh: str, remedy_en: str) -> ProcessInvalid:
    return ProcessInvalid("", Text(zh, en), Text(remedy_zh, remedy_en))


def _unsupported(element: etree._Element) -> ProcessInvalid:
    kind = etree.QName(element).localname
    return ProcessInvalid(
        element.get("id", kind), Text(f"不支持元素 {kind}", f"{kind} is not supported"), _NOT_RUN
    )


def _the_process(root: etree._Element) -> etree._Element:
    found = [p for p in root.findall(f"{{{BPMN}}}process") if p.get("isExecutable", "false") == "true"]
    if len(found) != 1:
        raise _whole(
            f"应有且只有一个可执行流程，现有 {len(found)} 个",
            f"It must have exactly one executable process and has {len(found)}",
            '只在一个流程上设 isExecutable="true"',
            'Set isExecutable="true" on one process only',
        )
    return found[0]


def _id(element: etree._Element) -> str:
    value: str = element.get("id", "")
    if not _ID.fullmatch(value) or value in _RESERVED_IDS:
        raise ProcessInvalid(
            value or etree.QName(element).localname,
            Text("标识不合规或为保留字", "Its id is malformed or reserved"),
            Text("改用字母、数字、下划线组成的标识", "Give it an id of letters, digits and underscores"),
        )
    return value


def _both_names(element: etree._Element) -> Text:
    if not element.get("name", "").strip() or not english(element):
        raise ProcessInvalid(
            element.get("id", ""),
            Text("缺少中文或英文名称", "It lacks its Chinese or its English name"),
            Text(
                '填写 name，并在扩展元素中加 <wz:text en="…"/>',
                'Fill in name, and add <wz:text en="…"/> to its extension elements',
            ),
        )
    return name_of(element)


def _extensions(element: etree._Element, name: str) -> list[etree._Element]:
    found: list[etree._Element] = element.findall(f"{{{BPMN}}}extensionElements/{{{WZ}}}{name}")
    return found


def _inputs(process: etree._Element) -> Iterator[str]:
    for element in _extensions(process, "data"):
        name = element.get("name", "")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ProcessInvalid(
                process.get("id", ""),
                Text(f"数据项名称“{name}”不合规", f"The data name “{name}” is malformed"),
                Text("用小写字母、数字、下划线", "Use lower-case letters, digits and underscores"),
            )
        yield name


def _node(element: etree._Element) -> Node:
    identifier = _id(element)
    for child in element:
        if child.tag not in _INSIDE_NODE:  # events' triggers, loops, multiple instances, data bindings
            kind = etree.QName(child).localname
            raise ProcessInvalid(
                identifier, Text(f"不支持其中的 {kind}", f"Its {kind} is not supported"), _NOT_RUN
            )
    kind = _KINDS[element.tag]
    is_task = kind in (Kind.USER, Kind.SERVICE)
    return Node(
        id=identifier,
        kind=kind,
        name=_both_names(element) if is_task else name_of(element),
        default=element.get("default", ""),
        post=_post(element) if kind is Kind.USER else None,
        service=_service(element) if kind is Kind.SERVICE else "",
    )


def _only(element: etree._Element, name: str, example: str) -> etree._Element:
    found = _extensions(element, name)
    if len(found) != 1:
        raise ProcessInvalid(
            element.get("id", ""),
            Text(
                f"应有一个 wz:{name}，现有 {len(found)} 个",
                f"It must have one wz:{name} and has {len(found)}",
            ),
            Text(f"在扩展元素中加 {example}", f"Add {example} to its extension elements"),
        )
    return found[0]


def _attribute(owner: str, element: etree._Element, name: str, pattern: re.Pattern[str], example: str) -> str:
    value: str = element.get(name, "")
    if not pattern.fullmatch(value):
        raise ProcessInvalid(
            owner,
            Text(f"{name}=“{value}”不合规", f"{name}=“{value}” is malformed"),
            Text(f'例如 {name}="{example}"', f'Write for example {name}="{example}"'),
        )
    return value


def _post(task: etree._Element) -> Post:
    owner = task.get("id", "")
    element = _only(task, "post", '<wz:post office="…" permission="…" promise="P2D"/>')
    days, hours = _PROMISE.fullmatch(_attribute(owner, element, "promise", _PROMISE, "P2D")).groups()  # type: ignore[union-attr]
    outcomes = tuple(
        Outcome(
            _attribute(owner, each, "code", _NAME, "approved"),
            Text(each.get("zh", "") or each.get("code", ""), each.get("en", "") or each.get("code", "")),
        )
        for each in element.findall(f"{{{WZ}}}outcome")
    )
    if len({outcome.code for outcome in outcomes}) != len(outcomes):
        raise ProcessInvalid(
            owner, Text("办理结果重复", "It names an outcome twice"), Text("删去重复项", "Remove one")
        )
    return Post(
        office=_attribute(owner, element, "office", _OFFICE, "market-supervision"),
        permission=_attribute(owner, element, "permission", _NAME, "cases.review"),
        promise=Promise(int(days or 0), int(hours or 0)),
        outcomes=outcomes,
    )


def _service(task: etree._Element) -> str:
    element = _only(task, "service", '<wz:service name="…"/>')
    return _attribute(task.get("id", ""), element, "name", _NAME, "cases.grant")


def _flow(element: etree._Element) -> Flow:
    identifier = _id(element)
    expression = element.find(f"{{{BPMN}}}conditionExpression")
    condition = None
    if expression is not None:
        try:
            condition = read("".join(expression.itertext()))
        except ConditionInvalid as error:
            raise ProcessInvalid(
                identifier,
                error.detail,
                Text(
                    '只用比较与 and、or、not，例如 accept.outcome == "accepted"',
                    'Use only comparisons with and, or, not, such as accept.outcome == "accepted"',
                ),
            ) from error
    return Flow(
        identifier, element.get("sourceRef", ""), element.get("targetRef", ""), name_of(element), condition
    )
