"""Equal titles get addresses of their own, also when two people save at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from cms.models import Experience, Project
from tests.factories.guide import ExperienceFactory, ProjectFactory

TITLE = "Sprechstunde im Waschsalon"


@pytest.mark.django_db
def test_equal_titles_are_numbered():
    ProjectFactory()
    assert [ExperienceFactory(title=TITLE).slug for _ in range(3)] == [
        "sprechstunde-im-waschsalon",
        "sprechstunde-im-waschsalon-2",
        "sprechstunde-im-waschsalon-3",
    ]


def at_once(project: Project, number: int) -> list[Exception]:
    """Saves equal titles in so many threads; each begins before another has committed."""
    begun, failed = Barrier(number), []

    def save():
        try:
            with transaction.atomic():
                connection.ensure_connection()
                begun.wait(timeout=30)
                Experience.objects.create(title=TITLE, project=project)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=save) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_people_save_the_same_title_at_once():
    project = Project.objects.create(title="Musterberg")
    for _ in range(5):
        assert at_once(project, 4) == []
    assert Experience.objects.values("slug").distinct().count() == 20
