"""A NUL in an address is no letter of anything, and no database is asked for it."""

import pytest
from django.test import Client

from cms.permissions import roles
from tests.factories.guide import person
from tests.functional.api_client import signed_in

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/gibt%00nichts", "/gibt%00nichts/", "/media/images/a%00.png", "/leitfaden/%00/",
    "/documents/1/%00",
    "/erfahrungen/%00/", "/einladung/%00/", "/api/%00", "/api/erfahrungen/%00", "/api/%00/@search",
    "/api/@users/%00", "/api/@groups/%00", "/api/@types/%00", "/api/@vocabularies/%00",
    "/api/@preview/%00", "/api/erfahrungen/x/@history/%00", "/api/leitfaden/%00/@navigation",
    "/feeds/thema/%00.atom", "/admin/%00/",
]  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "office"])
def test_an_address_with_a_nul_leads_nowhere(who):
    client = Client() if who == "nobody" else signed_in(person(roles.OFFICE))
    found = {path: client.get(path).status_code for path in ADDRESSES}
    assert set(found.values()) <= {301, 302, 404}, found


def test_a_nul_in_a_parameter_finds_nothing(embedded_search):
    office = signed_in(person(roles.OFFICE))
    for path in (
        "/suche/?q=a%00b&thema=%00&tisch=a/%00", "/suche/vorschlag/?q=%00",
        "/erfahrungen/?thema=%00",
        "/api/@users?search=%00&query=%00&groups-filter=%00", "/api/@groups?query=%00",
        "/api/@search?source_id=%00", "/api/@search?projekt=%00", "/api/@relations?source=%00",
        "/api/?version=%00", "/api/?expand=%00&sort_on=", "/api/@vocabularies/topics?token=%00",
    ):  # fmt: skip
        assert office.get(path).status_code in (200, 422), path
