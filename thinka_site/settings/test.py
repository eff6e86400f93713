"""For the tests: nothing of a run is left behind, and runs do not meet each other.

`make test` sets DATABASE_URL (for its second run, on PostgreSQL), ELASTICSEARCH_URL, and
THINKA_TEST_DATA: the folder with what `tools/test_data.py` made once for all processes.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from thinka_site.settings.base import *  # noqa: F403
from thinka_site.settings.base import DATABASES

SECRET_KEY = "only-for-tests"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

DATA_DIR = Path(tempfile.mkdtemp(prefix="thinka-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
SEARCH_FOLDER = DATA_DIR / "index"
STATIC_ROOT.mkdir()
TEST_DATA = os.environ.get("THINKA_TEST_DATA", "")
if TEST_DATA:
    shutil.copytree(Path(TEST_DATA) / "index", SEARCH_FOLDER)

# A file and not memory: threads (the live server, feed workers) then meet SQLite's real locks.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# A connection that outlives its request would keep the test database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Every process of every run has indices of its own, also on a shared server.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SEARCH_INDEX_PREFIX = f"thinka-test-{secrets.token_hex(4)}-{_WORKER}"
SEARCH_FEED_THREAD = False
NOTIFICATION_THREAD = False

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a test changes shows at once.
GUIDE_FRAME_SECONDS = SECOND_FACTOR_RULE_SECONDS = SEARCH_CATALOGUE_SECONDS = 0
# Tests of limits set them.
SIGN_IN_TRIES_PER_ACCOUNT = SIGN_IN_TRIES_PER_ADDRESS = 0
API_REQUESTS_PER_MINUTE = API_REQUESTS_PER_MINUTE_PER_ADDRESS = 0
