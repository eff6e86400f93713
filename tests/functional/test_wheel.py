"""The wheel, installed into an otherwise empty Wagtail site made by hand, opens the guide."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("cms", "search")
TEMPLATE_HOMES = {"cms": "cms", "wagtailadmin": "cms", "search": "search"}
SITE = ROOT / "tests" / "functional" / "wheel_site"
VISIT = """
import json
import django
django.setup()
import cms, search
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check")
call_command("migrate", verbosity=0)
PATHS = ("/leitfaden/", "/suche/?q=Arbeit")
client = Client(headers={"host": "localhost"})
print(json.dumps({
    "apps": [cms.__file__, search.__file__],
    "statuses": {path: client.get(path).status_code for path in PATHS},
    "guide": client.get("/leitfaden/").content.decode(),
}))
"""


def run(*command: object, cwd: Path, **variables: str) -> str:
    """Run a program; its standard output. Fails with everything the program said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(os.environ) | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that nothing is left in the source folder."""
    source = tmp_path_factory.mktemp("source")
    for folder in (*APPS, "templates"):
        shutil.copytree(
            ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / file, source)
    out = source / "dist"
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=source)
    [built] = out.glob("*.whl")
    return built


def files_below(folder: Path) -> set[str]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return {file.relative_to(folder).as_posix() for file in files}


def test_holds_the_apps_with_all_their_files_and_nothing_else(wheel):
    expected = {f"{app}/{name}" for app in APPS for name in files_below(ROOT / app)}
    for folder, app in TEMPLATE_HOMES.items():
        names = files_below(ROOT / "templates" / folder)
        expected |= {f"{app}/templates/{folder}/{name}" for name in names}
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_every_template_folder_has_an_app_that_carries_it():
    folders = {entry.name for entry in (ROOT / "templates").iterdir() if entry.is_dir()}
    assert folders == set(TEMPLATE_HOMES)


def test_the_installation_guide_shows_lines_of_the_site_that_is_tested():
    guide = (ROOT / "docs" / "install.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    shown = {line.strip() for block in blocks for line in block.splitlines() if line.strip()}
    tested = "".join(file.read_text() for file in sorted((SITE / "handmade").glob("*.py")))
    assert len(shown) > 30
    assert shown - {line.strip() for line in tested.splitlines()} == set()


def test_opens_the_guide_in_a_site_made_by_hand(wheel, tmp_path):
    site = shutil.copytree(SITE, tmp_path / "site")
    packages = tmp_path / "packages"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, "--target", packages, wheel, cwd=tmp_path)
    output = run(
        sys.executable,
        "-c",
        VISIT,
        cwd=site,
        PYTHONPATH=os.pathsep.join([str(site), str(packages)]),
        DJANGO_SETTINGS_MODULE="handmade.settings",
    )
    answer = json.loads(output.splitlines()[-1])
    assert all(file.startswith(str(packages)) for file in answer["apps"])
    assert answer["statuses"] == {"/leitfaden/": 200, "/suche/?q=Arbeit": 200}
    assert "<main" in answer["guide"]
