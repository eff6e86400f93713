"""What is there when the curtain rises: accounts, projects, topics, events with tables, entries."""

from cms.permissions import roles
from cms.services.grant_role import grant_role
from search import rebuild, service
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    table_page,
)
from tests.faults.stage.actors import EDITOR, OFFICE, SECRET


def set_scene() -> None:
    """Makes it all, and the first indices."""
    person(roles.OFFICE, username=OFFICE)
    editor = person(username=EDITOR)
    projects = ProjectFactory.create_batch(3)
    for project in projects:
        grant_role(editor, project, roles.EDITOR)
    topics = TopicFactory.create_batch(4)
    TopicFactory(parent=topics[0])
    for number in (1, 2):
        table_page(event_page(f"Erfahrungsaustausch {number}"), f"Tisch {number}")
    for number in range(20):
        published_experience(project=projects[number % 3], topics=topics[:2])
        ExperienceFactory(title=f"Entwurf {number} {SECRET}", project=projects[number % 3])
    rebuild.rebuild(service.engine())
