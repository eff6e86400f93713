"""The example of a front end (examples/frontend/): it reads the guide through its API alone."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cms.domain.kinds import Kind
from cms.models import Argument
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    published_experience,
    published_supplement,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FOLDER = Path(__file__).parents[2] / "examples" / "frontend"
SIZES = {"desktop": DESKTOP, "phone": PHONE, "small phone": {"width": 320, "height": 640}}
TITLE = "Sprechstunde im Waschsalon"


@pytest.fixture
def content(feed):
    """A chapter below another one, with 23 entries, one of which has everything."""
    project = ProjectFactory(title="ThINKA Musterstadt")
    above = TopicFactory(title="Menschen erreichen", introduction="Wie man sie erreicht.")
    topic = TopicFactory(title="Ansprache", parent=above)
    for number in range(22):
        kind = list(Kind)[number % 4]
        published_experience(title=f"Aushang Nummer {number}", kind=kind, topics=[topic])
    entry = published_experience(
        title=TITLE,
        kind=Kind.DISCUSSION,
        body="<p>Während die Maschine läuft, ist Zeit zum <b>Reden</b>.</p>",
        lesson="Den Betreiber früh fragen.",
        project=project,
        topics=[topic],
        arguments=[Argument(side="pro", text="Alle kommen vorbei.")],
    )
    published_supplement(entry, text="<p>Bei uns auch.</p>", verdict="proven")
    feed()


@pytest.fixture
def origin(live_server, settings):
    """The folder on a web server of its own, the API's address written into config.js."""
    settings.CORS_ALLOW_ALL_ORIGINS, settings.CORS_URLS_REGEX = True, settings.API_ADDRESSES
    config = f'export const API = "{live_server.url}/api";'.encode()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path != "/config.js":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript")
            self.end_headers()
            self.wfile.write(config)

        def log_message(self, *args):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=FOLDER))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def front_end(new_page, origin):
    """Opens a page of the front end: ``front_end(PHONE, "leitfaden/ansprache")``."""

    def open_page(viewport=None, path=""):
        page = new_page(viewport)
        page.goto(f"{origin}/#/{path}")
        return page

    return open_page


def heading(page, text: str) -> None:
    page.get_by_role("heading", level=1, name=text, exact=True).wait_for()


@pytest.mark.parametrize("size", list(SIZES))
def test_from_the_guide_to_a_chapter_to_an_entry(front_end, content, size):
    page = front_end(SIZES[size])
    heading(page, "Leitfaden")
    check(page, f"guide ({size})")
    page.get_by_role("link", name="Ansprache").click()
    heading(page, "Ansprache")
    assert page.title() == "Ansprache – Lebendiger Leitfaden"
    assert page.evaluate("document.activeElement.tagName") == "H1"
    check(page, f"chapter ({size})")
    page.get_by_role("link", name=TITLE).click()
    heading(page, TITLE)
    assert page.locator("main b").inner_text() == "Reden"
    for text in ("ThINKA Musterstadt", "Alle kommen vorbei.", "Den Betreiber früh fragen.",
                 "Bei uns auch."):  # fmt: skip
        assert page.get_by_text(text).first.is_visible(), text
    check(page, f"entry ({size})")
    page.get_by_role("link", name="ThINKA Musterstadt").first.click()
    heading(page, "ThINKA Musterstadt")
    check(page, f"project ({size})")
    page.go_back()
    heading(page, TITLE)


def test_a_long_chapter_goes_on_at_a_click(front_end, content):
    page = front_end(path="leitfaden/menschen-erreichen/ansprache")
    heading(page, "Ansprache")
    rows = page.locator(".hits > li")
    assert rows.count() == 20
    page.get_by_role("button", name="Mehr anzeigen").click()
    page.get_by_role("link", name="Aushang Nummer 0", exact=True).wait_for()
    assert rows.count() == 23
    assert not page.get_by_role("button", name="Mehr anzeigen").is_visible()
    # Who goes by keyboard goes on with the first new row.
    assert page.evaluate("document.activeElement.textContent") == "Aushang Nummer 2"


