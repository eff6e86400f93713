"""Migrations run forwards and backwards, and leave a site that works without anything else."""

import os
import subprocess
import sys
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


def test_an_empty_folder_works_after_migrate_alone_and_back_and_forth(tmp_path):
    manage(tmp_path, "migrate", "--verbosity=0")
    assert "works" in manage(tmp_path, "shell", "--verbosity=0", "--command", LOOK)
    manage(tmp_path, "migrate", "cms", "zero", "--verbosity=0")
    manage(tmp_path, "migrate", "--verbosity=0")
    assert "works" in manage(tmp_path, "shell", "--verbosity=0", "--command", LOOK)
