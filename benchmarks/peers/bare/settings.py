"""The least that Django runs with; the database connection is kept, and not checked before use."""

from __future__ import annotations

import os
from pathlib import Path

from wenzhou.city.database_url import parse_database_url

SECRET_KEY = "benchmark"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["benchmarks.peers.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.peers.bare.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent],
    }
]
_PLAIN = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}, "CONN_HEALTH_CHECKS": False}
DATABASES = {"default": parse_database_url(os.environ["WZ_DATABASE_URL"]) | _PLAIN}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
