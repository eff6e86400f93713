"""The stock Wagtail of stock_site/: its database, filled, and its web server."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from tests.benchmarks.server import Browser, serving

#: Where its experiences are.
SNIPPETS = "/api/v3/snippets/stock_site.Experience/"


@contextmanager
def stock_site(lines: list[str]) -> Iterator[tuple[Browser, str]]:
    """A client of its server, and a token that may do everything.

    Its database is of the same kind as the guide's and stands beside it.
    """
    with tempfile.TemporaryDirectory(prefix="thinka-stock-") as folder:
        environment = {
            "DJANGO_SETTINGS_MODULE": "stock_site.settings",
            "PYTHONPATH": str(Path(__file__).parent),
            "THINKA_DATA_DIR": folder,
            "DATABASE_URL": _new_database(),
        }
        file = Path(folder) / "lines.jsonl"
        file.write_text("\n".join(lines), encoding="utf-8")
        # The snippet, which has no migrations, refers to tables that come with Wagtail's.
        _django(environment, "migrate", "--verbosity=0")
        _django(environment, "migrate", "--run-syncdb", "--verbosity=0")
        token = _django(environment, "fill", str(file)).strip()
        application = ("--call", "django.core.wsgi:get_wsgi_application")
        with serving(*application, ready="/api/v3/openapi.json", **environment) as browser:
            yield browser, token


def _new_database() -> str:
    """The DATABASE_URL of an empty database in the guide's PostgreSQL; empty for SQLite."""
    if connection.vendor != "postgresql":
        return ""
    name = f"stock_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _django(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
