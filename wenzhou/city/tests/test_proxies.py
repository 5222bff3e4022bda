"""Whose word on address and scheme is believed, and what follows from HTTPS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client

from wenzhou.city.proxies import behind_proxies, trusted_proxies
from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.identity.testing import PASSWORD, make_account

PROXIES = "10.0.3.7, 10.0.4.0/24, fd00::/8"
CLIENT = "203.0.113.9"
LOGIN = "/account/login/"


class BehindProxies(Client):
    """A test client that reaches the city as ``wsgi.py`` serves it: from ``peer``, with these headers."""

    def __init__(self, peer: str, **forwarded: str) -> None:
        super().__init__(REMOTE_ADDR=peer, **_headers(forwarded))
        handler: Any = self.handler
        wrapped: Any = behind_proxies(lambda environ, _: handler(environ), trusted_proxies(PROXIES))
        self.handler: Any = lambda environ: wrapped(environ, None)


def _headers(forwarded: dict[str, str]) -> dict[str, Any]:
    """``client="1.2.3.4"`` is X-Forwarded-For, ``proto="https"`` X-Forwarded-Proto."""
    names = {"client": "HTTP_X_FORWARDED_FOR", "proto": "HTTP_X_FORWARDED_PROTO"}
    return {names[name]: value for name, value in forwarded.items()}


def seen(peer: str, *, proxies: str = PROXIES, **forwarded: str) -> tuple[str, bool]:
    """The client's address and whether it came over HTTPS, as Django sees a request from ``peer``."""
    found: list[WSGIRequest] = []

    def application(environ: Any, _: Any) -> list[bytes]:
        found.append(WSGIRequest(environ))
        return []

    environ = {
        "REMOTE_ADDR": peer,
        "REQUEST_METHOD": "GET",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    served: Any = behind_proxies(application, trusted_proxies(proxies))
    served(environ | _headers(forwarded), None)
    return found[0].META["REMOTE_ADDR"], found[0].is_secure()


@pytest.mark.parametrize("peer", ["10.0.3.7", "::ffff:10.0.3.7", "10.0.4.200", "fd00::17"])
def test_a_trusted_proxy_is_believed(peer: str) -> None:
    assert seen(peer, client=CLIENT, proto="https") == (CLIENT, True)
    assert seen(peer, client=CLIENT, proto="http") == (CLIENT, False)
    assert seen(peer) == (peer, False)


def test_what_the_client_has_written_itself_is_not() -> None:
    assert seen("10.0.3.7", client=f"1.2.3.4, {CLIENT}") == (CLIENT, False)
    assert seen("10.0.3.7", client=f"1.2.3.4, {CLIENT}, 10.0.4.4") == (CLIENT, False), "two proxies"
    assert seen("10.0.3.7", client=CLIENT, proto="https,http") == (CLIENT, False)


@pytest.mark.parametrize("peer", ["10.0.3.8", "10.0.5.1", "::ffff:10.0.3.8", "fe80::1", ""])
def test_nobody_else_is_believed(peer: str) -> None:
    assert seen(peer, client=CLIENT, proto="https") == (peer, False)


def test_by_default_nobody_is_believed() -> None:
    for peer in ("127.0.0.1", "10.0.3.7"):
        assert seen(peer, proxies="", client=CLIENT, proto="https") == (peer, False)


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", "10.0.0.1/8", "*", "10.0.0.1 10.0.0.2"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="WZ_TRUSTED_PROXIES"):
        trusted_proxies(text)


# What counts and shows addresses


@pytest.mark.django_db
def test_the_list_of_devices_shows_the_client() -> None:
    account = make_account(CLERK, office="x", password=PASSWORD)
    for peer, shown in (("10.0.3.7", CLIENT), ("192.0.2.77", "192.0.2.77")):
        client = BehindProxies(peer, client=CLIENT)
        client.post(LOGIN, {"login": account.username, "password": PASSWORD})
        code = client.get("/account/demo-code/").context["code"]
        client.post("/account/login/code/confirm/", {"code": code})
        page = client.get("/account/sessions/").content.decode()
        assert UserSession.objects.filter(user=account.id).latest("id").ip == shown
        assert shown in page


@pytest.mark.django_db
def test_limits_count_by_client_and_not_by_proxy(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}

    def tries(address: str, peer: str = "10.0.3.7") -> str:
        answer = BehindProxies(peer, client=address).post(LOGIN, {"login": "nobody", "password": "wrong"})
        return str(answer.content.decode())

    told = "错误次数过多"
    assert [told in tries(CLIENT) for _ in range(3)] == [False, False, True]
    assert told not in tries("203.0.113.10"), "another client of the same proxy"
    for turn in range(3):  # not through a trusted proxy: another header each time is one client all the same
        last = tries(f"198.51.100.{turn}", peer="192.0.2.5")
    assert told in last


# HTTPS


def settings_with(folder: Path, **environment: str) -> dict[str, Any]:
    names = ["SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"]
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import json, wenzhou.city.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names}}}))",
        ],
        env={**os.environ, "WZ_DATA": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(said.stdout))


def test_https_makes_cookies_secure_and_browsers_keep_to_it(tmp_path: Path) -> None:
    https = settings_with(tmp_path, WZ_PUBLIC_URL="https://www.example.cn")
    assert https.pop("SECURE_HSTS_SECONDS") == 365 * 24 * 3600
    assert set(https.values()) == {True}
    assert not any(settings_with(tmp_path, WZ_PUBLIC_URL="http://127.0.0.1:8000").values())
    short = settings_with(tmp_path, WZ_PUBLIC_URL="https://www.example.cn", WZ_HSTS_SECONDS="300")
    assert short["SECURE_HSTS_SECONDS"] == 300


@pytest.mark.django_db
@pytest.mark.parametrize(("proto", "sent"), [("https", "max-age=300"), ("http", None)])
def test_the_header_goes_with_answers_over_https(settings: Any, proto: str, sent: str | None) -> None:
    settings.SECURE_HSTS_SECONDS = 300
    settings.LANGUAGE_COOKIE_SECURE = True
    client = BehindProxies("10.0.3.7", client=CLIENT, proto=proto)
    assert client.get("/offices/").headers.get("Strict-Transport-Security") == sent
    chosen = client.post("/language/", {"language": "en"})
    assert chosen.cookies["wz_language"]["secure"] is True
