"""The language of conditions on sequence flows: comparisons over the data of the case, nothing else.

A BPMN engine in Python would hand such a text to ``eval``; a process file is uploaded by people, so ours is
read with :mod:`ast` against a list of what is allowed and then walked by this module. There are no
calls, no subscripts, no arithmetic and no attribute of any Python object: ``licence.outcome`` looks up the
key ``outcome`` in the mapping stored under ``licence``.

    accept.outcome == "accepted" and applicant.area_m2 < 300
    not (kind in ("bar", "karaoke"))

There is no truthiness either: what ``and``, ``or`` and ``not`` join must be true or false, and a missing
key is an error, so a mistyped name cannot quietly send a case the wrong way.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.process.problems import ConditionFailed, ConditionInvalid

MAX_LENGTH = 1_000
MAX_NODES = 250

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_STRUCTURE = (ast.Expression, ast.And, ast.Or, ast.Not, ast.USub, ast.Load, *_COMPARE)
_CONSTANTS = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, read and found harmless. ``paths`` are the dotted names it looks up."""

    source: str
    tree: ast.expr
    paths: frozenset[tuple[str, ...]]

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Decide the condition over ``data``. Raises ConditionFailed when the data cannot answer it."""
        try:
            return _truth(_value(self.tree, data), self.source)
        except TypeError as error:
            raise ConditionFailed(
                Text(
                    f"条件“{self.source}”比较了不同类型的值",
                    f"“{self.source}” compares values that do not compare",
                )
            ) from error

    def compared(self) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Each (path, constant) that the condition compares for equality or membership."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Compare):
                continue
            paths = [_path(side) for side in (node.left, *node.comparators) if not _is_literal(side)]
            values = [_value(side, {}) for side in (node.left, *node.comparators) if _is_literal(side)]
            for path in filter(None, paths):
                for value in values:
                    yield from ((path, each) for each in (value if isinstance(value, tuple) else (value,)))


def read(source: str) -> Condition:
    """Read one condition. Raises ConditionInvalid for anything outside the language."""
    text = " ".join(source.splitlines()).strip()
    if not text or len(text) > MAX_LENGTH:
        raise _refuse(text[:60], "为空或过长", f"is empty or longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _refuse(text, "无法读懂", "cannot be read") from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise _refuse(text[:60], "过于复杂", f"has more than {MAX_NODES} parts")
    for node in nodes:
        _check(node, text)
    if _is_literal(tree):
        raise _refuse(text, "未引用任何办件数据", "looks at no data of the case")
    paths = frozenset(path for node in nodes if (path := _path(node)))
    longest = frozenset(p for p in paths if not any(o != p and o[: len(p)] == p for o in paths))
    return Condition(text, tree, longest)


def lookup(path: tuple[str, ...], data: Mapping[str, Any]) -> Any:
    """The value under a dotted path, keys only. Raises ConditionFailed when a key is missing."""
    here: Any = data
    for key in path:
        if not isinstance(here, Mapping) or key not in here:
            name = ".".join(path)
            raise ConditionFailed(Text(f"办件数据缺少“{name}”", f"The case has no “{name}”"))
        here = here[key]
    return here


def _refuse(source: str, zh: str, en: str) -> ConditionInvalid:
    return ConditionInvalid(Text(f"条件“{source}”{zh}", f"The condition “{source}” {en}"))


def _check(node: ast.AST, source: str) -> None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.startswith("_"):
            raise _refuse(source, f"含有禁用的名称 {name}", f"has the forbidden name {name}")
        case ast.Attribute(value=ast.Name() | ast.Attribute()) | ast.Name() | ast.BoolOp() | ast.Compare():
            return
        case ast.Constant(value=value) if isinstance(value, _CONSTANTS):
            return
        case ast.UnaryOp(op=ast.Not()):
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if all(_is_scalar(part) for part in parts):
            return
        case _ if isinstance(node, _STRUCTURE):
            return
    kind = type(node).__name__
    raise _refuse(source, f"含有不允许的写法 {kind}", f"uses {kind}, which is not allowed")


def _is_scalar(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.UnaryOp)


def _is_literal(node: ast.expr) -> bool:
    """A constant, or a tuple or list of constants: what has a value without any data."""
    match node:
        case ast.Constant() | ast.Tuple() | ast.List() | ast.UnaryOp(op=ast.USub()):
            return True
    return False


def _path(node: ast.AST) -> tuple[str, ...] | None:
    """The dotted name that a node spells, or None when it spells none."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=inner, attr=name):
            head = _path(inner)
            return (*head, name) if head else None
    return None


def _truth(value: Any, source: str) -> bool:
    if not isinstance(value, bool):
        raise ConditionFailed(
            Text(
                f"“{source}”的结果不是“是/否”：{value!r}", f"“{source}” is neither true nor false: {value!r}"
            )
        )
    return value


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name() | ast.Attribute():
            return lookup(_path(node) or (), data)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(_value(part, data) for part in parts)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, data)
        case ast.UnaryOp(operand=operand):
            return not _truth(_value(operand, data), ast.unparse(operand))
        case ast.BoolOp(op=op, values=parts):
            wanted = isinstance(op, ast.Or)
            return any(_truth(_value(p, data), ast.unparse(p)) is wanted for p in parts) is wanted
        case ast.Compare():
            return _compare(node, data)
    raise AssertionError(f"unchecked node {type(node).__name__}")  # read() lets nothing else through


def _compare(node: ast.Compare, data: Mapping[str, Any]) -> bool:
    left = _value(node.left, data)
    for op, side in zip(node.ops, node.comparators, strict=True):
        right = _value(side, data)
        if not _COMPARE[type(op)](left, right):
            return False
        left = right
    return True
