"""A case type for tests: two offices side by side, one licence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import (
    CaseFacts,
    CaseType,
    Field,
    FieldKind,
    IssuedLicence,
    LicenceLine,
    LicenceType,
    Paper,
    Section,
)
from wenzhou.kernel.identity.testing import make_organisation

AREA = "330302"
LICENCE = LicenceType(
    code="test-permit",
    title=Text("测试许可证", "Test permit"),
    function="test-health",
    number_prefix="CS",
    lines=(LicenceLine(code="name", title=Text("名称", "Name")),),
    years=2,
)


def _prefill(actor: Actor, case: UUID) -> Mapping[str, Any]:
    return {"applicant_name": actor.name}


def _check(form: Mapping[str, Any]) -> Mapping[str, Text]:
    taken = form.get("name") == "已被占用"
    return {"name": Text("名称已被占用", "The name is taken")} if taken else {}


def _on_granted(actor: Actor, case: CaseFacts) -> tuple[IssuedLicence, ...]:
    firm = make_organisation(name=case.form["name"])
    return (
        IssuedLicence(
            licence_type=LICENCE,
            organisation=firm.id,
            data={"name": firm.name},
            valid_from=timezone.localdate(),
        ),
    )


PERMIT = CaseType(
    code="test-permit",
    title=Text("测试许可", "Test permit"),
    process=Path(__file__).parent / "permit.bpmn",
    sections=(
        Section(
            code="all",
            title=Text("内容", "Content"),
            fields=(
                Field(code="applicant_name", title=Text("申请人", "Applicant"), fixed=True),
                Field(code="name", title=Text("名称", "Name"), max_length=20),
                Field(code="area", title=Text("地区", "Area"), kind=FieldKind.TEXT),
                Field(code="phone", title=Text("电话", "Telephone"), kind=FieldKind.PHONE),
                Field(code="opens", title=Text("开业日期", "Opens on"), kind=FieldKind.DATE, required=False),
                Field(
                    code="size",
                    title=Text("面积", "Size"),
                    kind=FieldKind.NUMBER,
                    minimum=Decimal(5),
                    required=False,
                ),
            ),
        ),
    ),
    papers=(
        Paper(code="plan", title=Text("图纸", "Plan"), help=Text("平面图", "Layout")),
        Paper(code="proof", title=Text("证明", "Proof"), help=Text("可后补", "May follow"), deferrable=True),
    ),
    licences=(LICENCE,),
    promise_days=7,
    statutory_days=20,
    area_field="area",
    prefill=_prefill,
    check=_check,
    title_of=lambda form: str(form["name"]),
    on_granted=_on_granted,
)
GOOD = {"name": "测试小店", "area": AREA, "phone": "13800000000"}
