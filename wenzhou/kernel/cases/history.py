"""The words of a case's history (办理过程), which its applicant reads: each line is worded here and nowhere else.

The services write these lines as things happen; ``made.py`` writes the same for cases of the past.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wenzhou.kernel.base.text import Text

SUBMITTED = Text("申请人提交申请", "The applicant submitted the application")
WITHDRAWN = Text("申请人撤回申请", "The applicant withdrew the application")
GRANTED = Text("全部通过，签发证照", "Granted; the licences are issued")


def decided(step: Text, outcome: Text, reasons: str) -> Text:
    """An office has decided its step."""
    text = Text(f"{step.zh}：{outcome.zh}", f"{step.en}: {outcome.en}")
    return Text(f"{text.zh}（{reasons}）", f"{text.en} ({reasons})") if reasons else text


def reassigned(step: Text) -> Text:
    """The head has put a step into other hands; whose, the applicant need not know."""
    return Text(f"{step.zh}：更换了办理人", f"{step.en}: another clerk handles it now")


def paper_asked(paper: Text, reason: Text) -> Text:
    """An office has asked for a paper."""
    return Text(f"要求补交“{paper.zh}”：{reason.zh}", f"Asked for “{paper.en}”: {reason.en}")


def paper_given(paper: Text) -> Text:
    """The applicant has given a paper that was asked for or promised."""
    return Text(f"补交“{paper.zh}”", f"Gave “{paper.en}”")


def paper_promised(paper: Text, until: date) -> Text:
    """An office goes on without a paper (容缺受理)."""
    return Text(
        f"容缺受理：“{paper.zh}”应于 {until} 前补交",
        f"Accepted without “{paper.en}”, to be given by {until}",
    )


def refused(reasons: Iterable[str]) -> Text:
    """The case is not granted; each office's reasons."""
    joined = joined_reasons(reasons)
    return Text(f"未予通过：{joined}", f"Not granted: {joined}")


def joined_reasons(reasons: Iterable[str]) -> str:
    """The reasons of several offices in one line."""
    return "；".join(reason for reason in reasons if reason)
