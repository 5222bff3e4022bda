"""An organisation with cases under way is not deregistered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import Case, CaseState
from wenzhou.kernel.registers.declarations import Obstacle, Obstacles


def running_cases(organisation: UUID) -> Sequence[Obstacle]:
    """One sentence that names the first of them."""
    running = Case.objects.filter(organisation=organisation, state=CaseState.RUNNING)
    numbers = [number or "" for number in running.order_by("id").values_list("number", flat=True)[:4]]
    if not numbers:
        return ()
    more = Text(" 等", " and others") if len(numbers) > 3 else Text("", "")
    shown = "、".join(numbers[:3])
    links = tuple((number, f"{reverse('cases:case-search')}?number={number}") for number in numbers[:3])
    text = Text(
        f"有正在办理的事项（{shown}{more.zh}），请先办结或撤回",
        f"cases are under way ({shown}{more.en}): have them decided or withdrawn first",
    )
    return (Obstacle(text, links),)


RUNNING_CASES = Obstacles(code="cases.running", register="organisation", found=running_cases)
