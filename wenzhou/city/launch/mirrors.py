"""Where packages come from. The locks name no registry, so a city's own mirror serves them, as set for pip
or uv.

uv does not read pip's settings; what an administrator has set for pip is therefore handed on to uv.
"""

import configparser
import os
import sys
from pathlib import Path

_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
_UV_INDEX_NAMES = {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}


def pip_settings() -> dict[str, str]:
    """pip's settings that say where packages come from: files first, PIP_… variables last."""
    parser = configparser.RawConfigParser(strict=False)
    for path in _pip_files():
        try:
            parser.read(path, encoding="utf-8")
        except (OSError, configparser.Error):
            continue
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    for name in _TO_UV:
        value = os.environ.get(f"PIP_{name.upper().replace('-', '_')}")
        if value:
            found[name] = value
    return {name: " ".join(found[name].split()) for name in _TO_UV if found.get(name)}


def _pip_files() -> list[Path]:
    """pip's files in its order (pip documentation, "Configuration"): system, then user's, then
    PIP_CONFIG_FILE.
    """
    home = Path.home()
    system = Path("/Library/Application Support/pip") if sys.platform == "darwin" else Path("/etc/xdg/pip")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [system / "pip.conf", Path("/etc/pip.conf"), home / ".pip/pip.conf", config / "pip/pip.conf"]
    extra = os.environ.get("PIP_CONFIG_FILE")
    return [*files, Path(extra)] if extra else files


def for_uv() -> dict[str, str]:
    """Variables for uv, from pip's settings; nothing when uv has index settings of its own."""
    if any(os.environ.get(name) for name in _UV_INDEX_NAMES):
        return {}
    settings = pip_settings()
    variables = {_TO_UV[name]: value for name, value in settings.items()}
    if "find-links" in settings:
        variables["UV_FIND_LINKS"] = settings["find-links"].replace(" ", ",")
    if "extra-index-url" in settings:
        # pip looks at every index; the hashes in the lock say which file it must be.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in variables.items() if not os.environ.get(name)}


def index_url() -> str | None:
    """The index to ask for a package without pip or uv at hand; None where the administrator has set none,
    since which one is meant by default only pip and uv know.
    """
    chosen = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
    found = chosen or pip_settings().get("index-url")
    return found.rstrip("/") if found else None
