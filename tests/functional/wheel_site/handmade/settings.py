"""The least that a site needs for the guide; docs/install.md shows the same."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "only-for-this-test"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "handmade.urls"
INSTALLED_APPS = [
    # Both before Wagtail's apps: cms registers its permission policies before Wagtail asks.
    "cms",
    "search",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "guardian",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.admin.kept_form.KeptFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.middleware.AccountMiddleware",
    "cms.middleware.ExportMiddleware",
    "cms.middleware.StockScreensMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
        # Publishing writes history and outbox in the transaction of the request.
        "ATOMIC_REQUESTS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "cms.permissions.backend.GuideBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: no account row for visitors
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "/anmelden/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.admin.pictures.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAIL_SITE_NAME = "Eine eigene Website"
WAGTAILADMIN_BASE_URL = "http://localhost"
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""  # it would tell the titles of drafts
# The search: an empty address means the embedded engine, which keeps its index in the folder.
ELASTICSEARCH_URL = ""
SEARCH_INDEX_PREFIX = "leitfaden"
SEARCH_FOLDER = BASE_DIR / "index"
# With Elasticsearch also: ELASTICSEARCH_API_KEY, ELASTICSEARCH_CA_CERTS ("" or a value each),
# ELASTICSEARCH_SHARDS (a number) and ELASTICSEARCH_REPLICAS (a number, or "0-1").
