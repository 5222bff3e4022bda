"""What applicants and clerks are told."""

from __future__ import annotations

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.messages.api import NoticeTemplate

SUBMITTED = NoticeTemplate(
    code="cases.submitted",
    title=Text("申请已提交：{number}", "Application submitted: {number}"),
    body=Text(
        "您的申请“{title}”已提交，受理号 {number}，承诺办结日期 {promised}。您可随时查看办理进度。",
        "Your application “{title}” was submitted under number {number}; we promise to decide by {promised}. You can follow it at any time.",
    ),
)
PAPER_ASKED = NoticeTemplate(
    code="cases.paper-asked",
    title=Text("请补交材料：{paper}", "Please send a paper: {paper}"),
    body=Text(
        "办件 {number}：{office}需要您补交“{paper}”。说明：{reason}。补交前该环节不计时。",
        "Case {number}: {office} needs the paper “{paper}”. They say: {reason}. Its clock stands still until then.",
    ),
)
GRANTED = NoticeTemplate(
    code="cases.granted",
    title=Text("已办结，证照已签发：{number}", "Granted, licences issued: {number}"),
    body=Text(
        "您的申请“{title}”已全部通过，电子证照已签发。请查看证照，并为本次服务评价。",
        "Your application “{title}” is granted and the licences are issued. See them, and rate the service.",
    ),
)
REFUSED = NoticeTemplate(
    code="cases.refused",
    title=Text("未予通过：{number}", "Not granted: {number}"),
    body=Text(
        "您的申请“{title}”未获通过。理由：{reasons}。您可在 60 日内申请行政复议，或修改后重新申请。",
        "Your application “{title}” was not granted. Reasons: {reasons}. You may ask for administrative review within 60 days, or apply again.",
    ),
)
PAPER_GIVEN = NoticeTemplate(
    code="cases.paper-given",
    title=Text("材料已补交：{number}", "Paper given: {number}"),
    body=Text(
        "办件 {number} 的申请人已补交“{paper}”，计时恢复，截止日期 {deadline}。",
        "The applicant of case {number} has given “{paper}”; the clock runs again, deadline {deadline}.",
    ),
)

TASK_GIVEN = NoticeTemplate(
    code="cases.task-given",
    title=Text("交您办理：{number}", "Now yours: {number}"),
    body=Text(
        "{head}将办件 {number} 的“{step}”由{holder}转交您办理，截止日期 {deadline}。",
        "{head} has handed you “{step}” of case {number}, which {holder} had; its deadline is {deadline}.",
    ),
)
TASK_TAKEN = NoticeTemplate(
    code="cases.task-taken",
    title=Text("已转交他人办理：{number}", "Handed to a colleague: {number}"),
    body=Text(
        "{head}将办件 {number} 的“{step}”转交{successor}办理，您不需再处理。",
        "{head} has handed “{step}” of case {number} to {successor}; you need do nothing more.",
    ),
)

TEMPLATES = (SUBMITTED, PAPER_ASKED, GRANTED, REFUSED, PAPER_GIVEN, TASK_GIVEN, TASK_TAKEN)
