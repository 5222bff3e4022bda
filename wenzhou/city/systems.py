"""The modules of this city, lowest layer first. Adding a system adds one line here."""

from __future__ import annotations

MODULES: tuple[str, ...] = (
    "wenzhou.kernel.base",
    "wenzhou.kernel.identity",
    "wenzhou.kernel.trust",
    "wenzhou.kernel.geo",
    "wenzhou.kernel.content",
    "wenzhou.kernel.registers",
    "wenzhou.kernel.linkage",
    "wenzhou.kernel.exchange",
    "wenzhou.kernel.documents",
    "wenzhou.kernel.messages",
    "wenzhou.foundation.population",
    "wenzhou.foundation.legal_persons",
    "wenzhou.foundation.places",
    "wenzhou.foundation.open_registers",
    "wenzhou.kernel.cases",
    "wenzhou.government.portal",
    "wenzhou.government.approvals",
    "wenzhou.government.window",
)
