"""Manifest of documents."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.pages import Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents import views
from wenzhou.kernel.documents.events import FileDropped, FileKept
from wenzhou.kernel.documents.papers import EXTRACT_PRINTER
from wenzhou.kernel.documents.permissions import OPEN_FILES
from wenzhou.kernel.documents.purposes import OWN
from wenzhou.kernel.documents.services import TIDY
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.registers.module import MODULE as REGISTERS

MODULE = Module(
    code="documents",
    title=Text("文书与文件", "Documents"),
    summary=Text(
        "制发证照和文书（PDF/A），接收、检查并保存材料，只给有权的人看。",
        "Makes licences and notices (PDF/A); takes, checks and keeps papers; shows them only to who may read.",
    ),
    group="kernel",
    rows=("K6",),
    depends_on=(BASE, IDENTITY, REGISTERS),
    permissions=(OPEN_FILES,),
    pages=(
        Page(
            name="file",
            path="files/<uuid:file_id>/",
            view=views.file,
            title=Text("文件", "File"),
            permission=OPEN_FILES,
        ),
    ),
    emits=(FileKept, FileDropped),
    jobs=(TIDY,),
    declares=(OWN, EXTRACT_PRINTER),
)
