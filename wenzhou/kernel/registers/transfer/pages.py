"""Pages of imports and exports."""

from __future__ import annotations

from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS, IMPORT_RECORDS
from wenzhou.kernel.registers.transfer import views_exports, views_imports

PAGES = (
    Page(
        name="imports",
        path="registers/imports/",
        view=views_imports.listing,
        title=Text("数据导入", "Imports"),
        permission=IMPORT_RECORDS,
        nav=Nav(REGISTERS, 91, "upload"),
    ),
    Page(
        name="import-new",
        path="registers/r/<slug:code>/import/",
        view=views_imports.new,
        title=Text("上传文件", "Upload a file"),
        permission=IMPORT_RECORDS,
    ),
    Page(
        name="import",
        path="registers/imports/<uuid:import_id>/",
        view=views_imports.one,
        title=Text("一次导入", "An import"),
        permission=IMPORT_RECORDS,
    ),
    Page(
        name="import-bad",
        path="registers/imports/<uuid:import_id>/bad/",
        view=views_imports.bad,
        title=Text("有误的行", "Bad rows"),
        permission=IMPORT_RECORDS,
    ),
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
