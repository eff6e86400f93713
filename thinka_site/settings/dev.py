"""Settings of `make run`: one process, nothing to install."""

from pathlib import Path
from secrets import token_urlsafe

from thinka_site.settings import environment as env
from thinka_site.settings.base import *  # noqa: F403
from thinka_site.settings.base import API_ADDRESSES, DATA_DIR

DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"


def _secret_key(file: Path) -> str:
    """A key of this data folder's own, made once and kept in it, so that sessions survive."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(token_urlsafe(50))
    return file.read_text()


SECRET_KEY = env.text("SECRET_KEY", "") or _secret_key(DATA_DIR / "secret_key")

# Who tries the guide, or tests it, is not made to wait.
SIGN_IN_TRIES_PER_ACCOUNT = SIGN_IN_TRIES_PER_ADDRESS = 0
API_REQUESTS_PER_MINUTE = API_REQUESTS_PER_MINUTE_PER_ADDRESS = 0
# A front end that is being made runs on another port.
CORS_ALLOW_ALL_ORIGINS, CORS_URLS_REGEX = True, API_ADDRESSES
