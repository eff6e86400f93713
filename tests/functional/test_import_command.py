"""The command import_minutes: its report, and errors in one sentence with exit code 2."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cms.management.commands.import_minutes import Command
from cms.models import Experience
from cms.permissions import roles
from tests.factories.guide import ProjectFactory, person
from tests.functional.test_import_minutes import MARKDOWN, ROOT, WORD, state_of_database

pytestmark = pytest.mark.django_db


def command(*args) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, as on the command line."""
    out, err = StringIO(), StringIO()
    command = Command(stdout=out, stderr=err)
    command._called_from_command_line = True
    code = 0
    try:
        call_command(command, *args)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nirgends.md"], "Die Datei „nirgends.md“ gibt es nicht."),
        ([str(ROOT)], f"„{ROOT}“ ist ein Ordner und keine Datei."),
        ([str(MARKDOWN), "--publish-as", "niemand"], "Ein Konto „niemand“ gibt es nicht."),
    ],
)
def test_command_errors_are_one_sentence_and_exit_code_2(args, sentence):
    before = state_of_database()
    assert command(*args) == (2, "", f"{sentence}\n")
    assert state_of_database() == before


def test_only_the_office_may_publish():
    editor = person(roles.EDITOR, ProjectFactory())
    before = state_of_database()
    code, out, err = command(str(MARKDOWN), "--publish-as", editor.username)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Koordinierungsstelle" in err
    assert state_of_database() == before


def test_a_broken_file_is_told_in_one_sentence(tmp_path):
    file = tmp_path / "leer.md"
    file.write_bytes(b"")
    code, out, err = command(str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)
    with pytest.raises(CommandError):
        call_command("import_minutes", str(file))


def test_the_command_prints_one_json_object():
    code, out, err = command(str(WORD), "--json", "--dry-run")
    assert (code, err) == (0, "")
    report = json.loads(out)
    names = {"event", "tables", "created", "unchanged", "suggestions", "comments"}
    names |= {"tracked_changes", "structure", "losses"}
    assert names <= set(report)
    assert [comment["author"] for comment in report["comments"]] == ["Koordinierungsstelle"]
    assert len(report["tracked_changes"]) == 2
    assert all(isinstance(loss["paragraph"], int) for loss in report["losses"])
    assert Experience.objects.count() == 0


def test_the_command_reports_in_german():
    _code, out, _err = command(str(WORD))
    assert "60 Einträge angelegt" in out
    assert "Absatz" in out
    _code, out, _err = command(str(WORD))
    assert "Nichts Neues: alle 60 Einträge sind schon da." in out
