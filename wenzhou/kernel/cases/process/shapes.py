"""The look of BPMN elements (BPMN 2.0.2 clause 7.6 and annexes), as SVG elements with classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import hypot

from lxml import etree

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.drawing import Box, Edge, Family, Shape
from wenzhou.kernel.cases.process.lettering import width, wrap

SVG = "http://www.w3.org/2000/svg"
BAND = 30.0  # the band of a pool or lane that holds its name
_SIZE = 13.0  # of letters in tasks and bands
_SMALL = 12.0  # of labels
_LEADING = 1.25
_CORNER = 6.0

# Icons in a field of 16 by 16: drawn for this project.
_TASK_ICONS = {
    "userTask": "M8 2.2a2.9 2.9 0 1 1 0 5.8a2.9 2.9 0 0 1 0-5.8zM2.2 14.5v-1.6c0-2.3 2.3-3.7 5.8-3.7s5.8 1.4 5.8 3.7v1.6z",
    "serviceTask": "M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6zM8 1v2.4M8 12.6V15M1 8h2.4M12.6 8H15M3 3l1.8 1.8M11.2 11.2L13 13M13 3l-1.8 1.8M4.8 11.2L3 13",
    "scriptTask": "M4 1.5h9c-3 3 2 7-1 13H3c3-6-2-10 1-13zM5 5h5M5.5 8h5M5 11h5",
    "manualTask": "M1.5 7l5-4h2L7 5.2h6.5v2H9v1h5v1.8H9v.9h4.4v1.8H8.6v.8h3.6V15H5l-3.5-2z",
    "sendTask": "M1.5 3.5h13v9h-13zM1.5 3.5L8 8.6l6.5-5.1",
    "receiveTask": "M1.5 3.5h13v9h-13zM1.5 3.5L8 8.6l6.5-5.1",
    "businessRuleTask": "M1.5 3h13v10h-13zM1.5 6.2h13M1.5 9.6h13M5.5 6.2V13",
}
_TRIGGER_ICONS = {
    "timer": "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM8 4.2V8l2.6 2",
    "message": "M2 4h12v8H2zM2 4l6 4.6L14 4",
    "signal": "M8 2.5l6 10.5H2z",
    "error": "M2 13.5l4-9 4 5 4-7.5-4 9-4-5z",
    "escalation": "M8 2l4.5 11.5L8 9.4l-4.5 4.1z",
    "conditional": "M3.5 2h9v12h-9zM5.5 5h5M5.5 8h5M5.5 11h5",
    "terminate": "M8 3a5 5 0 1 1 0 10a5 5 0 0 1 0-10z",
    "link": "M2 6h6V3.5l6 4.5-6 4.5V10H2z",
    "compensate": "M8 3.5v9L2.5 8zM13.5 3.5v9L8 8z",
    "cancel": "M3.5 5L5 3.5l3 3 3-3L12.5 5l-3 3 3 3L11 12.5l-3-3-3 3L3.5 11l3-3z",
}
_GATEWAY_ICONS = {
    "exclusiveGateway": "M3.5 2.5l9 11M12.5 2.5l-9 11",
    "parallelGateway": "M8 1.5v13M1.5 8h13",
    "inclusiveGateway": "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z",
    "eventBasedGateway": "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM8 4.5l3.6 2.6-1.4 4.2H5.8L4.4 7.1z",
    "complexGateway": "M8 1.5v13M1.5 8h13M3.5 3.5l9 9M12.5 3.5l-9 9",
}
_MARKS = {
    "is-done": "M4.2 8.2l2.6 2.6 5-5.4",
    "is-current": "M6.2 4.6v6.8L11.4 8z",
}


def say(name: Text, in_english: bool) -> str:
    """The name in one language."""
    return name.en if in_english else name.zh


def define_arrows(svg: etree._Element, uid: str) -> None:
    """The heads of flows, once for a diagram; taken flows have one of their own, as markers inherit no colour."""
    defs = etree.SubElement(svg, "defs")
    for name, kind in (
        ("arrow", "bpmn-arrow"),
        ("taken", "bpmn-arrow is-taken"),
        ("open", "bpmn-arrow-open"),
    ):
        marker = etree.SubElement(
            defs, "marker", id=f"{uid}-{name}", viewBox="0 0 10 10", refX="9.5", refY="5",
            markerWidth="9", markerHeight="9", markerUnits="userSpaceOnUse", orient="auto",
        )  # fmt: skip
        head = _part(marker, "path", kind, d="M0 1.2L9.5 5 0 8.8" + ("" if name == "open" else "z"))
        if name != "open":
            head.set("fill", "currentColor")


def draw_shape(svg: etree._Element, shape: Shape, state: str, in_english: bool) -> None:
    """One element with a place, its own drawing and what stands inside it."""
    classes = f"bpmn-{shape.family} bpmn-{shape.kind} {state}".strip()
    group = _part(svg, "g", classes, **{"data-element": shape.id})
    name = say(shape.name, in_english)
    if name:
        etree.SubElement(group, "title").text = name
    _DRAW[shape.family](group, shape, name)
    if shape.family is Family.TASK and state in _MARKS:
        badge = _part(
            group,
            "g",
            "bpmn-mark",
            transform=f"translate({shape.box.x + shape.box.width - 12:g} {shape.box.y - 8:g})",
        )
        _part(badge, "circle", "bpmn-mark-field", cx="10", cy="10", r="10", fill="none")
        _part(badge, "path", "bpmn-mark-sign", d=_MARKS[state], transform="translate(2 2)")


def draw_edge(svg: etree._Element, edge: Edge, uid: str, state: str) -> None:
    """One connection, with rounded corners, its arrow head and the slash of a default flow."""
    line = _part(svg, "path", f"bpmn-edge bpmn-{edge.kind} {state}".strip(), d=_rounded(edge.points))
    line.set("data-element", edge.id)
    if edge.kind == "sequenceFlow":
        line.set("marker-end", f"url(#{uid}-{'taken' if state else 'arrow'})")
    elif edge.kind != "association":
        line.set("marker-end", f"url(#{uid}-open)")
    if edge.kind != "sequenceFlow":
        line.set("stroke-dasharray", "6 4" if edge.kind == "messageFlow" else "2 4")
    if edge.is_default:
        (x1, y1), (x2, y2) = edge.points[0], edge.points[1]
        length = hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        x, y = x1 + 10 * dx, y1 + 10 * dy
        reach = 5.0
        slash = f"M{x + reach * (dy - dx):g} {y - reach * (dx + dy):g}L{x - reach * (dy - dx):g} {y + reach * (dx + dy):g}"
        _part(svg, "path", f"bpmn-default {state}".strip(), d=slash)


def draw_label(svg: etree._Element, owner: Shape | Edge, in_english: bool) -> None:
    """The name that stands beside an event, a gateway, a data object or a flow."""
    name = say(owner.name, in_english)
    beside = not isinstance(owner, Shape) or owner.family in (
        Family.EVENT,
        Family.GATEWAY,
        Family.DATA,
        Family.GROUP,
    )
    if not name or not beside:
        return
    if owner.label is not None:
        box = owner.label
        left, across, top = box.x + box.width / 2, max(box.width, 90.0), box.y
    elif isinstance(owner, Shape):
        left, across, top = owner.box.centre[0], 100.0, owner.box.y + owner.box.height + 4
    else:
        (left, top), across = _middle(owner.points), 100.0
        top -= _SMALL * _LEADING + 4
    lines = wrap(name, across / _SMALL, 4)
    if owner.label is not None and _sits_above(owner):
        top -= (len(lines) - 1) * _SMALL * _LEADING
    _lines(svg, lines, left, top + _SMALL, _SMALL, "bpmn-label")


def _sits_above(owner: Shape | Edge) -> bool:
    """A label above its owner grows upwards, so that a longer name does not run into the drawing."""
    if owner.label is None:
        return False
    if isinstance(owner, Shape):
        return owner.label.y + owner.label.height <= owner.box.y + 2
    (x1, y1), (x2, y2) = owner.points[0], owner.points[-1]
    return y1 == y2 and owner.label.y < y1 and abs(x2 - x1) > 0


def _part(parent: etree._Element, tag: str, classes: str, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.set("class", classes)
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _rect(
    parent: etree._Element, box: Box, classes: str, radius: float = 0, inset: float = 0
) -> etree._Element:
    return _part(
        parent, "rect", classes, x=f"{box.x + inset:g}", y=f"{box.y + inset:g}",
        width=f"{max(box.width - 2 * inset, 0):g}", height=f"{max(box.height - 2 * inset, 0):g}", rx=f"{radius:g}",
    )  # fmt: skip


def _icon(parent: etree._Element, path: str, classes: str, x: float, y: float, size: float) -> etree._Element:
    return _part(parent, "path", classes, d=path, transform=f"translate({x:g} {y:g}) scale({size / 16:g})")


def _lines(
    parent: etree._Element, lines: Sequence[str], x: float, baseline: float, size: float, classes: str
) -> etree._Element:
    text = _part(parent, "text", classes, fill="currentColor", stroke="none")
    text.set("font-size", f"{size:g}")
    text.set("text-anchor", "middle")
    for index, line in enumerate(lines):
        span = etree.SubElement(text, "tspan", x=f"{x:g}", y=f"{baseline + index * size * _LEADING:g}")
        span.text = line
    return text


def _event(group: etree._Element, shape: Shape, name: str) -> None:
    del name  # it stands beside the event
    x, y = shape.box.centre
    radius = min(shape.box.width, shape.box.height) / 2
    ring = _part(group, "circle", "bpmn-field", cx=f"{x:g}", cy=f"{y:g}", r=f"{radius:g}")
    rings = [ring]
    if shape.kind == "endEvent":
        ring.set("stroke-width", "3.5")
    elif shape.kind != "startEvent":
        rings.append(
            _part(group, "circle", "bpmn-ring", cx=f"{x:g}", cy=f"{y:g}", r=f"{max(radius - 3, 1):g}")
        )
    if not shape.interrupting:
        for each in rings:
            each.set("stroke-dasharray", "5 3")
    if shape.trigger:
        size = radius * 1.15
        icon = _icon(group, _TRIGGER_ICONS.get(shape.trigger, _TRIGGER_ICONS["conditional"]), "bpmn-icon",
                     x - size / 2, y - size / 2, size)  # fmt: skip
        if shape.kind in ("endEvent", "intermediateThrowEvent"):
            icon.set("fill", "currentColor")


def _task(group: etree._Element, shape: Shape, name: str) -> None:
    box = shape.box
    _rect(group, box, "bpmn-field", 10).set("stroke-width", "3.5" if shape.kind == "callActivity" else "1.5")
    if shape.kind == "transaction":
        _rect(group, box, "bpmn-ring", 7, 3)
    if shape.kind in _TASK_ICONS:
        icon = _icon(group, _TASK_ICONS[shape.kind], "bpmn-icon", box.x + 6, box.y + 5, 15)
        if shape.kind == "sendTask":
            icon.set("fill", "currentColor")
    is_process = shape.kind in ("subProcess", "adHocSubProcess", "transaction")
    if is_process and not shape.expanded:
        x, y = box.x + box.width / 2, box.y + box.height
        _part(
            group,
            "path",
            "bpmn-icon",
            d=f"M{x - 7:g} {y - 15:g}h14v14h-14zM{x:g} {y - 12:g}v8M{x - 4:g} {y - 8:g}h8",
        )
    room = int((box.height - 20) / (_SIZE * _LEADING)) or 1
    lines = wrap(name, (box.width - 14) / _SIZE, 1 if shape.expanded else room)
    x, y = box.centre
    top = box.y + 8 if shape.expanded else y - (len(lines) * _SIZE * _LEADING) / 2 + 1
    _lines(group, lines, x, top + _SIZE, _SIZE, "bpmn-name")


def _gateway(group: etree._Element, shape: Shape, name: str) -> None:
    del name  # it stands beside the gateway
    box = shape.box
    x, y = box.centre
    _part(
        group, "path", "bpmn-field",
        d=f"M{x:g} {box.y:g}L{box.x + box.width:g} {y:g} {x:g} {box.y + box.height:g} {box.x:g} {y:g}z",
    )  # fmt: skip
    size = min(box.width, box.height) * 0.44
    icon = _icon(group, _GATEWAY_ICONS[shape.kind], "bpmn-icon", x - size / 2, y - size / 2, size)
    icon.set("stroke-width", "2.2")


def _band(group: etree._Element, shape: Shape, name: str) -> None:
    box = shape.box
    _rect(group, box, "bpmn-field")
    band = Box(box.x, box.y, BAND, box.height) if shape.horizontal else Box(box.x, box.y, box.width, BAND)
    _rect(group, band, "bpmn-band")
    x, y = band.centre
    if not shape.horizontal:
        _lines(group, wrap(name, (box.width - 8) / _SIZE, 1), x, y + _SIZE * 0.36, _SIZE, "bpmn-name")
    elif name and width(name) == len(name) and len(name) * _SIZE * _LEADING <= box.height - 4:
        top = y - len(name) * _SIZE * _LEADING / 2  # Chinese stands upright, one character below the other
        _lines(group, tuple(name), x, top + _SIZE, _SIZE, "bpmn-name")
    else:
        lines = wrap(name, (box.height - 8) / _SIZE, 1)
        _lines(group, lines, 0, _SIZE * 0.36, _SIZE, "bpmn-name").set(
            "transform", f"translate({x:g} {y:g}) rotate(-90)"
        )


def _note(group: etree._Element, shape: Shape, name: str) -> None:
    box = shape.box
    _part(group, "path", "bpmn-field", d=f"M{box.x + 12:g} {box.y:g}h-12v{box.height:g}h12")
    lines = wrap(name, (box.width - 12) / _SMALL, max(int(box.height / (_SMALL * _LEADING)), 1))
    _lines(group, lines, box.x + 6 + (box.width - 6) / 2, box.y + _SMALL + 2, _SMALL, "bpmn-name")


def _data(group: etree._Element, shape: Shape, name: str) -> None:
    del name  # it stands below the sheet
    box = shape.box
    fold = min(10.0, box.width / 3)
    if shape.kind == "dataStoreReference":
        curve = f"c0 {fold:g} {box.width:g} {fold:g} {box.width:g} 0"
        path = f"M{box.x:g} {box.y + fold / 2:g}{curve}c0 {-fold:g} {-box.width:g} {-fold:g} {-box.width:g} 0"
        path += f"v{box.height - fold:g}{curve}v{fold - box.height:g}"
    else:
        path = f"M{box.x:g} {box.y:g}h{box.width - fold:g}l{fold:g} {fold:g}v{box.height - fold:g}h{-box.width:g}z"
        path += f"M{box.x + box.width - fold:g} {box.y:g}v{fold:g}h{fold:g}"
    _part(group, "path", "bpmn-field", d=path)


def _group(group: etree._Element, shape: Shape, name: str) -> None:
    del name
    _rect(group, shape.box, "bpmn-ring", 10).set("stroke-dasharray", "10 4 2 4")


_DRAW: dict[Family, Callable[[etree._Element, Shape, str], None]] = {
    Family.EVENT: _event,
    Family.TASK: _task,
    Family.GATEWAY: _gateway,
    Family.POOL: _band,
    Family.LANE: _band,
    Family.NOTE: _note,
    Family.DATA: _data,
    Family.GROUP: _group,
}


def _rounded(points: Sequence[tuple[float, float]]) -> str:
    """The path through the points, its corners rounded as far as the legs allow."""
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x0, y0), (x1, y1), (x2, y2) in zip(points, points[1:], points[2:], strict=False):
        before, after = hypot(x1 - x0, y1 - y0), hypot(x2 - x1, y2 - y1)
        radius = min(_CORNER, before / 2, after / 2)
        if radius <= 0:
            continue
        ax, ay = x1 + (x0 - x1) * radius / before, y1 + (y0 - y1) * radius / before
        bx, by = x1 + (x2 - x1) * radius / after, y1 + (y2 - y1) * radius / after
        path += f"L{ax:g} {ay:g}Q{x1:g} {y1:g} {bx:g} {by:g}"
    return f"{path}L{points[-1][0]:g} {points[-1][1]:g}"


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The point half-way along a line."""
    legs = [(a, b, hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(points)]
    left = sum(length for _, _, length in legs) / 2
    for (x1, y1), (x2, y2), length in legs:
        if length and left <= length:
            return x1 + (x2 - x1) * left / length, y1 + (y2 - y1) * left / length
        left -= length
    return points[0]
