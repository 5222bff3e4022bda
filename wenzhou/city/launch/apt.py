"""Packages of Debian and Ubuntu, installed when we may."""

import os
import shutil
import subprocess
import sys


def can_install() -> bool:
    """Whether we may install Debian packages."""
    return os.geteuid() == 0 and sys.platform == "linux" and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Installs packages, after a look for newer lists when the first try fails; False when it fails."""
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if _succeeds(command):
        return True
    return _succeeds(["apt-get", "update", "-qq"]) and _succeeds(command)


def _succeeds(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
