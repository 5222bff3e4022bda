"""A process as a picture (SVG) and, for those who do not see it, as a list of steps.

The picture carries classes only, no style attribute and no style sheet of its own, because our
Content-Security-Policy allows neither: ``cases/process.css`` colours it. Without that sheet it is still a plain
line drawing. States are shown by a mark as well as by colour (WCAG 2.2, 1.4.1).

    draw(xml, done=run.done_elements(), current=run.current_elements())
    steps(xml, done=…, current=…)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.cases.process import shapes
from wenzhou.kernel.cases.process.drawing import NODES, Drawing, Edge, Family, Shape, read_drawing

_MARGIN = 12.0
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


class StepState(StrEnum):
    """Where a step stands; the value is also its class in the picture."""

    DONE = "is-done"
    CURRENT = "is-current"
    WAITING = "is-waiting"


STATE_NAMES = {
    StepState.DONE: Text("已办", "Done"),
    StepState.CURRENT: Text("在办", "In progress"),
    StepState.WAITING: Text("未到", "Not yet"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One task of the process, for the list beside the picture."""

    element_id: str
    name: Text
    lane: Text
    state: StepState

    @property
    def state_name(self) -> Text:
        """The state in words."""
        return STATE_NAMES[self.state]


def steps(xml: bytes, *, done: Collection[str] = (), current: Collection[str] = ()) -> tuple[Step, ...]:
    """The tasks in the order in which the flows reach them, with the lane (office) that each stands in."""
    drawing = read_drawing(xml)
    lanes = [shape for shape in drawing.shapes if shape.family is Family.LANE]
    return tuple(
        Step(shape.id, shape.name, _lane(shape, lanes), _state(shape.id, done, current))
        for shape in _in_order(drawing)
        if shape.family is Family.TASK
    )


def draw(
    xml: bytes,
    *,
    done: Collection[str] = (),
    current: Collection[str] = (),
    english: bool | None = None,
    uid: str = "process",
) -> str:
    """The diagram as one ``<svg>`` element. ``uid`` keeps its ids apart from those of other diagrams on a page.

    ``english`` defaults to the reader's language. Raises ProcessInvalid when the file has no diagram.
    """
    drawing = read_drawing(xml)
    in_english = is_english() if english is None else english
    box = drawing.box
    left, top = box.x - _MARGIN, box.y - _MARGIN
    width, height = box.width + 2 * _MARGIN, box.height + 2 * _MARGIN
    svg = etree.Element("svg", nsmap={None: shapes.SVG})
    for name, value in (
        ("class", "bpmn-diagram"),
        ("viewBox", f"{left:g} {top:g} {width:g} {height:g}"),
        ("width", f"{width:g}"),
        ("height", f"{height:g}"),
        ("role", "img"),
        ("aria-labelledby", f"{uid}-title {uid}-desc"),
        ("lang", "en" if in_english else "zh-Hans"),
        ("fill", "none"),
        ("stroke", "currentColor"),
    ):
        svg.set(name, value)
    etree.SubElement(svg, "title", id=f"{uid}-title").text = shapes.say(drawing.name, in_english)
    etree.SubElement(svg, "desc", id=f"{uid}-desc").text = _describe(
        steps(xml, done=done, current=current), in_english
    )
    shapes.define_arrows(svg, uid)
    for shape in drawing.shapes:
        if shape.is_container:
            shapes.draw_shape(svg, shape, _class(shape, done, current), in_english)
    states = {edge.id: _edge_state(edge, drawing, done, current) for edge in drawing.edges}
    for edge in sorted(drawing.edges, key=lambda edge: states[edge.id]):  # taken flows lie on top
        shapes.draw_edge(svg, edge, uid, states[edge.id])
    for shape in drawing.shapes:
        if not shape.is_container:
            shapes.draw_shape(svg, shape, _class(shape, done, current), in_english)
    labelled: list[Shape | Edge] = [*drawing.edges, *drawing.shapes]
    for owner in labelled:
        shapes.draw_label(svg, owner, in_english)
    text: str = etree.tostring(svg, encoding="unicode")
    return text


def _class(shape: Shape, done: Collection[str], current: Collection[str]) -> str:
    return _state(shape.id, done, current) if shape.family in NODES else ""


def _state(element_id: str, done: Collection[str], current: Collection[str]) -> StepState:
    """In a second round a task is both done and current: what counts is that it is current."""
    if element_id in current:
        return StepState.CURRENT
    return StepState.DONE if element_id in done else StepState.WAITING


def _edge_state(edge: Edge, drawing: Drawing, done: Collection[str], current: Collection[str]) -> str:
    """Every flow that leaves a passed element was taken; of a choice, the one whose target was reached."""
    if edge.kind != "sequenceFlow" or edge.source not in done:
        return ""
    chooses = edge.source in {shape.id for shape in drawing.shapes if shape.kind in _CHOOSING}
    reached = edge.target in done or edge.target in current
    return "is-taken" if reached or not chooses else ""


def _describe(listed: tuple[Step, ...], in_english: bool) -> str:
    now = [shapes.say(step.name, in_english) for step in listed if step.state is StepState.CURRENT]
    finished = sum(step.state is StepState.DONE for step in listed)
    if in_english:
        return f"{finished} of {len(listed)} steps done. In progress: {', '.join(now) or 'none'}."
    return f"共 {len(listed)} 个环节，已办 {finished} 个；在办：{'、'.join(now) or '无'}。"


def _lane(shape: Shape, lanes: list[Shape]) -> Text:
    x, y = shape.box.centre
    for lane in reversed(lanes):  # an inner lane comes after the lane it is in
        box = lane.box
        if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
            return lane.name
    return Text("", "")


def _in_order(drawing: Drawing) -> list[Shape]:
    """Nodes as the flows reach them, breadth first; where several are reached at once, from the top down."""
    nodes = {shape.id: shape for shape in drawing.shapes if shape.family in NODES}
    entered = {edge.target for edge in drawing.edges if edge.kind == "sequenceFlow"}
    todo = deque(sorted((n for n in nodes if n not in entered), key=lambda n: nodes[n].box.y))
    found: dict[str, Shape] = {}
    while todo:
        identifier = todo.popleft()
        if identifier in found:
            continue
        found[identifier] = nodes[identifier]
        following = [e.target for e in drawing.edges if e.source == identifier and e.target in nodes]
        todo.extend(sorted(following, key=lambda n: nodes[n].box.y))
    return [*found.values(), *(shape for key, shape in nodes.items() if key not in found)]
