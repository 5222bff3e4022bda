"""Tests run on a real PostgreSQL: the one in WZ_DATABASE_URL, or an embedded one under ``var/test``."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
os.environ.setdefault("WZ_DATA", str(ROOT / "var" / "test"))

if not os.environ.get("WZ_DATABASE_URL"):
    from wenzhou.city.launch.database import EmbeddedServer

    os.environ["WZ_DATABASE_URL"] = EmbeddedServer(ROOT / "var" / "test" / "postgres", durable=False).start()
