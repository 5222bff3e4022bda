"""A person at a browser, without the browser: one kept connection, cookies, forms with their tokens."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
REVIEWED = re.compile(r'name="reviewed" value="(\w+)"')
REVISION = re.compile(r'name="revision" value="(\d+)"')

Files = Mapping[str, tuple[str, bytes, str]]


class Unexpected(Exception):
    """An answer that nobody wants to see."""


class Browser:
    """Signed in by a session cookie; ``took`` are the seconds of every request so far."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.origin = f"http://127.0.0.1:{port}"
        self.cookies = {"wz_session": session}
        self.took: list[float] = []
        self.page = ""
        self.location = ""

    def get(self, path: str) -> str:
        """The page there. Raises Unexpected for anything but 200."""
        self._send("GET", path, None, {}, {200})
        return self.page

    def post(
        self,
        path: str,
        fields: Mapping[str, str] | list[tuple[str, str]] = (),  # type: ignore[assignment]
        files: Files | None = None,
    ) -> str:
        """Send a form with the token of the page last seen; where it leads. Raises Unexpected unless it leads on."""
        token = _TOKEN.search(self.page)
        if token is None:
            raise Unexpected(f"no form on the page before {path}")
        pairs = [("csrfmiddlewaretoken", token.group(1)), *dict(fields).items()] if isinstance(fields, Mapping) else [
            ("csrfmiddlewaretoken", token.group(1)), *fields
        ]  # fmt: skip
        if files is None:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(pairs, files)
        self._send("POST", path, body, {"Content-Type": kind, "Origin": self.origin}, {302, 303})
        return self.location

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], wanted: set[int]
    ) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        self.connection.request(method, path, body, {"Cookie": cookie, "Accept-Language": "zh-CN", **headers})
        answer = self.connection.getresponse()
        content = answer.read().decode("utf-8", "replace")
        self.took.append(time.perf_counter() - began)
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in wanted:
            words = re.sub(r"<[^>]+>|\s+", " ", content[max(0, content.find("<main")) :])[:300]
            raise Unexpected(f"{method} {path}: {answer.status} {words}")
        if method == "GET":
            self.page = content
        self.location = urlsplit(answer.headers.get("Location", "")).path


def _multipart(pairs: list[tuple[str, str]], files: Files) -> tuple[bytes, str]:
    """RFC 7578."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, (filename, content, kind) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
