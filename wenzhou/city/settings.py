"""Settings of a city. What differs between cities comes from the environment (docs/how-to/operate.md)."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.csp import CSP

from wenzhou.city.database_url import parse_database_url
from wenzhou.city.proxies import trusted_proxies
from wenzhou.city.secrets_store import secret
from wenzhou.city.systems import MODULES
from wenzhou.kernel.base.mail_url import mailers

ROOT = Path(__file__).resolve().parents[2]
WZ_DATA = Path(os.environ.get("WZ_DATA", ROOT / "var")).resolve()
WZ_DEMO = os.environ.get("WZ_DEMO", "1") == "1"
WZ_PUBLIC_URL = os.environ.get("WZ_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('WZ_PORT', '8000')}")
WZ_TRUSTED_PROXIES = trusted_proxies(os.environ.get("WZ_TRUSTED_PROXIES", ""))
# Information mediators whose word on the calling system is believed; none by default.
WZ_MEDIATORS = trusted_proxies(os.environ.get("WZ_MEDIATORS", ""), name="WZ_MEDIATORS")
WZ_SMTP_URL = os.environ.get("WZ_SMTP_URL", "")
WZ_CLAMD = os.environ.get("WZ_CLAMD", "")
WZ_LINKAGE_ENGINE = os.environ.get("WZ_LINKAGE_ENGINE", "duckdb")
WZ_LINKAGE_THREADS = int(os.environ.get("WZ_LINKAGE_THREADS", "0")) or os.cpu_count() or 1
WZ_LINKAGE_MEMORY = os.environ.get("WZ_LINKAGE_MEMORY", "2GB")
WZ_MODULES = MODULES

SECRET_KEY = secret(WZ_DATA, "secret_key")
WZ_TRUST_SECRET = secret(WZ_DATA, "trust_secret")
DEBUG = os.environ.get("WZ_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("WZ_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

INSTALLED_APPS = [
    *(name for name in MODULES if name != "wenzhou.kernel.base"),
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "wenzhou.kernel.base",
]

MIDDLEWARE = [
    "wenzhou.kernel.base.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wenzhou.city.middleware.PolicyForPages",
    "wenzhou.kernel.content.public_pages.LanguageLinkMiddleware",
    "wenzhou.kernel.content.public_pages.PublicPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wenzhou.city.middleware.ReaderLanguage",
    "wenzhou.city.middleware.AddressCompletion",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wenzhou.city.middleware.UserSessionsForPages",
    "wenzhou.city.middleware.MessagesForPages",
    "wenzhou.city.middleware.FrameForPages",
    "wenzhou.kernel.identity.middleware.ActorMiddleware",
]

ROOT_URLCONF = "wenzhou.city.urls"
WSGI_APPLICATION = "wenzhou.city.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "wenzhou.kernel.base.context.site",
                "wenzhou.kernel.identity.context.acting",
                "wenzhou.kernel.messages.context.notices",
            ],
            "builtins": ["wenzhou.kernel.base.templatetags.text"],
        },
    },
]

DATABASES = {"default": parse_database_url(os.environ.get("WZ_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/account/login/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "wz_language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = WZ_DATA / "static"
STATICFILES_DIRS = [path for path in (ROOT / "build" / "static",) if path.is_dir()]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Whatever the umask: what the city keeps is for its own account to read.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        # "./wz up" asks for the first manifest while it collects; without one, names carry no hash
        if (STATIC_ROOT / "staticfiles.json").is_file() or os.environ.get("WZ_COLLECT_STATIC") == "1"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = WZ_DATA / "media"
MEDIA_URL = "/media/"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "worker-src": [CSP.SELF, "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_HTTPS = WZ_PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
# Sent with answers over HTTPS alone: behind a proxy that ends TLS, one of WZ_TRUSTED_PROXIES has to say so.
SECURE_HSTS_SECONDS = int(os.environ.get("WZ_HSTS_SECONDS") or 31536000) if _HTTPS else 0
SESSION_ENGINE = "wenzhou.kernel.identity.sessions"
SESSION_COOKIE_NAME = "wz_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = "wz_csrf"
CSRF_FAILURE_VIEW = "wenzhou.kernel.base.problems.csrf_failure"
CSRF_TRUSTED_ORIGINS = [WZ_PUBLIC_URL]
# What one person may upload to one matter, and on one day; one file has its own limit (documents.Limits).
WZ_UPLOAD_CASE_FILES = int(os.environ.get("WZ_UPLOAD_CASE_FILES") or 40)
WZ_UPLOAD_CASE_MB = int(os.environ.get("WZ_UPLOAD_CASE_MB") or 200)
WZ_UPLOAD_DAY_FILES = int(os.environ.get("WZ_UPLOAD_DAY_FILES") or 100)
WZ_UPLOAD_DAY_MB = int(os.environ.get("WZ_UPLOAD_DAY_MB") or 500)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

MAILERS = mailers(WZ_SMTP_URL)
DEFAULT_FROM_EMAIL = os.environ.get("WZ_MAIL_FROM", "digital-wenzhou@localhost")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
WAGTAIL_SITE_NAME = "数字温州 Digital Wenzhou"
WAGTAILADMIN_BASE_URL = WZ_PUBLIC_URL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("WZ_LOG", "WARNING")},
}

from wenzhou.city.publishing import *  # noqa: E402, F403
from wenzhou.city.sign_in import *  # noqa: E402, F403
