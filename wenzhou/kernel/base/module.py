"""Manifest of the toolkit: the generated pages, parked events, the audit."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.outbox import DELIVER, SWEEP
from wenzhou.kernel.base.rights import OPERATE, READ_AUDIT, SEE_STRUCTURE
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.base.views_styleguide import PAGES

MODULE = Module(
    code="base",
    title=Text("平台基础", "Platform"),
    summary=Text(
        "清单、权限、审计、事件和任务：所有系统共用的构件。",
        "Manifests, permissions, audit, events and jobs: what all systems are made with.",
    ),
    group="kernel",
    rows=("K1",),
    permissions=(OPERATE, READ_AUDIT, SEE_STRUCTURE),
    jobs=(DELIVER, SWEEP),
    pages=PAGES,
)
