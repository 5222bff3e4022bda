"""Permissions of registers."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK, DATA_OFFICER, HEAD, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

OWN_DATA_USE = Permission(
    "registers.own-data-use", Text("查看本人数据使用记录", "See who used one's own data"), (CITIZEN,)
)
READ_JOURNAL = Permission(
    "registers.read-journal",
    Text("查阅数据使用记录", "Read the journal of data use"),
    (DATA_OFFICER, AUDITOR),
)
ERASE_RECORDS = Permission(
    "registers.erase", Text("依法删除登记记录", "Erase a record where the law asks for it"), (DATA_OFFICER,)
)
SEE_REGISTERS = Permission(
    "registers.see",
    Text("查看登记簿目录", "See which registers there are"),
    (DATA_OFFICER, CLERK, HEAD, AUDITOR, OPERATOR),
)
PUBLISH_SCHEMA = Permission(
    "registers.publish-schema", Text("发布数据结构", "Publish the schema of a register"), (DATA_OFFICER,)
)
CORRECTIONS = Permission(
    "registers.corrections",
    Text("更正建议的提出和核对", "Propose and check corrections"),
    (CLERK, DATA_OFFICER),
)
WORK_QUALITY = Permission(
    "registers.work-quality", Text("处理数据质量问题", "Work on problems of quality"), (CLERK, HEAD)
)
ASSIGN_QUALITY = Permission(
    "registers.assign-quality",
    Text("分派数据质量问题、审定例外", "Assign problems of quality and decide on exceptions"),
    (HEAD,),
)
OVERSEE_QUALITY = Permission(
    "registers.oversee-quality", Text("查看数据质量评分", "See scores of quality"), (DATA_OFFICER, HEAD)
)
RUN_QUALITY = Permission(
    "registers.run-quality", Text("发起数据质量检查", "Ask for a check of quality"), (DATA_OFFICER,)
)
ISSUE_EXTRACT = Permission(
    "registers.issue-extract",
    Text("出具登记查询单", "Issue extracts of registers"),
    (CLERK, HEAD, DATA_OFFICER),
)
OWN_EXTRACT = Permission(
    "registers.own-extract",
    Text("领取本人或所代表单位的查询单", "Take extracts of one's own records"),
    (CITIZEN,),
)
IMPORT_RECORDS = Permission(
    "registers.import", Text("批量导入登记数据", "Import records from files"), (DATA_OFFICER, CLERK)
)
EXPORT_RECORDS = Permission(
    "registers.export", Text("批量导出登记数据", "Export records to files"), (DATA_OFFICER, CLERK)
)
