"""The applicant's addresses."""

from __future__ import annotations

from wenzhou.kernel.base.pages import MINE, Nav, Page, View
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import views_apply, views_mine
from wenzhou.kernel.cases.permissions import APPLY


def _own(name: str, path: str, view: View, title: Text) -> Page:
    return Page(name=name, path=f"cases/<uuid:case_id>/{path}", view=view, title=title, permission=APPLY)


PAGES = (
    Page(
        name="mine",
        path="cases/",
        view=views_mine.mine,
        title=Text("我的办件", "My cases"),
        permission=APPLY,
        nav=Nav(MINE, 10, "files"),
    ),
    Page(
        name="apply",
        path="services/<slug:type_code>/apply/",
        view=views_apply.apply,
        title=Text("开始申请", "Begin an application"),
        permission=APPLY,
    ),
    Page(
        name="divisions",
        path="cases/divisions/",
        view=views_apply.divisions,
        title=Text("下级区划选项", "Divisions to choose from"),
        public=True,
    ),
    _own("case", "", views_mine.case, Text("办件", "Case")),
    _own("form", "form/", views_apply.form, Text("申请表", "Application form")),
    _own("save", "save/", views_apply.save, Text("保存草稿", "Save the draft")),
    _own("review", "review/", views_apply.review, Text("核对并提交", "Check and submit")),
    _own("receipt", "receipt/", views_apply.receipt, Text("提交成功", "Submitted")),
    _own("receipt-file", "receipt.pdf", views_apply.receipt_file, Text("受理通知书", "Receipt")),
    _own("paper", "papers/<slug:code>/", views_apply.paper, Text("上传材料", "Give a paper")),
    _own(
        "remove-paper",
        "papers/<slug:code>/remove/",
        views_apply.drop_paper,
        Text("删除材料", "Remove a paper"),
    ),
    _own(
        "licence-paper",
        "licences/<uuid:licence_id>/",
        views_mine.licence_paper,
        Text("电子证照文件", "Paper of a licence"),
    ),
    _own("withdraw", "withdraw/", views_mine.withdraw, Text("撤回申请", "Withdraw")),
    _own("rate", "rate/", views_mine.rate, Text("评价服务", "Rate the service")),
    _own("discard", "discard/", views_mine.discard, Text("删除草稿", "Throw a draft away")),
)
