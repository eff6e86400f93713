"""A proxy in front of the API: what it may keep, and what it is told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from cms.permissions import roles
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import signed_in, write

pytestmark = pytest.mark.django_db


def test_public_answers_are_kept_where_the_proxy_is_told(settings):
    entry = published_experience()
    path = f"/api/erfahrungen/{entry.slug}"
    assert Client().get(path)["Cache-Control"] == "public, no-cache"
    settings.API_CACHE_SECONDS = 300
    assert Client().get(path)["Cache-Control"] == "public, max-age=0, s-maxage=300"
    for asked in (f"{path}?expand=workflow", f"{path}/@workflow", "/api/@navigation"):
        assert Client().get(asked)["Cache-Control"] == "public, no-cache"
    assert Client().get("/api/erfahrungen/nichts")["Cache-Control"] == "no-store"
    editor = signed_in(person(roles.EDITOR, entry.project))
    assert editor.get(path)["Cache-Control"] == "private, no-cache"
    changed = write(editor, "PATCH", path, {"lesson": "x"}, 204)
    assert changed["Cache-Control"] == "no-store"


@pytest.fixture
def purged(settings, monkeypatch):
    """Asks what the proxy was told since the last time: paths below ``/api``."""
    told: set[str] = set()

    class Proxy(BaseHTTPRequestHandler):
        def do_PURGE(self):
            assert self.headers["Host"] == "leitfaden.example.org"
            told.add(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WAGTAILADMIN_BASE_URL = "https://leitfaden.example.org"
    settings.WAGTAILFRONTENDCACHE = {
        "proxy": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": f"http://127.0.0.1:{server.server_port}",
        }
    }

    def since() -> set[str]:
        for thread in threading.enumerate():
            if thread.name == "purge":
                thread.join(timeout=60)
        paths = {path.removeprefix("/api").strip("/") for path in told}
        told.clear()
        return paths

    yield since
    server.shutdown()
    server.server_close()


def test_the_proxy_is_told_of_everything_that_shows_a_change(
    purged, django_capture_on_commit_callbacks
):
    topic = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    table = table_page(event_page())
    project = ProjectFactory(title="ThINKA Musterstadt")
    office = person(roles.OFFICE)
    purged()
    with django_capture_on_commit_callbacks(execute=True):
        entry = published_experience(project=project, topics=[topic], table=table)
    own = f"erfahrungen/{entry.slug}"
    shown = {
        own, "erfahrungen", "projekte/thinka-musterstadt", "leitfaden", "leitfaden/arbeitsweise",
        "leitfaden/arbeitsweise/sprechstunde", table.url.strip("/"),
    }  # fmt: skip
    assert purged() >= shown
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(entry, office, "überholt")
    assert purged() >= shown
    again = published_experience(project=project, topics=[topic])
    news = news_page(project=project)
    with django_capture_on_commit_callbacks(execute=True):
        topic.title = "Beratung"
        topic.save()
    assert purged() >= {f"erfahrungen/{again.slug}", "leitfaden"}
    with django_capture_on_commit_callbacks(execute=True):
        project.title = "ThINKA Neustadt"
        project.save()
    assert purged() >= {
        f"erfahrungen/{again.slug}", "projekte", f"projekte/{project.slug}", news.url.strip("/"),
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        news.title = "Anders"
        news.save_revision().publish()
    assert purged() >= {"", "aktuelles", news.url.strip("/")}
