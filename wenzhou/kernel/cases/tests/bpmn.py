"""Small process files for tests, written as the flows they have: ``"s>a a>e"``."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from wenzhou.kernel.cases.process.definition import BPMN, WZ

RESTAURANT = (
    Path(__file__).parents[3] / "government" / "approvals" / "processes" / "open_restaurant.bpmn"
).read_bytes()

POST = '<wz:post office="window" permission="cases.review" promise="P2D">{}</wz:post>'
OUTCOMES = '<wz:outcome code="yes" zh="同意" en="Yes"/><wz:outcome code="no" zh="不同意" en="No"/>'


def process(
    flows: str,
    conditions: dict[str, str] | None = None,
    *,
    extra: str = "",
    replace: dict[str, str] | None = None,
    data: str = "",
) -> bytes:
    """A file whose nodes are told by the first letter of their ids.

    s start, e end, x exclusive, p parallel, v service, any other a user task. Flows are named ``from_to``;
    an exclusive gateway's default is its first flow without a condition. ``replace`` swaps a node's XML.
    """
    conditions = conditions or {}
    pairs = [tuple(pair.split(">")) for pair in flows.split()]
    nodes = dict.fromkeys(node for pair in pairs for node in pair)
    body = [(replace or {}).get(node) or _node(node, _default(node, pairs, conditions)) for node in nodes] + [
        _flow(f"{a}_{b}", a, b, conditions.get(f"{a}_{b}")) for a, b in pairs
    ]
    inputs = "".join(f'<wz:data name="{name}"/>' for name in data.split())
    return (
        f'<definitions xmlns="{BPMN}" xmlns:wz="{WZ}" id="f" targetNamespace="{WZ}">'
        f'<process id="sample" name="示例" isExecutable="true"><extensionElements><wz:text en="Sample"/>{inputs}'
        f"</extensionElements>{''.join(body)}{extra}</process></definitions>"
    ).encode()


def _default(node: str, pairs: list[tuple[str, ...]], conditions: dict[str, str]) -> str:
    leaving = [f"{a}_{b}" for a, b in pairs if a == node]
    free = [flow for flow in leaving if flow not in conditions]
    return free[0] if node[0] == "x" and len(leaving) > 1 and free else ""


def _node(node: str, default: str) -> str:
    tag = {
        "s": "startEvent",
        "e": "endEvent",
        "x": "exclusiveGateway",
        "p": "parallelGateway",
        "v": "serviceTask",
    }.get(node[0], "userTask")
    if tag in ("userTask", "serviceTask"):
        role = POST.format(OUTCOMES) if tag == "userTask" else f'<wz:service name="do.{node}"/>'
        return (
            f'<{tag} id="{node}" name="环节{node}"><extensionElements><wz:text en="Step {node}"/>{role}'
            f"</extensionElements></{tag}>"
        )
    return f'<{tag} id="{node}"' + (f" default={quoteattr(default)}" if default else "") + "/>"


def _flow(identifier: str, source: str, target: str, condition: str | None) -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
