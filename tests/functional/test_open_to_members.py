"""What is open to somebody answers: nobody is shut out of the pages that are meant for them."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.permissions import roles
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    UserFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_supplement,
    table_page,
)
from tests.functional.test_sign_in import sign_in

pytestmark = pytest.mark.django_db

NOBODY, NO_ROLE = "anonymous", "no role"
IN_A_PROJECT = (roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD)
EVERYBODY = (NOBODY, NO_ROLE, roles.PARTNER, *IN_A_PROJECT, roles.OFFICE)

PUBLIC = (
    "/",
    "/leitfaden/",
    "/leitfaden/mieten/",
    "/veranstaltungen/",
    "/veranstaltungen/austausch/",
    "/veranstaltungen/austausch/tisch-1/",
    "/erfahrungen/",
    "/erfahrungen/sprechstunde/",
    "/projekte/",
    "/projekte/musterstadt/",
    "/aktuelles/",
    "/aktuelles/neues/",
    "/impressum/",
    "/suche/?q=x",
    "/barriere-melden/",
    "/api/",
    "/api/erfahrungen/sprechstunde",
    "/healthz",
)
SIGNED_IN = ("/intern/", "/intern/konto/", "/intern/benachrichtigungen/")
#: For whoever belongs to a project.
OF_MEMBERS = (
    "wagtailadmin_home",
    "wagtailadmin_account",
    "guide_experiences:list",
    "guide_supplements:list",
    "projekte_modeladmin_index",
    "guide_sharing",
    "guide_yearly_report",
)
#: For whoever writes in it.
OF_WRITERS = (
    "guide_experiences:add",
    "guide_trash",
    "guide_pages",
    "wagtailimages:index",
    "wagtaildocs:index",
    "wagtailimages:add",
    "wagtaildocs:add",
)
OF_REVIEWERS = ("guide_desk", "guide_many")


@pytest.fixture
def project(embedded_search):
    """A project, with one of everything published."""
    project = ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")
    topic = TopicFactory(title="Mieten", slug="mieten")
    event = event_page("Austausch", slug="austausch")
    table_page(event, slug="tisch-1")
    entry = published_experience(title="Sprechstunde", project=project, topics=[topic])
    published_supplement(entry)
    news_page("Neues", slug="neues")
    embedded_search()
    return project


@pytest.fixture(params=EVERYBODY)
def role(request) -> str:
    return request.param


@pytest.fixture
def client(role, project) -> Client:
    """Signed in as people do it, at the form."""
    client = Client()
    if role == NO_ROLE:
        UserFactory(username="ada")
    elif role != NOBODY:
        person(role, project, username="ada")
    if role != NOBODY:
        assert sign_in(client, "ada")["Location"] == "/intern/"
    return client


def shut(client, addresses) -> dict[str, tuple[int, str]]:
    """The addresses that do not answer with a page, and what they answer."""
    answers = {address: client.get(address) for address in addresses}
    return {
        address: (answer.status_code, answer.get("Location", ""))
        for address, answer in answers.items()
        if answer.status_code != 200
    }


def screens(names, project) -> list[str]:
    return [reverse(name, args=[project.pk] if name == "guide_sharing" else []) for name in names]


def test_the_site_is_open_to_everybody(client):
    assert shut(client, PUBLIC) == {}


@pytest.mark.parametrize("role", EVERYBODY[1:], indirect=True)
def test_the_internal_pages_are_open_to_whoever_signed_in(client):
    assert shut(client, SIGNED_IN) == {}


@pytest.mark.parametrize("role", (*IN_A_PROJECT, roles.OFFICE), indirect=True)
def test_the_admin_is_open_to_the_people_of_a_project(client, role, project):
    names = [*OF_MEMBERS]
    if role != roles.READER:
        names += OF_WRITERS
    if role in (roles.REVIEWER, roles.OFFICE):
        names += OF_REVIEWERS
    # Supplements begin on the page of another project's experience.
    published_experience(title="Waschsalon")
    writing = ["/erfahrungen/waschsalon/ergaenzen/"] if role != roles.READER else []
    assert shut(client, [*screens(names, project), *writing]) == {}
