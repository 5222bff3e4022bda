"""Pages of imports and exports."""

from __future__ import annotations

from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS
from wenzhou.kernel.registers.transfer import views_exports

PAGES = (
    Page(
        name="exports",
        path="registers/exports/",
        view=views_exports.listing,
        title=Text("数据导出", "Exports"),
        permission=EXPORT_RECORDS,
        nav=Nav(REGISTERS, 92, "download"),
    ),
    Page(
        name="export-ask",
        path="registers/r/<slug:code>/export/",
        view=views_exports.ask,
        title=Text("申请导出", "Ask for an export"),
        permission=EXPORT_RECORDS,
    ),
    Page(
        name="export",
        path="registers/exports/<uuid:export_id>/",
        view=views_exports.export,
        title=Text("导出进度", "An export"),
        permission=EXPORT_RECORDS,
    ),
    Page(
        name="export-file",
        path="registers/exports/<uuid:export_id>/file/",
        view=views_exports.file,
        title=Text("下载导出文件", "The file of an export"),
        permission=EXPORT_RECORDS,
    ),
)
