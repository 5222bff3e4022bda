"""A person at a browser: signs in, looks, is checked by axe, and has her screen kept."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response

from e2e.city import PASSWORD, ROOT, City, code_in

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Someone:
    """One person with a browser context of her own; ``said`` keeps what consoles and axe said."""

    def __init__(self, browser: Browser, city: City, *, width: int, language: str, shots: Path) -> None:
        self.city = city
        self.width = width
        self.language = language
        self.shots = shots
        self.said: list[str] = []
        self.expected: set[int] = set()
        height = 844 if width < 600 else 900
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", accept_downloads=True
        )
        self.context.add_cookies([{"name": "wz_language", "value": language, "url": city.url}])
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)

    def _console(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"} and not self._is_expected(line.text):
            self.said.append(f"{self.page.url}: {line.text}")

    def _is_expected(self, text: str) -> bool:
        if "GL Driver Message" in text:  # the software renderer speaks of itself when the screen is kept
            return True
        status = re.search(r"(?:status of|Status Error Code) (\d{3})", text)
        return bool(status and int(status.group(1)) in self.expected)

    def _error(self, error: Error) -> None:
        self.said.append(f"{self.page.url}: {error}")

    def come(self, username: str) -> None:
        """As one who signed in before, in this or an earlier journey; who never did, signs in now."""
        if username not in self.city.sessions:
            self.sign_in(username)
            self.city.sessions[username] = [
                cookie for cookie in self.context.cookies() if cookie["name"] != "wz_language"
            ]
        self.context.add_cookies(self.city.sessions[username])

    def sign_in(self, username: str) -> None:
        """By password and the one-time code that the demonstration shows."""
        page = self.page
        self.go("/account/login/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_selector("[name=code]")
        codes = self.context.new_page()
        codes.goto(f"{self.city.url}/account/demo-code/")
        code = code_in(codes.inner_text("main"))
        codes.close()
        page.fill("[name=code]", code)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/account/" not in url)

    def go(self, path: str) -> Response:
        """Open an address of the city."""
        answer = self.page.goto(f"{self.city.url}{path}")
        assert answer is not None
        return answer

    def look(self, name: str) -> None:
        """Keep the screen; note any barrier (axe) and sideways scrolling."""
        self.page.wait_for_load_state("networkidle")
        file = f"{name}-{self.language[:2]}-{self.width}.png"
        self.page.screenshot(path=self.shots / file, full_page=True)
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        for violation in found["violations"]:
            self.said.append(f"{self.page.url}: axe {violation['id']}: {violation['nodes'][0]['html'][:200]}")
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 1:
            self.said.append(f"{self.page.url}: scrolls sideways by {wide} px")

    def leave(self) -> None:
        """Close her browser."""
        self.context.close()
