"""Tryton's party module as a peer: parties created one by one, each in a transaction of its own, by Tryton's own model.

Runs in an environment of its own (``make``), since Tryton is GPL and no part of the product. Started with that environment's
Python as ``tryton_party.py DATABASE COUNT``; prints the seconds for one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

PACKAGES = ("trytond==8.2.1", "trytond-party==8.2.0", "psycopg[binary]==3.3.9", "psycopg_pool==3.3.3")


def make(folder: Path) -> Path:
    """The environment, made once; gives its Python."""
    python = folder / "bin" / "python"
    done = folder / "made"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)
        done.touch()
    return python


def measured(python: Path, url: str, count: int) -> float:
    """Seconds for one party in the empty database at ``url``: name, code and language as Tryton gives them, an identifier."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    user = f"{parts.username or ''}{f':{parts.password}' if parts.password else ''}"
    uri = f"postgresql://{user}@{quote(host, safe='')}:{parts.port or 5432}/"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO"))
    }
    environment["TRYTOND_DATABASE_URI"] = uri
    database = parts.path.lstrip("/")
    password = python.parent.parent / "password"
    password.write_text("Wenzhou-Bench-2026\n")
    environment["TRYTONPASSFILE"] = str(password)
    admin = [str(python.parent / "trytond-admin"), "-d", database, "-u", "party", "--activate-dependencies"]
    admin += ["--email", "admin@bench.example"]
    subprocess.run(admin, check=True, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL)
    command = [str(python), __file__, database, str(count)]
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def main(database: str, count: int) -> None:
    """In Tryton's environment."""
    from trytond.config import config  # type: ignore[import-not-found]

    config.update_etc()
    from trytond.pool import Pool  # type: ignore[import-not-found]
    from trytond.transaction import Transaction  # type: ignore[import-not-found]

    Pool.start()
    pool = Pool(database)
    with Transaction().start(database, 0, readonly=True):
        pool.init()

    def create(number: int) -> None:
        with Transaction().start(database, 1):
            party = pool.get("party.party")
            party.create(
                [{"name": f"陈海{number}", "addresses": [("create", [{"street": f"测试路{number}号"}])]}]
            )

    create(-1)
    began = time.perf_counter()
    for number in range(count):
        create(number)
    print((time.perf_counter() - began) / count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
