"""Settings that every environment shares. Values from the environment: see environment.py."""

from pathlib import Path

import dj_database_url

from thinka_site.settings import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.text("THINKA_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    # Before wagtail.snippets: the permission policies must be there when Wagtail first asks.
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
    "ninja",
    "corsheaders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Before what answers: an answer to another site's page is read only with its headers.
    "corsheaders.middleware.CorsMiddleware",
    "cms.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.admin.kept_form.KeptFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.middleware.NotFoundMiddleware",
    "cms.middleware.AccountMiddleware",
    "cms.middleware.ExportMiddleware",
    "cms.middleware.StockScreensMiddleware",
    # Wagtail's publish and workflow actions open no transaction of their own. Last: nearest to
    # the view.
    "cms.middleware.AtomicWritesMiddleware",
]

ROOT_URLCONF = "thinka_site.urls"
WSGI_APPLICATION = "thinka_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The wheel carries these folders inside the apps; here they stand at the top.
        "DIRS": [BASE_DIR / "templates"],
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
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "cms.permissions.backend.GuideBackend",
]
# guardian asks for its own backend, which would honour grants that have ended.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{_VALIDATION}.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.number("PASSWORD_LENGTH", 10)},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "cms.services.password_rules.ObviousPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = env.number("PASSWORD_RESET_MINUTES", 60) * 60
# How long a link that shows a draft without an account can be good at most.
PREVIEW_MAX_HOURS = env.number("PREVIEW_MAX_HOURS", 7 * 24)
# Of failed tries to sign in, before one has to wait; 0 for no limit.
SIGN_IN_TRIES_PER_ACCOUNT = env.number("SIGN_IN_TRIES_PER_ACCOUNT", 10)
SIGN_IN_TRIES_PER_ADDRESS = env.number("SIGN_IN_TRIES_PER_ADDRESS", 50)
SIGN_IN_WAIT_MINUTES = env.number("SIGN_IN_WAIT_MINUTES", 15)
# Of a sign-in over the API, however often its token is renewed.
API_SESSION_HOURS = env.number("API_SESSION_HOURS", 12)
# Requests to the API: of each token or signed-in person, of each other address; 0 for no limit.
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 6000)
API_REQUESTS_PER_MINUTE_PER_ADDRESS = env.number("API_REQUESTS_PER_MINUTE_PER_ADDRESS", 3000)
# The header in which the proxy tells a visitor's address; empty: no header is believed.
CLIENT_ADDRESS_HEADER = env.text("CLIENT_ADDRESS_HEADER")
ANONYMOUS_USER_NAME = None  # guardian: no row for nobody
CSRF_FAILURE_VIEW = "cms.views.errors.csrf_failure"
LOGIN_URL = "/anmelden/"
LOGIN_REDIRECT_URL = "/intern/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "/anmelden/"
# All of it is done at /intern/konto/.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

# Other sites whose pages may call the API in the browser, or * for all: with a token in the
# header. A cookie is never sent along.
API_ALLOWED_ORIGINS = env.items("API_ALLOWED_ORIGINS")
API_ADDRESSES = r"^/api(/|$)"
# Nowhere, if nobody is allowed: otherwise every answer would vary with who asks from where.
CORS_URLS_REGEX = API_ADDRESSES if API_ALLOWED_ORIGINS else r"^$"
CORS_ALLOW_ALL_ORIGINS = API_ALLOWED_ORIGINS == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else API_ALLOWED_ORIGINS
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")
CORS_ALLOW_HEADERS = (
    *("accept", "authorization", "content-type", "if-match", "if-none-match", "lock-token"),
    "prefer",
)
CORS_EXPOSE_HEADERS = (
    *("ETag", "Location", "Allow", "Retry-After", "WWW-Authenticate", "Preference-Applied"),
    *("Deprecation", "Sunset", "Link"),
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
)
CORS_PREFLIGHT_MAX_AGE = 24 * 3600

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
PICTURE_MAX_MEGABYTES = env.number("PICTURE_MAX_MEGABYTES", 10)
WAGTAILIMAGES_MAX_UPLOAD_SIZE = PICTURE_MAX_MEGABYTES * 1024 * 1024
# Unpacked, a picture takes three to four bytes for each: this many fit into any server.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.admin.pictures.PictureForm"
# A request with such a picture as text, over the API: four letters for three bytes, and the rest.
DATA_UPLOAD_MAX_MEMORY_SIZE = WAGTAILIMAGES_MAX_UPLOAD_SIZE * 4 // 3 + 2_621_440

# As Germans write dates; Wagtail's picker replaces anything else by today.
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAIL_SITE_NAME = "Lebendiger Leitfaden"
WAGTAILADMIN_BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch")]
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""  # it would tell the titles of drafts
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # nothing is loaded from elsewhere
WAGTAIL_I18N_ENABLED = False
# One programme, one clock; and "localtime", which Debian lists, is no zone for a browser.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_WORKFLOW_ENABLED = True
# An approval holds for the revision that was approved, never for what was written after it.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSNIPPETS_MENU_SHOW_ALL = False
# Wagtail's own index is for the admin's lists only; readers are answered by the search app.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

ELASTICSEARCH_URL = env.text("ELASTICSEARCH_URL", "")
ELASTICSEARCH_API_KEY = env.text("ELASTICSEARCH_API_KEY", "")
ELASTICSEARCH_CA_CERTS = env.text("ELASTICSEARCH_CA_CERTS", "")
ELASTICSEARCH_SHARDS = env.number("ELASTICSEARCH_SHARDS", 1)
ELASTICSEARCH_REPLICAS = env.text("ELASTICSEARCH_REPLICAS", "0-1")
ELASTICSEARCH_REFRESH_INTERVAL = env.text("ELASTICSEARCH_REFRESH_INTERVAL", "250ms")
ELASTICSEARCH_GC_DELETES = env.text("ELASTICSEARCH_GC_DELETES", "1d")
SEARCH_INDEX_PREFIX = env.text("SEARCH_INDEX_PREFIX", "leitfaden")
SEARCH_FOLDER = DATA_DIR / "index"
# The embedded engine is fed by a thread of the web process; with Elasticsearch a worker does it.
SEARCH_FEED_THREAD = env.flag("SEARCH_FEED_THREAD", not ELASTICSEARCH_URL)

# Who may read /metrics: whoever sends this as a bearer token; without one it is not there.
METRICS_TOKEN = env.text("METRICS_TOKEN")

# A thread of the web process sends the mails; with PostgreSQL a worker does it.
#: How long a proxy may keep the API's public answers without asking; it is told of changes.
API_CACHE_SECONDS = env.number("API_CACHE_SECONDS", 0)
if API_CACHE_PURGE_URL := env.text("API_CACHE_PURGE_URL"):
    WAGTAILFRONTENDCACHE = {
        "proxy": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": API_CACHE_PURGE_URL,
        }
    }
NOTIFICATION_THREAD = env.flag("NOTIFICATION_THREAD", not env.text("DATABASE_URL"))
NOTIFICATION_DIGEST_TIME = env.text("NOTIFICATION_DIGEST_TIME", "07:00")
# Of one's own net, to which webhooks may go, also without TLS; all others must be public.
WEBHOOK_PRIVATE_HOSTS = env.items("WEBHOOK_PRIVATE_HOSTS")
WEBHOOK_KEEP_DAYS = env.number("WEBHOOK_KEEP_DAYS", 30)
NOTIFICATION_KEEP_DAYS = env.number("NOTIFICATION_KEEP_DAYS", 30)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "leitfaden@example.org")
