"""Django's settings, all derived from `config`. Korean first, UTC inside, PostgreSQL only."""

from __future__ import annotations

from csp.constants import NONE, SELF

from jangteo.platform.config import PACKAGE_ROOT, config
from jangteo.platform.logs import configure_logging
from jangteo.platform.postgres import django_database

_config = config()

SECRET_KEY = _config.effective_secret_key()
DEBUG = _config.debug
ALLOWED_HOSTS = [*_config.allowed_hosts]
ROOT_URLCONF = "jangteo.channels.web.urls"
WSGI_APPLICATION = "jangteo.channels.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "jangteo.platform",
    "jangteo.apps.markets",
    "jangteo.apps.accounts",
    "jangteo.apps.messaging",
    "jangteo.apps.decisions",
    "jangteo.apps.catalog",
    "jangteo.apps.stock",
    "jangteo.apps.orders",
    "jangteo.apps.payments",
    "jangteo.apps.fulfilment",
    "jangteo.apps.discovery",
    "jangteo.apps.programme",
    "jangteo.channels.ui",
    "jangteo.channels.web",
    "jangteo.channels.shop",
    "jangteo.channels.stall",
    "jangteo.channels.office",
    "jangteo.channels.vendor",
    "jangteo.channels.evidence",
    "jangteo.channels.api",
]

MIDDLEWARE = [
    "jangteo.platform.middleware.request_scope",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "jangteo.platform.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jangteo.platform.middleware.language",
    "jangteo.platform.middleware.body_limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jangteo.channels.web.middleware.friendly_errors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "jangteo.channels.ui.jinja.environment",
            "loader": None,
            "auto_reload": _config.debug,
        },
    },
]

DATABASES = {"default": django_database(_config)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_COOKIE_AGE = _config.session_days * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _config.https
CSRF_COOKIE_SECURE = _config.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jangteo.channels.web.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [_config.effective_public_url()] if _config.public_url else []
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _config.https else None
SECURE_HSTS_SECONDS = 31_536_000 if _config.https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "/in"

_live_origins = (
    [_config.live_url]
    if _config.live_url
    else [
        f"http://localhost:{_config.effective_live_port}",
        f"http://127.0.0.1:{_config.effective_live_port}",
    ]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *_live_origins],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "jt_language"
LOCALE_PATHS = [PACKAGE_ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = _config.media_dir
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
APPEND_SLASH = False

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": 5.0,
    "stalled_worker_timeout": 20.0,
}

LOGGING_CONFIG = None
configure_logging(_config.log_level)
