"""For a public server behind a proxy that speaks HTTPS.

Everything local comes from the environment; the variables are described in docs/operators.md.
"""

from pathlib import Path

from thinka_site.settings import environment as env
from thinka_site.settings.base import *  # noqa: F403
from thinka_site.settings.base import SILENCED_SYSTEM_CHECKS, STATIC_ROOT

DEBUG = False
SECRET_KEY = env.required("SECRET_KEY")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")

# Switches, since a proxy may do the redirect itself, and a trial runs without HTTPS.
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", True)
# Asked from inside, without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("SECURE_COOKIES", True)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", True)
# Browsers' preload lists are a decision of the domain's owner, and hard to take back.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W021"]
# Only for a proxy that always sets this header itself: otherwise anybody could claim HTTPS.
if env.flag("TRUST_FORWARDED_PROTO"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_ROOT = Path(env.text("STATIC_ROOT", str(STATIC_ROOT)))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

if env.text("EMAIL_HOST"):
    EMAIL_BACKEND = "cms.services.smtp.SmtpBackend"
    EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "thinka_site.settings.json_log.JsonFormatter"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stdout",
        }
    },
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "INFO")},
    # The audit log is written whatever LOG_LEVEL says. Django's own handlers would print the same
    # again as plain text.
    "loggers": {
        "audit": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
    },
}
