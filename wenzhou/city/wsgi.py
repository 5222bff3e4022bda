"""The WSGI application that Granian serves."""

from __future__ import annotations

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from wenzhou.city.proxies import behind_proxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenzhou.city.settings")
application = behind_proxies(get_wsgi_application(), settings.WZ_TRUSTED_PROXIES)

# All views are loaded now and not with the first request. What stands by then stays for the life of the process: the
# garbage collector need not walk through it again and again, which took a fifth of every request.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
