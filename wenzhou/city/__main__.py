"""``python -m wenzhou.city``: Django's command line for this city (``./wz manage``)."""

from __future__ import annotations

import os

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    import sys

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenzhou.city.settings")
    execute_from_command_line(["wz manage", *sys.argv[1:]])
