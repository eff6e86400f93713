"""So many requests a minute and no more, and which other sites' pages may call the API."""

import threading
import time

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.api import rate_limits
from cms.api.rate_limits import Counts
from cms.models import Tries
from tests.factories.guide import UserFactory
from tests.functional.api_client import bearer, jwt_of, signed_in, token_of

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000.0  # a full minute


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the limits' clock, to seconds of one minute; it stands still."""
    monkeypatch.setattr(rate_limits, "counts", Counts())

    def at(seconds: float):
        monkeypatch.setattr(rate_limits.time, "time", lambda: NOON + seconds)

    at(0)
    return at


@pytest.fixture
def limits(settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 5
    settings.API_REQUESTS_PER_MINUTE_PER_ADDRESS = 3


def asked(number: int, client=None, /, **headers) -> list[int]:
    client = client or Client()
    return [client.get("/api/@navigation", **headers).status_code for _number in range(number)]


def test_who_asks_too_often_is_told_how_long_to_wait(limits, clock):
    clock(18.5)
    assert asked(3) == [200] * 3
    answer = Client().get("/api/erfahrungen")
    assert (answer.status_code, answer["Retry-After"]) == (429, "42")
    assert answer.json() == {
        "type": "TooManyRequests",
        "message": "Zu viele Anfragen. Bitte warten Sie 42 Sekunden.",
    }
    assert answer["RateLimit-Limit"] == "3"
    assert (answer["RateLimit-Remaining"], answer["RateLimit-Reset"]) == ("0", "42")
    assert Client().post("/api/@login", {}, "application/json").status_code == 429
    assert Client().head("/api/erfahrungen").status_code == 429
    assert Client().get("/").status_code == 200  # only the API counts
    clock(60)
    assert asked(4) == [200] * 3 + [429]


def test_every_address_has_its_own_count(limits, settings):
    assert asked(4, REMOTE_ADDR="203.0.113.1")[-1] == 429
    assert asked(1, REMOTE_ADDR="203.0.113.2") == [200]
    forged = {"REMOTE_ADDR": "203.0.113.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert asked(1, **forged) == [429]
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert asked(1, **forged) == [200]
    # One line gets a whole network of IPv6: it is one client.
    assert asked(3, HTTP_X_FORWARDED_FOR="2001:db8::1") == [200] * 3
    assert asked(1, HTTP_X_FORWARDED_FOR="2001:db8::2") == [429]
    assert asked(9, REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="unix") == [200] * 9


@pytest.mark.parametrize(
    "written", ["::ffff:203.0.113.{}", "203.0.113.{}:4711", "[2001:db8:0:{}::1]:443"]
)
def test_an_address_is_one_however_it_is_written(limits, settings, written):
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    for number in (1, 2):
        asking = {"HTTP_X_FORWARDED_FOR": f"198.51.100.9, {written.format(number)}"}
        assert asked(4, **asking) == [200] * 3 + [429]
    assert asked(1, REMOTE_ADDR="::ffff:203.0.113.7") == [200]
    assert asked(3, REMOTE_ADDR="203.0.113.7") == [200] * 2 + [429]


def test_every_token_has_its_own_and_a_person_one_for_all_sign_ins(limits):
    ada = UserFactory()
    first, second = token_of(ada), token_of(ada)
    assert asked(6, **bearer(first)) == [200] * 5 + [429]
    assert asked(1, **bearer(second)) == [200]
    assert asked(3, **bearer(jwt_of(ada))) == [200] * 3
    assert asked(2, **bearer(jwt_of(ada))) == [200] * 2
    assert asked(1, signed_in(ada)) == [429]
    assert asked(1, **bearer(jwt_of(UserFactory()))) == [200]
    assert asked(1) == [200]


def test_guessed_tokens_are_counted_by_address(limits):
    assert asked(4, **bearer("leitfaden_guess")) == [401] * 3 + [429]


def test_the_headers_tell_a_client_what_is_left_and_no_proxy(limits):
    text = token_of(UserFactory())
    answers = [Client().get("/api", **bearer(text)) for _number in range(2)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["4", "3"]
    kept_by_a_proxy = Client().get("/api")
    assert kept_by_a_proxy["Cache-Control"].startswith("public")
    assert "RateLimit-Remaining" not in kept_by_a_proxy


def test_without_limits_nothing_is_counted(settings, clock, django_assert_num_queries):
    assert asked(50) == [200] * 50
    assert not Tries.objects.exists()


# --- several processes ---------------------------------------------------------------------------


def test_processes_count_together():
    ours, theirs = Counts(), Counts()
    left = [process.add("token 1", 5, NOON) for process in (ours, theirs) * 3]
    assert left == [4, 3, 2, 1, 0, -1]
    assert ours.add("token 2", 5, NOON) == 4
    assert theirs.add("token 1", 5, NOON + 60) == 4
    assert Tries.objects.filter(key__contains="token").count() == 0


def test_counting_writes_once_in_a_twentieth_of_the_limit(django_assert_num_queries):
    process = Counts()
    with django_assert_num_queries(0):
        for _number in range(9):
            process.add("token 1", 200, NOON)
    process.add("token 1", 200, NOON)
    assert Tries.objects.get().count == 10
    for _number in range(190):
        assert process.add("token 1", 200, NOON) >= 0
    with django_assert_num_queries(0):  # who is refused costs nothing more
        for _number in range(50):
            assert process.add("token 1", 200, NOON) == -1
    assert Tries.objects.get().count == 200


@pytest.mark.parametrize("processes", [2, 3])
def test_more_processes_let_through_a_twentieth_more_each_at_most(processes):
    running = [Counts() for _number in range(processes)]
    let_through = 0
    for number in range(600):
        let_through += running[number % processes].add("token 1", 200, NOON) >= 0
    assert 200 <= let_through <= 200 + 10 * (processes - 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_threads_get_exactly_the_limit():
    process, left = Counts(), []

    def ask():
        left.extend(process.add("token 1", 40, NOON) for _number in range(30))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number in left if number >= 0) == list(range(40))
    assert Tries.objects.get().count == 40


def test_old_counts_are_swept_away():
    Tries.objects.create(key="old", count=7, until=timezone.now())
    Counts().add("token 1", 1, time.time())
    assert not Tries.objects.filter(key="old").exists()


# --- pages of other sites ------------------------------------------------------------------------


@pytest.fixture
def portal(settings):
    settings.CORS_URLS_REGEX = settings.API_ADDRESSES
    settings.CORS_ALLOWED_ORIGINS = ["https://portal.example.org"]
    return {"HTTP_ORIGIN": "https://portal.example.org"}


def preflight(path: str, method: str = "PATCH", headers: str = "authorization,if-match", **more):
    asked = {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": method}
    return Client().options(path, HTTP_ACCESS_CONTROL_REQUEST_HEADERS=headers, **asked, **more)


def test_a_page_of_an_allowed_site_may_ask_and_read_the_headers(portal, limits):
    answer = preflight("/api/erfahrungen/x", **portal)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == portal["HTTP_ORIGIN"]
    assert "PATCH" in answer["Access-Control-Allow-Methods"]
    for name in ("authorization", "if-match", "content-type", "prefer"):
        assert name in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    for path in ("/api", "/api/erfahrungen", "/api/gibt-es-nicht"):
        answer = Client().get(path, **portal)
        assert answer["Access-Control-Allow-Origin"] == portal["HTTP_ORIGIN"]
        assert "origin" in answer["Vary"]
        for name in ("ETag", "Location", "Retry-After"):
            assert name in answer["Access-Control-Expose-Headers"]
    refused = Client().get("/api", **portal)  # an error is readable too
    assert refused.status_code == 429 and "Access-Control-Allow-Origin" in refused
    assert "Access-Control-Allow-Origin" in Client().get("/api", **portal, **bearer("x"))


def test_no_other_site_and_no_other_address(portal):
    assert "Access-Control-Allow-Origin" not in Client().get(
        "/api", HTTP_ORIGIN="https://other.example"
    )
    for path in ("/", "/intern/konto/", "/admin/", "/anmelden/", "/apix"):
        assert "Access-Control-Allow-Origin" not in Client().get(path, **portal)
        assert "Access-Control-Allow-Origin" not in preflight(path, **portal)


def test_without_the_setting_there_are_no_such_headers():
    answer = Client().get("/api", HTTP_ORIGIN="https://portal.example.org")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert "origin" not in answer["Vary"].lower()
