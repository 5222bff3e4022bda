"""The test case type is one of the city's while these tests run."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from wenzhou.kernel.base.actors import CITIZEN, CLERK, HEAD, Actor
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.tests.permit import AREA, PERMIT
from wenzhou.kernel.documents.testing import upload_of
from wenzhou.kernel.identity.testing import actor_with, make_office


def picture(name: str = "plan.pdf") -> SimpleUploadedFile:
    return upload_of(name=name)


@pytest.fixture(autouse=True)
def permit_type(monkeypatch: pytest.MonkeyPatch) -> None:
    module = Module(
        code="test_permit",
        title=Text("测", "T"),
        summary=Text("测", "T"),
        group="government",
        rows=(),
        declares=(PERMIT,),
    )
    monkeypatch.setattr(registry, "modules", (*registry.modules, module))


@dataclass(frozen=True)
class People:
    citizen: Actor
    other_citizen: Actor
    health: Actor
    second_health: Actor
    traffic: Actor
    head: Actor


@pytest.fixture
def people() -> People:
    make_office("lc-health", function="test-health", area=AREA)
    make_office("lc-traffic", function="test-traffic", area=AREA)
    return People(
        citizen=actor_with(CITIZEN),
        other_citizen=actor_with(CITIZEN),
        health=actor_with(CLERK, office="lc-health"),
        second_health=actor_with(CLERK, office="lc-health"),
        traffic=actor_with(CLERK, office="lc-traffic"),
        head=actor_with(HEAD, office="lc-health"),
    )
