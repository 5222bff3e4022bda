"""Manifest of the legal persons database."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE

MODULE = Module(
    code="legal_persons",
    title=Text("法人单位基础信息库", "Legal persons database"),
    summary=Text(
        "企业等法人单位、股东、法定代表人及其变更历史。",
        "Firms and other legal persons, their holders and representatives, and what has changed.",
    ),
    group="foundation",
    rows=("F3b",),
    clauses=("1.3",),
    depends_on=(EXCHANGE,),
)
