"""Manifest of the toolkit: the generated pages, parked events, the audit."""

from __future__ import annotations

from wenzhou.kernel.base import views
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.outbox import DELIVER, SWEEP
from wenzhou.kernel.base.pages import OPERATIONS, OVERSIGHT, Nav, Page
from wenzhou.kernel.base.rights import OPERATE, READ_AUDIT, SEE_STRUCTURE
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.base.views_styleguide import PAGES as STYLEGUIDE

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
    pages=(
        *STYLEGUIDE,
        Page(
            name="systems",
            path="platform/systems/",
            view=views.systems,
            title=Text("系统一览", "Systems"),
            public=True,
        ),
        Page(
            name="permissions",
            path="platform/permissions/",
            view=views.permissions,
            title=Text("权限表", "Permissions"),
            permission=SEE_STRUCTURE,
            nav=Nav(OVERSIGHT, 80, "shield-check"),
        ),
        Page(
            name="events",
            path="platform/events/",
            view=views.events,
            title=Text("事件", "Events"),
            permission=SEE_STRUCTURE,
            nav=Nav(OVERSIGHT, 90, "arrows-exchange"),
        ),
        Page(
            name="audit",
            path="platform/audit/",
            view=views.audit,
            title=Text("审计", "Audit"),
            permission=READ_AUDIT,
            nav=Nav(OVERSIGHT, 10, "search"),
        ),
        Page(
            name="deliveries",
            path="platform/deliveries/",
            view=views.deliveries,
            title=Text("搁置的事件", "Parked events"),
            permission=OPERATE,
            nav=Nav(OPERATIONS, 20, "alert-triangle"),
        ),
        Page(
            name="replay",
            path="platform/deliveries/<uuid:delivery_id>/replay/",
            view=views.replay_delivery,
            title=Text("重新投递", "Send again"),
            permission=OPERATE,
        ),
    ),
)
