"""Entries in each of the states, as the services bring them there, and their addresses."""

from django.test import Client

from cms.domain.circles import Circle
from cms.models import Experience
from cms.services.create_experience import create_experience
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.functional.api_client import read

STATES = ("draft", "in_review", "returned", "published", "changed", "withdrawn")


def entry_in(state: str, project, author, reviewer) -> Experience:
    """An entry that came to this state by the services."""
    entry = create_experience(author, project, f"Ein Eintrag, {state}")
    if state in ("in_review", "returned"):
        submit(entry, author)
    if state == "returned":
        return_entry(entry, reviewer, "Es fehlt noch etwas.")
    if state in ("published", "changed", "withdrawn"):
        approve(entry, reviewer, circle=Circle.PROJECTS.value)
    entry = Experience.objects.get(pk=entry.pk)
    if state == "changed":
        change(entry, author, body="<p>Anders.</p>")
    if state == "withdrawn":
        withdraw(entry, reviewer)
    return Experience.objects.get(pk=entry.pk)


def change(entry, user, **fields) -> None:
    """Saves a newer draft, as the form does."""
    draft = entry.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision(user=user)


def path_of(entry) -> str:
    """Where the API has it."""
    return f"/api/erfahrungen/{entry.slug}"


def workflow_of(client: Client, entry) -> dict:
    """What ``@workflow`` tells this client."""
    return read(client, f"{path_of(entry)}/@workflow")


def names(workflow: dict) -> list[str]:
    """The names of the transitions that are open."""
    return [link["@id"].rpartition("/")[2] for link in workflow["transitions"]]
