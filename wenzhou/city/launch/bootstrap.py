"""Gets uv where Python makes no environment with pip, as on Debian and Ubuntu without ``python3-venv``.

It comes by the system's pip where there is one, else with the standard library from the index that the
administrator has set; in both cases it must have a hash from ``requirements-tools.lock``.
"""

import hashlib
import html.parser
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import unquote, urljoin

from wenzhou.city.launch.mirrors import index_url
from wenzhou.city.launch.say import LaunchError


def pinned(lock: Path, name: str) -> tuple[str, list[str]]:
    """The version and the sha256 hashes of one package in a hashed requirement file."""
    text = lock.read_text()
    match = re.search(rf"^{re.escape(name)}==(\S+)((?: \\\n\s+--hash=sha256:[0-9a-f]+)+)", text, re.MULTILINE)
    if match is None:
        raise LaunchError(f"{lock.name} 中没有 {name}", f"{lock.name} does not pin {name}")
    return match[1], re.findall(r"sha256:([0-9a-f]+)", match[2])


def requirement(lock: Path, name: str) -> str:
    """One package's lines of a hashed requirement file, as a requirement file of its own."""
    version, hashes = pinned(lock, name)
    return " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in hashes)]) + "\n"


class _Links(html.parser.HTMLParser):
    """Collects the addresses of a page of the simple repository API (PEP 503)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps every ``href``."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _platform_words() -> tuple[str, str]:
    """What the name of a fitting wheel has: the system's word and the processor's."""
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    if sys.platform == "darwin":
        return "macosx", "arm64" if machine == "aarch64" else machine
    return "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux", machine


def bare_environment() -> dict[str, str]:
    """Ours without what would lead an installer to another Python."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV", "PIP_USER")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def outside_uv(lock: Path, into: Path, python: str) -> str | None:
    """A uv that needs no environment: one on PATH, else the pinned one by the pip of ``python`` or from the
    index that is set; None where there is no way to it. What is fetched goes to ``into / "uv"``.
    """
    found = shutil.which("uv") or uv_by_pip(lock, into, python)
    if found is None and (index := index_url()) is not None:
        found = fetch_uv(lock, into, index)
    return None if found is None else str(found)


def uv_by_pip(lock: Path, into: Path, python: str) -> Path | None:
    """Installs the pinned uv into the folder ``into`` with the pip of ``python``; None when that fails."""
    fresh = into / "by-pip"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    asked = fresh / "asked.txt"
    asked.write_text(requirement(lock, "uv"))
    command = [python, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "--no-deps"]
    command += ["--target", str(fresh), "-r", str(asked)]
    done = subprocess.run(
        command, env=bare_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    made, program = fresh / "bin" / "uv", into / "uv"
    if done.returncode == 0 and made.exists():
        made.chmod(0o755)
        made.replace(program)
    shutil.rmtree(fresh)
    return program if program.exists() else None


def fetch_uv(lock: Path, into: Path, index: str) -> Path:
    """Downloads the pinned uv from ``index`` into the folder ``into``; gives the program's path."""
    version, hashes = pinned(lock, "uv")
    system, machine = _platform_words()
    page = f"{index}/uv/"
    for link in _links(page):
        name = unquote(link.partition("#")[0].rpartition("/")[2])
        if name.startswith(f"uv-{version}-") and system in name and machine in name and name.endswith(".whl"):
            data = _get(urljoin(page, link.partition("#")[0]))
            if hashlib.sha256(data).hexdigest() in hashes:
                return _unpack(data, into)
    raise LaunchError(
        "没有 pip，也未能取得 uv；请安装 python3-venv",
        "there is no pip, and uv cannot be had from the index: install python3-venv",
    )


def _links(page: str) -> list[str]:
    index = f"{page}index.html" if page.startswith("file:") else page
    reader = _Links()
    reader.feed(_get(index).decode("utf-8", "replace"))
    return reader.found


def _get(address: str) -> bytes:
    if not address.startswith(("https:", "http:", "file:")):
        raise LaunchError(f"不支持的地址 {address}", f"address not supported: {address}")
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  (scheme checked above)
            return bytes(answer.read())
    except (urllib.error.URLError, OSError) as error:
        raise LaunchError(
            f"没有 pip，也连不上软件包索引（{error}）；请安装 python3-venv",
            f"there is no pip, and the package index does not answer ({error}): install python3-venv",
        ) from error


def _unpack(wheel: bytes, into: Path) -> Path:
    into.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        inside = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        program = into / "uv"
        fresh = into / "uv.new"
        fresh.write_bytes(archive.read(inside))
        fresh.chmod(0o755)
        fresh.replace(program)
    return program
