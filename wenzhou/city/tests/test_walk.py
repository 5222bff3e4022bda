"""Every page and endpoint of every module, visited as anonymous, as forbidden and as allowed.

A new page is covered by being in its manifest. Pages and endpoints whose path takes arguments
give an example in their module's ``testing.SAMPLES``.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, ROLES, SYSTEM, Role
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.pages import Page
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.contracts import AccountRef
from wenzhou.kernel.identity.testing import Account, client_for, make_account

pytestmark = pytest.mark.django_db

PAGES = [(module, page) for module in registry.modules for page in module.pages]
ENDPOINTS = [(module, endpoint) for module in registry.modules for endpoint in module.endpoints]


def page_id(value: Any) -> str:
    return value.code if isinstance(value, Module) else getattr(value, "name", getattr(value, "path", ""))


def sample_of(module: Module, name: str, *, needs_arguments: bool) -> Sample:
    try:
        samples = importlib.import_module(f"{module.package}.testing").SAMPLES
    except (ImportError, AttributeError):
        samples = {}
    if name in samples:
        made: Sample = samples[name]()
        return made
    assert not needs_arguments, f"{module.package}.testing.SAMPLES lacks an example for {name!r}"
    return Sample()


def holder(permission: Permission) -> AccountRef:
    role = next(role for role in permission.roles if role != SYSTEM)
    return make_account(role, office="" if role == CITIZEN else "walk-office")


def outsider(permission: Permission) -> AccountRef | None:
    """An account without the permission, or None when everybody who is signed in holds it."""
    if CITIZEN in permission.roles:
        return None
    role: Role = next(r for r in (AUDITOR, *ROLES) if r not in permission.roles and r != SYSTEM)
    return make_account(role)


def signed_in(sample: Sample, permission: Permission | None) -> Client:
    if sample.account is not None:
        row = Account.objects.get(id=sample.account)
        return client_for(AccountRef.of(row))
    return client_for(holder(permission)) if permission is not None else Client()


def page_url(module: Module, page: Page, sample: Sample) -> str:
    return reverse(f"{module.code}:{page.name}", kwargs=dict(sample.kwargs)) + sample.query


@pytest.mark.parametrize(("module", "page"), PAGES, ids=page_id)
def test_page_anonymous(module: Module, page: Page) -> None:
    sample = sample_of(module, page.name, needs_arguments="<" in page.path)
    response = Client().get(page_url(module, page, sample))
    if page.public:
        assert response.status_code in {200, 302, 405}, response.status_code
        return
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/?next=")
    assert AuditEntry.objects.filter(action="page.open", outcome="refused").exists()


@pytest.mark.parametrize(("module", "page"), [p for p in PAGES if not p[1].public], ids=page_id)
def test_page_forbidden(module: Module, page: Page) -> None:
    assert page.permission is not None
    account = outsider(page.permission)
    if account is None:
        pytest.skip("everybody who is signed in may open it")
    sample = sample_of(module, page.name, needs_arguments="<" in page.path)
    response = client_for(account).get(page_url(module, page, sample))
    assert response.status_code == 403
    assert AuditEntry.objects.filter(actor=account.id, action="page.open", outcome="refused").exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("module", "page"), PAGES, ids=page_id)
def test_page_allowed(module: Module, page: Page, language: str) -> None:
    sample = sample_of(module, page.name, needs_arguments="<" in page.path)
    client = signed_in(sample, page.permission)
    client.cookies["wz_language"] = language
    response = client.get(page_url(module, page, sample))
    assert response.status_code in {200, 302, 405}, response.status_code
    if response.status_code == 405 or page.public:
        return
    assert AuditEntry.objects.filter(action="page.open", outcome="done").exists(), (
        "the opening is written down"
    )
    assert "no-store" in response.headers["Cache-Control"]


def call(client: Client, endpoint: Endpoint, module: Module, sample: Sample) -> Any:
    path = f"/api/{module.code}{endpoint.path if endpoint.path.startswith('/') else '/' + endpoint.path}"
    for name, value in sample.kwargs.items():
        for kind in ("", "uuid:", "str:", "int:"):
            path = path.replace(f"{{{kind}{name}}}", str(value))
    return client.generic(
        endpoint.method,
        path + sample.query,
        data=b"" if sample.body is None else json.dumps(dict(sample.body)).encode(),
        content_type="application/json",
    )


@pytest.mark.parametrize(("module", "endpoint"), ENDPOINTS, ids=page_id)
def test_endpoint(module: Module, endpoint: Endpoint) -> None:
    sample = sample_of(module, f"{endpoint.method} {endpoint.path}", needs_arguments="{" in endpoint.path)
    anonymous = call(Client(), endpoint, module, sample)
    if endpoint.public:
        assert anonymous.status_code == 200, anonymous.content
        return
    assert endpoint.permission is not None
    assert anonymous.status_code == 401
    assert anonymous.headers["Content-Type"] == "application/problem+json"
    account = outsider(endpoint.permission)
    if account is not None:
        assert call(client_for(account), endpoint, module, sample).status_code == 403
    allowed = call(signed_in(sample, endpoint.permission), endpoint, module, sample)
    assert allowed.status_code in {200, 201, 204}, allowed.content
    assert AuditEntry.objects.filter(action="endpoint.call").exists()
