"""The example content and the demo accounts."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from cms import published
from cms.domain.circles import Circle
from cms.domain.kinds import Kind, State
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, NewsPage, Outcome, Project, Publication, TablePage, Topic
from cms.permissions import policies
from cms.services.example_content import load_projects
from tests.factories.guide import ProjectFactory

pytestmark = pytest.mark.django_db

ACCOUNTS = ("koordination", "pruefung", "weimar", "jena", "schmalkalden", "partner")


@pytest.fixture
def data_folder(settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("THINKA_DEMO_PASSWORD", raising=False)
    return tmp_path


def run(name: str) -> str:
    out = StringIO()
    call_command(name, stdout=out)
    return out.getvalue()


def test_accounts_get_one_random_password_that_is_kept(data_folder):
    out = run("create_demo_accounts")
    password = (data_folder / "demo_password").read_text()
    assert password in out
    assert (data_folder / "demo_password").stat().st_mode & 0o077 == 0
    users = {name: authenticate(username=name, password=password) for name in ACCOUNTS}
    assert all(users.values())
    offices = [name for name, user in users.items() if policies.can(user, policies.OFFICE)]
    assert offices == ["koordination", "pruefung"]
    for slug in ("weimar", "jena", "schmalkalden"):
        project = Project.objects.get(slug=slug)
        assert policies.project_ids_for(users[slug], policies.EDIT) == {project.pk}
    assert policies.reader_for(users["partner"]).circle is Circle.NETWORK
    assert password in run("create_demo_accounts")


def test_the_password_can_come_from_the_environment(data_folder, monkeypatch):
    run("create_demo_accounts")
    monkeypatch.setenv("THINKA_DEMO_PASSWORD", "Probe-Kennwort-1")
    run("create_demo_accounts")
    assert authenticate(username="partner", password="Probe-Kennwort-1")


def test_there_are_no_demo_accounts_without_debug(data_folder, settings, django_user_model):
    settings.DEBUG = False
    with pytest.raises(CommandError) as error:
        run("create_demo_accounts")
    assert error.value.returncode == 2
    assert django_user_model.objects.count() == 0


def test_examples_need_the_account_that_publishes_them():
    with pytest.raises(CommandError, match="create_demo_accounts"):
        run("load_examples")
    assert Topic.objects.count() == 0


def test_examples_make_the_first_screens_live_and_load_only_once(data_folder):
    run("create_demo_accounts")
    run("load_examples")
    assert Project.objects.filter(is_office=False).count() == 12
    assert Project.objects.get(slug="soemmerda").successor.slug == "apolda"
    assert NewsPage.objects.live().count() == 5
    assert TablePage.objects.live().count() == 8
    public, all_live = published.experiences(ANONYMOUS), Experience.objects.filter(live=True)
    assert all_live.count() == 121
    assert 0.4 < public.count() / all_live.count() < 0.6
    assert {entry.kind for entry in public} == set(Kind)
    assert published.outcomes(ANONYMOUS).exists()
    assert all_live.exclude(project__is_office=True).count() > 30
    assert all_live.filter(institutions__title="Jobcenter").exists()
    states = {entry.state for entry in Experience.objects.filter(project__slug="weimar")}
    assert {State.DRAFT, State.IN_REVIEW, State.RETURNED, State.PUBLISHED} == states
    assert published.supplements(ANONYMOUS).count() == 3
    # Each of the chapters has something in it; no table had to invent a topic.
    assert Topic.objects.count() == 10
    before = Publication.objects.count(), Experience.objects.count(), Outcome.objects.count()
    assert "0 neue Einträge" in run("load_examples")
    after = Publication.objects.count(), Experience.objects.count(), Outcome.objects.count()
    assert after == before


def test_a_project_that_was_edited_keeps_what_it_says(settings):
    ProjectFactory(slug="jena", title="Eigener Name", carrier="Eigener Träger")
    load_projects(Path(settings.BASE_DIR) / "examples")
    project = Project.objects.get(slug="jena")
    assert (project.title, project.locations.count()) == ("Eigener Name", 0)
