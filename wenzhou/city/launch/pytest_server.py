"""pytest plugin (``-p`` in pyproject.toml): the database server of the tests.

The one in WZ_DATABASE_URL, or an embedded one under ``var/test``. It is a plugin and not part of
conftest.py because pytest-django reads the settings before any conftest is imported.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
os.environ.setdefault("WZ_DATA", str(ROOT / "var" / "test"))

if not os.environ.get("WZ_DATABASE_URL"):
    from wenzhou.city.launch.database import EmbeddedServer

    os.environ["WZ_DATABASE_URL"] = EmbeddedServer(ROOT / "var" / "test" / "postgres", durable=False).start()
