"""The diagram interchange (BPMN DI, BPMN 2.0.2 clause 12) of a process file, as frozen shapes and edges.

Any BPMN 2.0 file that carries its diagram is read, also one with elements that the engine does not run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lxml import etree

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.definition import BPMN, name_of, parse
from wenzhou.kernel.cases.process.problems import ProcessInvalid

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_FURTHEST = 100_000.0


class Family(StrEnum):
    """What an element looks like; within a family, ``kind`` makes the difference."""

    EVENT = "event"
    TASK = "task"
    GATEWAY = "gateway"
    POOL = "pool"
    LANE = "lane"
    NOTE = "note"
    DATA = "data"
    GROUP = "group"
    FLOW = "flow"


_FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys(
        ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
        Family.EVENT,
    ),
    **dict.fromkeys(
        (
            *("task", "userTask", "serviceTask", "scriptTask", "manualTask", "sendTask", "receiveTask"),
            *("businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"),
        ),
        Family.TASK,
    ),
    **dict.fromkeys(
        (
            *("exclusiveGateway", "parallelGateway", "inclusiveGateway"),
            *("eventBasedGateway", "complexGateway"),
        ),
        Family.GATEWAY,
    ),
    "participant": Family.POOL,
    "lane": Family.LANE,
    "textAnnotation": Family.NOTE,
    "group": Family.GROUP,
    **dict.fromkeys(("dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"), Family.DATA),
    **dict.fromkeys(
        (
            *("sequenceFlow", "messageFlow", "association"),
            *("dataInputAssociation", "dataOutputAssociation"),
        ),
        Family.FLOW,
    ),
}
NODES = frozenset({Family.EVENT, Family.TASK, Family.GATEWAY})
_MUST_BE_DRAWN = NODES | {Family.FLOW}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, in its pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn element that has a place. ``trigger`` is an event's definition ("timer", …) or ""."""

    id: str
    family: Family
    kind: str
    name: Text
    box: Box
    label: Box | None
    trigger: str = ""
    horizontal: bool = True
    expanded: bool = False
    interrupting: bool = True

    @property
    def is_container(self) -> bool:
        """Whether other elements lie on top of it."""
        return self.expanded or self.family in (Family.POOL, Family.LANE, Family.GROUP)


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn connection. ``is_default`` marks the default flow of its source."""

    id: str
    kind: str
    name: Text
    points: tuple[tuple[float, float], ...]
    label: Box | None
    source: str
    target: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """One diagram: shapes from back to front, edges, and the box around it all."""

    name: Text
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    box: Box


@lru_cache(maxsize=128)
def read_drawing(xml: bytes) -> Drawing:
    """Read the diagram of a file (of several, the one that shows most of what is run). Raises ProcessInvalid when elements have no place in it.

    There is no automatic layout: where a step stands tells the reader something, so a person places it.
    """
    root = parse(xml)
    elements = {element.get("id"): element for element in root.iter() if element.get("id")}
    planes = root.findall(f"{_DI}BPMNDiagram/{_DI}BPMNPlane")
    if not planes:
        raise ProcessInvalid(
            "",
            Text("文件没有图形（BPMN DI）部分", "The file has no diagram (BPMN DI)"),
            Text(
                "用流程设计器（如 bpmn.io）打开，摆好位置后连同图形一起保存",
                "Open it in a modeller such as bpmn.io, place the elements, and save it with its diagram",
            ),
        )
    run = {element.get("id") for element in root.iterfind(f"{{{BPMN}}}process[@isExecutable='true']/*")}
    plane = max(planes, key=lambda each: sum(shape.get("bpmnElement") in run for shape in each))
    shapes = sorted(_shapes(plane, elements), key=_depth)
    edges = tuple(_edges(plane, elements))
    _check_complete(root, {shape.id for shape in shapes} | {edge.id for edge in edges})
    return Drawing(_title(root), tuple(shapes), edges, _around(shapes, edges))


def _depth(shape: Shape) -> tuple[int, float]:
    """What lies behind comes first: pools, lanes, then what holds other elements, the largest first."""
    if shape.is_container:
        order = {Family.POOL: 0, Family.LANE: 1}.get(shape.family, 2)
        return order, -shape.box.width * shape.box.height
    return 3, 0.0


def _check_complete(root: etree._Element, drawn: set[str]) -> None:
    """All of a process is drawn, or (where a pool is shown closed, or on another page) nothing of it."""
    for process in root.iterfind(f"{{{BPMN}}}process"):
        parts = [part for part in process if _FAMILIES.get(etree.QName(part).localname) in _MUST_BE_DRAWN]
        missing = [part.get("id", "") for part in parts if part.get("id", "") not in drawn]
        if missing and (len(missing) < len(parts) or process.get("isExecutable") == "true"):
            raise ProcessInvalid(
                missing[0],
                Text("没有画在图上", "It is not drawn in the diagram"),
                Text("在流程设计器中摆放它", "Place it in the modeller"),
            )


def _title(root: etree._Element) -> Text:
    for tag in ("process", "participant"):
        for element in root.iter(f"{{{BPMN}}}{tag}"):
            if element.get("name"):
                return name_of(element)
    return Text("流程图", "Process diagram")


def _shapes(plane: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Shape]:
    for drawn in plane.iterfind(f"{_DI}BPMNShape"):
        element = elements.get(drawn.get("bpmnElement", ""))
        kind = etree.QName(element).localname if element is not None else ""
        family = _FAMILIES.get(kind)
        if element is None or family is None or family is Family.FLOW:
            continue
        note = element.findtext(f"{{{BPMN}}}text")
        yield Shape(
            id=element.get("id", ""),
            family=family,
            kind=kind,
            name=Text(note, note) if note else name_of(element),
            box=_box(drawn, element.get("id", "")),
            label=_label(drawn, element.get("id", "")),
            trigger=_trigger(element),
            horizontal=drawn.get("isHorizontal", "true") == "true",
            expanded=drawn.get("isExpanded", "false") == "true",
            interrupting=element.get("cancelActivity", element.get("isInterrupting", "true")) == "true",
        )


def _trigger(element: etree._Element) -> str:
    for child in element:
        name: str = etree.QName(child).localname
        if name.endswith("EventDefinition"):
            return name.removesuffix("EventDefinition")
    return ""


def _edges(plane: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Edge]:
    for drawn in plane.iterfind(f"{_DI}BPMNEdge"):
        element = elements.get(drawn.get("bpmnElement", ""))
        if element is None or _FAMILIES.get(etree.QName(element).localname) is not Family.FLOW:
            continue
        identifier = element.get("id", "")
        points = tuple(
            (_number(p, "x", identifier), _number(p, "y", identifier)) for p in drawn.iterfind(_WAYPOINT)
        )
        if len(points) < 2:
            raise _bad_number(identifier)
        source = elements.get(element.get("sourceRef", ""))
        yield Edge(
            id=identifier,
            kind=etree.QName(element).localname,
            name=name_of(element),
            points=points,
            label=_label(drawn, identifier),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            is_default=source is not None and source.get("default") == identifier,
        )


def _number(element: etree._Element, name: str, owner: str) -> float:
    try:
        value = float(element.get(name, ""))
    except ValueError as error:
        raise _bad_number(owner) from error
    if not math.isfinite(value) or abs(value) > _FURTHEST:
        raise _bad_number(owner)
    return value


def _bad_number(owner: str) -> ProcessInvalid:
    return ProcessInvalid(
        owner,
        Text("图上的位置或大小不合规", "Its place or size in the diagram is malformed"),
        Text("在流程设计器中重新摆放", "Place it again in the modeller"),
    )


def _box(drawn: etree._Element, owner: str) -> Box:
    bounds = drawn.find(_BOUNDS)
    if bounds is None:
        raise _bad_number(owner)
    box = Box(*(_number(bounds, name, owner) for name in ("x", "y", "width", "height")))
    if box.width < 0 or box.height < 0:
        raise _bad_number(owner)
    return box


def _label(drawn: etree._Element, owner: str) -> Box | None:
    label = drawn.find(f"{_DI}BPMNLabel")
    return _box(label, owner) if label is not None and label.find(_BOUNDS) is not None else None


def _around(shapes: list[Shape], edges: tuple[Edge, ...]) -> Box:
    boxes = [shape.box for shape in shapes]
    boxes += [shape.label for shape in shapes if shape.label]
    boxes += [edge.label for edge in edges if edge.label]
    xs = [box.x for box in boxes] + [box.x + box.width for box in boxes]
    ys = [box.y for box in boxes] + [box.y + box.height for box in boxes]
    for edge in edges:
        xs.extend(x for x, _ in edge.points)
        ys.extend(y for _, y in edge.points)
    left, top = min(xs, default=0.0), min(ys, default=0.0)
    return Box(left, top, max(xs, default=0.0) - left, max(ys, default=0.0) - top)
