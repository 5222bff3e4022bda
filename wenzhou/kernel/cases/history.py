"""The words of a case's history (办理过程), which its applicant reads: each line is worded here and nowhere else."""

from __future__ import annotations

from wenzhou.kernel.base.text import Text


def reassigned(step: Text) -> Text:
    """The head has put a step into other hands; whose, the applicant need not know."""
    return Text(f"{step.zh}：更换了办理人", f"{step.en}: another clerk handles it now")
