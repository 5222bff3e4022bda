"""What can be wrong with a process file or a running process, said so that it can be put right."""

from __future__ import annotations

from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.text import Text


class ProcessInvalid(Invalid):
    """A process file that is not run. ``element_id`` names the element at fault ("" for the whole file)."""

    code = "process-invalid"
    title = Text("流程文件有误", "The process file is not right")

    def __init__(self, element_id: str, problem: Text, remedy: Text) -> None:
        where = Text(f"元素 {element_id}：", f"Element {element_id}: ") if element_id else Text("", "")
        super().__init__(
            Text(
                f"{where.zh}{problem.zh}。处理办法：{remedy.zh}。",
                f"{where.en}{problem.en}. Remedy: {remedy.en}.",
            ),
            fields={element_id or "file": problem},
        )
        self.element_id = element_id
        self.problem = problem
        self.remedy = remedy


class ConditionInvalid(Invalid):
    """A condition that is outside the small language of :mod:`conditions`."""

    code = "condition-invalid"
    title = Text("条件表达式有误", "The condition is not right")


class ConditionFailed(Conflict):
    """A condition or an office template that the data of this case cannot answer."""

    code = "condition-failed"
    title = Text("条件无法判断", "The condition cannot be decided")


class StepRefused(Conflict):
    """A step that is not waiting, or whose outcome is not one of those that the process declares."""

    code = "step-refused"
    title = Text("该环节不能办理", "This step cannot be done")


class RunMismatch(Conflict):
    """A stored run that belongs to another process file or another format."""

    code = "run-mismatch"
    title = Text("流程与记录不符", "The run does not belong to this process")
