"""Finds a Chromium for the browser journeys, or installs Debian's."""

import os
import shutil
import subprocess

from wenzhou.city.launch import apt
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


def ensure() -> str:
    """The path of a browser, installed when it can be; empty when there is none, and a line that says so."""
    found = find()
    if found is None and apt.can_install():
        line("正在安装 Chromium", "installing chromium and a Chinese font with apt-get")
        apt.install(*_PACKAGES)
        found = find()
    if found is None:
        say_none()
    return found or ""


def say_none() -> None:
    """The line for a machine without a browser."""
    line(
        "没有浏览器，浏览器测试不会运行；请安装 chromium",
        "NO BROWSER: the browser tests cannot play; install chromium",
    )
