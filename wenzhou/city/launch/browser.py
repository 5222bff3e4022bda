"""Finds a Chromium for the browser journeys, or installs Debian's."""

import os
import shutil
import subprocess
import sys

from wenzhou.city.launch.say import line

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PACKAGES = ("chromium", "fonts-noto-cjk")  # without a Chinese font, pages show boxes
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """A browser that starts: WZ_BROWSER, else one on PATH, else macOS's usual places."""
    chosen = os.environ.get("WZ_BROWSER")
    candidates = [chosen] if chosen else [shutil.which(name) for name in NAMES] + list(_MAC)
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK) and _starts(candidate):
            return candidate
    return None


def _starts(program: str) -> bool:
    """Ubuntu's ``chromium-browser`` without snap is a script that only says what to install: ask for the
    version.
    """
    try:
        done = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def can_install() -> bool:
    """Whether we may install Debian packages."""
    return os.geteuid() == 0 and sys.platform == "linux" and shutil.which("apt-get") is not None


def ensure() -> str:
    """The path of a browser, installed when it can be; empty when there is none, and a line that says so."""
    found = find()
    if found is None and can_install():
        line("正在安装 Chromium", "installing chromium and a Chinese font with apt-get")
        _install()
        found = find()
    if found is None:
        line(
            "没有浏览器，浏览器测试不会运行；请安装 chromium",
            "NO BROWSER: the browser tests cannot play; install chromium",
        )
        return ""
    return found


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
    if _quiet(install, environment) != 0 and _quiet(["apt-get", "update", "-qq"], environment) == 0:
        _quiet(install, environment)


def _quiet(command: list[str], environment: dict[str, str]) -> int:
    try:
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 1
