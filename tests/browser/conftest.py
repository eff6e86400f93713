"""A real Chromium (Debian's) against the live server."""

import os
import shutil

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from search import service
from search.feed import drain
from search.rebuild import rebuild

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    """One browser for the whole run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium fehlt (Debian, Ubuntu: apt-get install chromium)."
    # Playwright's loop runs in this thread; Django must not take that for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    contents = connection._test_serialized_contents
    with sync_playwright() as playwright:
        # Under a loop Django opens another connection: it must know the migrations' rows, too,
        # or serialized_rollback leaves an empty database after the first test.
        connection._test_serialized_contents = contents
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, live_server):
    """Opens a page for a new visitor: ``new_page(PHONE)``; script errors fail the test."""
    contexts, errors = [], []

    def open_page(viewport=None):
        context = chromium.new_context(
            viewport=viewport or DESKTOP, locale="de-DE", base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def feed(transactional_db, settings, tmp_path):
    """The embedded engine with fresh indices; returns a function that feeds what is due."""
    settings.ELASTICSEARCH_URL = ""
    settings.SEARCH_FOLDER = tmp_path / "index"
    service.engine.cache_clear()
    engine = service.engine()
    rebuild(engine)
    return lambda: drain(engine)