@pytest.mark.parametrize("size", list(SIZES))
def test_search_finds_marks_and_narrows(front_end, content, size):
    page = front_end(SIZES[size])
    field = page.get_by_role("combobox", name="Suchbegriff")
    field.fill("Waschsalons")
    field.press("Enter")
    heading(page, "Ein Treffer für „Waschsalons“")
    assert page.locator(".hits mark").first.inner_text() == "Waschsalon"
    field.fill("Aushang")
    field.press("Enter")
    heading(page, "22 Treffer für „Aushang“")
    check(page, f"search ({size})")
    page.locator(".facets").get_by_role("link", name="Gute Erfahrungen").click()
    heading(page, "6 Treffer für „Aushang“")
    check(page, f"narrowed search ({size})")
    page.get_by_role("link", name="Filter Gute Erfahrungen aufheben").click()
    heading(page, "22 Treffer für „Aushang“")


def test_suggestions_lead_on_by_keyboard(front_end, content):
    page = front_end()
    field = page.get_by_role("combobox", name="Suchbegriff")
    field.press_sequentially("Anspr", delay=20)
    option = page.get_by_role("option", name="Ansprache")
    option.wait_for()
    check(page, "suggestions")
    field.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    field.press("Enter")
    heading(page, "Ansprache")


def test_typing_asks_once_it_rests(front_end, content):
    page = front_end()
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "@suggest" in request.url else 0
    )
    page.get_by_role("combobox").press_sequentially("Waschsalon", delay=5)
    page.get_by_role("option", name=TITLE).wait_for()
    assert len(asked) < len("Waschsalon") - 1


def test_what_is_known_already_is_not_sent_again(front_end, content):
    page = front_end()
    heading(page, "Leitfaden")
    asked = "/api/leitfaden/menschen-erreichen/ansprache"
    sizes = []
    page.on("requestfinished", lambda one: sizes.append(one.sizes()) if asked in one.url else 0)
    for _ in range(2):
        page.get_by_role("link", name="Ansprache").click()
        heading(page, "Ansprache")
        page.get_by_role("link", name="Lebendiger Leitfaden").click()
        heading(page, "Leitfaden")
    first, second = (size["responseBodySize"] for size in sizes)
    assert first > 1000
    assert second == 0  # the browser asked with If-None-Match


def test_where_nothing_is_the_page_helps(front_end, origin, feed):
    page = front_end()
    page.get_by_text("Im Leitfaden steht noch nichts.").wait_for()
    check(page, "empty guide")
    page.get_by_role("combobox").fill("Unterseeboot")
    page.get_by_role("button", name="Suchen").click()
    heading(page, "Keine Treffer für „Unterseeboot“")
    page.get_by_text("Dazu steht noch nichts im Leitfaden.").wait_for()
    check(page, "nothing found")
    page.goto(f"{origin}/#/erfahrungen/gibt-es-nicht")
    heading(page, "Das gibt es hier nicht")
    check(page, "not found")


def test_when_the_api_is_away_one_can_try_again(front_end, content):
    page = front_end()
    heading(page, "Leitfaden")
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("link", name="Ansprache").click()
    heading(page, "Das ließ sich nicht laden")
    page.get_by_text("gerade nicht zu erreichen").wait_for()
    check(page, "API away")
    page.unroute("**/api/**")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    heading(page, "Ansprache")


def test_what_the_api_answers_is_never_run(front_end, origin, content):
    """As if a server on the way had changed the answer: neither markup nor links do harm."""
    evil = (
        "<p onclick='document.title=1'>Text<script>document.title = 'evil'</script>"
        "<img src=x onerror=\"document.title='evil'\">"
        "<a href='javascript:alert(1)'>Link</a><svg onload='document.title=2'></svg>"
        "<iframe srcdoc='<script>parent.document.title=3</script>'></iframe></p>"
    )

    def poisoned(route):
        data = route.fetch().json()
        data["title"] = "<img src=x onerror=alert(1)>"
        data["body"]["data"] = data["supplements"][0]["text"]["data"] = evil
        route.fulfill(json=data)

    page = front_end()
    heading(page, "Leitfaden")
    page.route("**/api/erfahrungen/**", poisoned)
    page.goto(f"{origin}/#/erfahrungen/sprechstunde-im-waschsalon")
    heading(page, "<img src=x onerror=alert(1)>")
    assert page.locator("main [onclick], main script, main iframe, main svg").count() == 0
    assert page.locator("main img[onerror]").count() == 0
    assert page.get_by_text("Link").first.get_attribute("href") is None
    assert "evil" not in page.title()
