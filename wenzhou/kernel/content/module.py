"""Manifest of the content block."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.content.permissions import EDIT, PUBLISH
from wenzhou.kernel.identity.module import MODULE as IDENTITY

MODULE = Module(
    code="content",
    title=Text("内容", "Content"),
    summary=Text(
        "公开页面、图片与文件的底座：双语页面树、编辑与审核、整页缓存。",
        "The base of public pages, pictures and papers: a bilingual tree, editing and approval, kept pages.",
    ),
    group="kernel",
    rows=("K11",),
    clauses=("2.10",),
    depends_on=(IDENTITY,),
    permissions=(EDIT, PUBLISH),
)
