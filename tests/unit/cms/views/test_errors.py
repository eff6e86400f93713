"""The page for a crash needs nothing that may have crashed."""

from django.test import RequestFactory

from cms.views.errors import server_error


def test_the_page_for_a_crash_needs_no_database():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "schiefgegangen" in response.content.decode()
