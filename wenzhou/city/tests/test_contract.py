"""The API keeps what its OpenAPI document says: Schemathesis calls every operation with what the document allows, and
with what it does not, as nobody, as one who may not and as one who may.

A few calls of each here; ``./wz test --contract 150 wenzhou/city/tests/test_contract.py`` makes so many of each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
import schemathesis
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from wenzhou.city.tests.test_walk import ENDPOINTS, holder, outsider, page_id, sample_of
from wenzhou.city.urls import api
from wenzhou.kernel.base.endpoints import SAFE_METHODS, Endpoint
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.identity.contracts import AccountRef
from wenzhou.kernel.identity.testing import Account, client_for

pytestmark = pytest.mark.django_db


class Application:
    """The city as a WSGI application whose requests share the transaction of the test, as those of Django's client."""

    def __init__(self) -> None:
        self.handler = ClientHandler(enforce_csrf_checks=True)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        response: Any = self.handler(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.getvalue()]


DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = Application()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.unsupported_method,
]
OPERATIONS: dict[str, Any] = {
    found.ok().definition.raw["operationId"]: found.ok()  # type: ignore[union-attr]
    for found in SCHEMA.get_all_operations()
}


def test_the_document_is_valid_and_whole() -> None:
    served = Client().get("/api/openapi.json").json()
    OpenAPIV31SpecValidator(served).validate()
    assert served["openapi"].startswith("3.1")
    assert "$ref" not in json.dumps(served)
    assert served["paths"].keys() == DOCUMENT["paths"].keys()
    assert len(OPERATIONS) == len(ENDPOINTS)


def strategy(operation: Any, known: Mapping[str, Any], body: Any) -> st.SearchStrategy[Case[Any]]:
    """Cases that the document allows and cases that it does not, some of them about things that exist."""
    found = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        found.append(operation.as_strategy(mode))
        if known:
            found.append(operation.as_strategy(mode, **known))
    if body is not None:
        found.append(operation.as_strategy(GenerationMode.POSITIVE, **known, body=body))
    return st.one_of(found)


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def callers(endpoint: Endpoint, account: Any) -> list[dict[str, str]]:
    """Cookies of nobody, of one who may not, and (mostly) of one who may."""
    if endpoint.permission is None:
        return [{}]
    may = AccountRef.of(Account.objects.get(id=account)) if account else holder(endpoint.permission)
    may_not = outsider(endpoint.permission)
    others = [cookies_of(client_for(may_not))] if may_not else []
    return [*[cookies_of(client_for(may))] * 6, *others, {}]


@pytest.mark.parametrize(("module", "endpoint"), ENDPOINTS, ids=page_id)
def test_endpoint(module: Module, endpoint: Endpoint, request: pytest.FixtureRequest) -> None:
    operation = OPERATIONS[f"{module.code}_{endpoint.view.__name__}"]
    sample = sample_of(module, f"{endpoint.method} {endpoint.path}", needs_arguments="{" in endpoint.path)
    who = st.sampled_from(callers(endpoint, sample.account))
    token = "t" * 32
    deep = request.config.getoption("contract")
    known: dict[str, Any] = {}
    if sample.kwargs:
        known["path_parameters"] = {name: str(value) for name, value in sample.kwargs.items()}
    if sample.query:
        known["query"] = dict(parse_qsl(sample.query.removeprefix("?")))

    @seed(20261123)
    @settings(
        max_examples=deep or 6,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if deep else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy(operation, known, sample.body), cookies=who)
    def calls(case: Case[Any], cookies: dict[str, str]) -> None:
        headers = {}
        if cookies and endpoint.method not in SAFE_METHODS:
            cookies = cookies | {"wz_csrf": token}
            headers = {"X-CSRFToken": token}
        answer = case.call(headers=headers, cookies=cookies)
        case.validate_response(answer, checks=CHECKS)

    calls()
