"""README and docs/ are true: what they name exists, what they show runs."""

import os
import pkgutil
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import django
import pytest
import wagtail
import yaml
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import get_commands, load_command_class

from cms.formats.reader import read_minutes
from cms.formats.sections import section_of
from cms.models import Project
from cms.permissions import policies
from tests.factories.guide import ProjectFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HANDBOOK = ROOT / "docs" / "editors.md"
OPERATORS = ROOT / "docs" / "operators.md"
INSTALL = ROOT / "docs" / "install.md"
DECISIONS = ROOT / "docs" / "decisions"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
FILE = re.compile(
    r"[\w.*-]+(?:/[\w.*-]+)+/?|[\w-]+/|[\w-][\w.-]*\.(?:md|py|toml|yml|txt|html|json)"
)
OUR_NAME = re.compile(r"(?:cms|search|thinka_site|tools|tests)(?:\.\w+)+")
SETTING = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
# What a run makes, and the files of a site of one's own.
NOT_IN_THE_REPOSITORY = (".venv", "var", "dist", "wsgi.py", "urls.py")
# Who reads a variable that is none of the settings'.
READERS = ("Makefile", "tools/*.py", "tools/*.sh", "tests/contract/recorder.py")
# Only the commands for examples and demo accounts read these.
OF_THE_DEMO = {"BASE_DIR", "DATA_DIR", "DEBUG", "AUTH_USER_MODEL"}


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return FENCE.sub("", document.read_text())


def spans(document: Path) -> list[str]:
    """The pieces of code in a document's sentences and tables, each on one line."""
    return [" ".join(span.split()) for span in SPAN.findall(prose(document))]


def blocks(document: Path, language: str) -> list[str]:
    return [code for name, code in FENCE.findall(document.read_text()) if name == language]


def shell_lines(document: Path) -> list[str]:
    """Indented lines, which are commands throughout, and pieces of code in sentences."""
    indented = re.findall(r"^    (\S.*)$", prose(document), re.MULTILINE)
    return [line.split(" # ")[0].strip() for line in indented] + spans(document)


def each(find) -> list:
    """What ``find`` finds in each document, as parameters that tell the document."""
    return [
        pytest.param(document, found, id=f"{document.relative_to(ROOT)}: {found}"[:100])
        for document in DOCUMENTS
        for found in dict.fromkeys(find(document))
    ]


# --- commands ------------------------------------------------------------------------------------


def commands_of(document: Path) -> list[str]:
    """``python manage.py X ...``, and ``X ...`` alone where X is one of our commands."""
    found = []
    for line in shell_lines(document):
        _before, is_manage, command = line.partition("python manage.py ")
        name, _space, arguments = line.partition(" ")
        if is_manage:
            found.append(re.split(r" [|<>&]", command)[0])
        elif arguments and get_commands().get(name) in ("cms", "search"):
            found.append(line)
    return found


def parser_of(name: str):
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    return command.create_parser("manage.py", name)


@pytest.mark.parametrize(("document", "command"), each(commands_of))
def test_a_command_exists_with_the_arguments_shown(document, command):
    name, *arguments = shlex.split(command)
    parser_of(name).parse_args(arguments)


def test_an_option_named_alone_belongs_to_one_of_our_commands():
    ours = [name for name, app in get_commands().items() if app in ("cms", "search")]
    known = {option for name in ours for option in parser_of(name)._option_string_actions}
    named = {span for document in DOCUMENTS for span in spans(document) if span.startswith("--")}
    assert named
    assert named <= known


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    lines = [line for document in DOCUMENTS for line in shell_lines(document)]
    named = {name for line in lines for name in re.findall(r"\bmake ([a-z-]+)", line)}
    assert {"run", "test"} <= named
    assert named <= targets


def test_every_compose_service_named_exists():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    lines = "\n".join(line for document in DOCUMENTS for line in shell_lines(document))
    named = set(re.findall(r"docker compose exec (?:-T )?(\w+)", lines))
    assert named
    assert named <= set(services)


# --- links, files, names -------------------------------------------------------------------------


def links_of(document: Path) -> list[str]:
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(document))
    return [target for target in targets if not target.startswith(("http://", "https://"))]


def anchors_of(document: Path) -> set[str]:
    """The anchors that GitHub gives to a document's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize(("document", "link"), each(links_of))
def test_a_link_leads_somewhere(document, link):
    path, _hash, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    assert target.is_file()
    assert not anchor or anchor in anchors_of(target)


def files_of(document: Path) -> list[str]:
    words = [word.strip(",;") for span in spans(document) for word in span.split()]
    files = [word for word in words if FILE.fullmatch(word)]
    return [name for name in files if name.split("/")[0] not in NOT_IN_THE_REPOSITORY]


@pytest.mark.parametrize(("document", "name"), each(files_of))
def test_a_file_that_is_named_exists(document, name):
    assert any(ROOT.glob(name.rstrip("/"))), f"{name} is not in the repository"


def names_of(document: Path) -> list[str]:
    bare = [re.sub(r"\(.*\)$", "", span) for span in spans(document)]
    return [name for name in bare if OUR_NAME.fullmatch(name)]


@pytest.mark.parametrize(("document", "name"), each(names_of))
def test_a_module_class_or_function_that_is_named_exists(document, name):
    pkgutil.resolve_name(name)


# --- settings ------------------------------------------------------------------------------------


@cache
def environment_names() -> frozenset[str]:
    """The variables that the production settings read; asked in a process of its own."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from thinka_site.settings import environment, production\n"
            "print(*environment.names_read())",
        ],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "x",
            "THINKA_DATA_DIR": str(settings.DATA_DIR),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(done.stdout.split())


