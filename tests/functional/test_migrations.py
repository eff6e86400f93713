"""Migrations run forwards and backwards, and leave a site that works without anything else."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOOK = """
from wagtail.models import Page, Site
from cms.models import HomePage, Project
from django.test import Client
assert Site.objects.get(is_default_site=True).root_page.specific_class is HomePage
assert Project.objects.office().slug == "koordinierungsstelle"
assert not Page.find_problems()[0]
for path in ("/", "/leitfaden/", "/veranstaltungen/", "/aktuelles/", "/impressum/", "/suche/?q=x"):
    assert Client().get(path).status_code == 200, path
print("works")
"""

#: What somebody may do, and the group for the admin, as they were kept at first.
OLDER_GRANTS = (
    "INSERT INTO auth_user (id, username, password, is_superuser, first_name, last_name,"
    " email, is_staff, is_active, date_joined)"
    " VALUES (1, 'erika', '', 0, '', '', '', 0, 1, '2013-07-17')",
    "INSERT INTO auth_group (id, name) VALUES (90, 'Redaktionsoberfläche')",
    "INSERT INTO cms_projectusergrant (user_id, content_object_id, permission_id)"
    " SELECT 1, (SELECT id FROM cms_project), id FROM auth_permission WHERE codename IN"
    " ('see_drafts', 'write_entries', 'edit_project', 'review_entries')",
)
OLDER_GROUP = "SELECT COUNT(*) FROM auth_group WHERE name = 'Redaktionsoberfläche'"
ENDED_GRANT = (
    "INSERT INTO cms_projectusergrant"
    " (user_id, content_object_id, permission_id, role, until, granted_at)"
    " SELECT 1, (SELECT id FROM cms_project), id, 'lead', '2013-07-18', '2013-07-17'"
    " FROM auth_permission WHERE codename = 'grant_roles'"
)


def manage(folder: Path, *arguments: str) -> str:
    """Runs manage.py on an empty data folder of its own; its standard output."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "ELASTICSEARCH_URL", "DJANGO_SETTINGS_MODULE")
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment | {"THINKA_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(folder: Path, question: str) -> list[tuple]:
    """What the database of that folder answers."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        return database.execute(question).fetchall()


def tell(folder: Path, *statements: str) -> None:
    """Changes the database of that folder."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_back_and_forth_with_older_grants_and_an_empty_guide_works_after_migrate_alone(tmp_path):
    """One way through all states: each migration takes seconds."""
    manage(tmp_path, "migrate", "cms", "0002", "--verbosity=0")
    tell(tmp_path, *OLDER_GRANTS)
    manage(tmp_path, "migrate", "--verbosity=0")
    grants = "SELECT role, COUNT(*) FROM cms_projectusergrant GROUP BY role ORDER BY role"
    assert ask(tmp_path, grants) == [("editor", 3), ("reviewer", 3)]
    assert ask(tmp_path, OLDER_GROUP) == [(0,)]
    tell(tmp_path, ENDED_GRANT)
    manage(tmp_path, "migrate", "cms", "0002", "--verbosity=0")
    held = "SELECT COUNT(*), COUNT(DISTINCT permission_id) FROM cms_projectusergrant"
    assert ask(tmp_path, held) == [(4, 4)], "what has ended stays ended"
    assert ask(tmp_path, OLDER_GROUP) == [(1,)]
    manage(tmp_path, "migrate", "cms", "zero", "--verbosity=0")
    manage(tmp_path, "migrate", "--verbosity=0")
    assert "works" in manage(tmp_path, "shell", "--verbosity=0", "--command", LOOK)