def variables_of(document: Path) -> list[str]:
    """Names with an underscore, and the first column of tables of variables."""
    found = [name for span in spans(document) for name in SETTING.findall(span)]
    for table in re.findall(r"^\| variable .*\n((?:\|.*\n)+)", prose(document), re.MULTILINE):
        for row in table.splitlines()[1:]:
            found += SPAN.findall(row.split("|")[1])
    return found


def is_read(name: str) -> bool:
    """Is this an environment variable, a setting, a part of one, or a tool's variable?"""
    parts = {*settings.DATABASES["default"], *settings.TEMPLATES[0]}
    if name in environment_names() or name in parts or hasattr(settings, name):
        return True
    compose = (ROOT / "docker-compose.yml").read_text()
    programs = [file.read_text() for pattern in READERS for file in ROOT.glob(pattern)]
    return f"${{{name}:" in compose or any(re.search(rf"\b{name}\b", text) for text in programs)


@pytest.mark.parametrize(("document", "name"), each(variables_of))
def test_a_variable_that_is_named_is_read(document, name):
    assert is_read(name)


def test_operators_find_every_variable_that_the_settings_read():
    assert environment_names() - set(variables_of(OPERATORS)) == set()


def test_who_installs_the_apps_finds_every_setting_that_they_read():
    code = [file.read_text() for app in ("cms", "search") for file in (ROOT / app).rglob("*.py")]
    read = {name for text in code for name in re.findall(r"\bsettings\.([A-Z_]+)\b", text)}
    read = {name for name in read if not name.startswith("WAGTAIL")} - OF_THE_DEMO
    assert len(read) > 5
    assert {name for name in read if name not in INSTALL.read_text()} == set()


# --- the pages that show something ---------------------------------------------------------------


@pytest.mark.django_db
def test_a_role_is_given_as_operators_are_told():
    [code] = blocks(OPERATORS, "python")
    user = UserFactory(username="redaktion-weimar")
    project = ProjectFactory(title="ThINKA Weimar", slug="weimar")
    exec(code, {})
    user = get_user_model().objects.get(pk=user.pk)
    assert policies.can(user, policies.EDIT, project)
    assert not policies.can(user, policies.EDIT, Project.objects.office())
    assert user.has_perm("wagtailadmin.access_admin")


def test_minutes_written_as_the_handbook_says_are_understood():
    [minutes_text] = blocks(HANDBOOK, "markdown")
    minutes = read_minutes(minutes_text.encode(), "protokoll.md")
    assert minutes.losses == []
    assert (minutes.title, minutes.place) == ("4. Erfahrungsaustausch", "Musterstadt")
    assert minutes.date is not None
    assert minutes.introduction and minutes.programme and minutes.plenary
    first, second = minutes.tables
    assert [entry.kind.value for entry in first.entries] == [
        *("good", "good", "bad", "neutral", "discussion", "decision", "follow_up")
    ]
    assert [argument.side.value for argument in first.entries[4].arguments] == ["pro", "contra"]
    assert [moderator.name for moderator in first.moderators] == ["Erika Muster"]
    assert first.summary
    assert (second.number, second.title, len(second.entries)) == (2, "Ehrenamt", 1)


def headings_in_the_handbook() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", prose(HANDBOOK), re.MULTILINE)
    return [
        (name, other) for name, others in rows if " · " in others for other in others.split(" · ")
    ]


@pytest.mark.parametrize(("name", "other"), headings_in_the_handbook())
def test_a_heading_means_what_the_handbook_says(name, other):
    assert section_of(other) is not None
    assert section_of(other) == section_of(name)


@cache
def words_on_screens() -> str:
    """Our code and templates, and the German catalogues of Django and Wagtail.

    A catalogue's messages stand between zero bytes, with "@" for what the screen fills in.
    """
    texts = [file.read_text() for app in ("cms", "search") for file in (ROOT / app).rglob("*.py")]
    texts += [file.read_text() for file in (ROOT / "templates").rglob("*.html")]
    for package in (django, wagtail):
        folder = Path(package.__file__).parent
        catalogues = folder.rglob("locale/de/LC_MESSAGES/*.mo")
        texts += [file.read_bytes().decode(errors="ignore") for file in catalogues]
    return re.sub(r"%\(\w+\)s", "@", "\n".join(texts))


def labels_in_the_handbook() -> list[str]:
    """What stands there in bold; with a colon at the end it is no label but begins a paragraph."""
    bold = [" ".join(text.split()) for text in re.findall(r"\*\*([^*]+)\*\*", prose(HANDBOOK))]
    return sorted({label for label in bold if not label.endswith(":")})


@pytest.mark.parametrize("label", labels_in_the_handbook())
def test_a_label_in_the_handbook_stands_on_a_screen(label):
    words = label.split()
    filled_in = [" ".join([*words[:i], "@", *words[i + 1 :]]) for i in range(len(words))]
    spellings = [label, label[0].lower() + label[1:], *(f"\0{message}\0" for message in filled_in)]
    assert any(spelling in words_on_screens() for spelling in spellings)


def test_every_decision_is_listed_and_tells_its_reasons():
    records = sorted(file.name for file in DECISIONS.glob("0*.md"))
    listed = re.findall(r"\((\d{4}-[a-z-]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert listed == records
    for name in records:
        text = (DECISIONS / name).read_text()
        assert text.startswith(f"# {name[:4]} ")
        for part in ("Context", "Decision", "Compared with", "Consequences"):
            assert f"**{part}" in text, f"{name} lacks {part}"
