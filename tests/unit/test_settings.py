"""The readers of environment variables, and what only the production settings do."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from thinka_site.settings import environment
from thinka_site.settings.json_log import JsonFormatter

ROOT = Path(__file__).resolve().parents[2]


def test_a_variable_set_to_nothing_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("THINKA_EXAMPLE", " ")
    assert environment.text("THINKA_EXAMPLE", "else") == "else"
    assert environment.flag("THINKA_EXAMPLE", True) is True
    assert environment.number("THINKA_EXAMPLE", 3) == 3
    assert environment.items("THINKA_EXAMPLE", ["a"]) == ["a"]
    with pytest.raises(ImproperlyConfigured, match="THINKA_EXAMPLE"):
        environment.required("THINKA_EXAMPLE")


@pytest.mark.parametrize(("value", "meaning"), [("true", True), ("1", True), ("No", False)])
def test_a_flag_is_a_word_or_a_digit(monkeypatch, value, meaning):
    monkeypatch.setenv("THINKA_EXAMPLE", value)
    assert environment.flag("THINKA_EXAMPLE", not meaning) is meaning


def test_what_cannot_be_read_is_refused_with_its_name(monkeypatch):
    monkeypatch.setenv("THINKA_EXAMPLE", "perhaps")
    for read in (environment.flag, environment.number):
        with pytest.raises(ImproperlyConfigured, match=r"THINKA_EXAMPLE.*perhaps"):
            read("THINKA_EXAMPLE", 0)


def test_a_list_is_separated_by_commas(monkeypatch):
    monkeypatch.setenv("THINKA_EXAMPLE", "a.example, b.example,")
    assert environment.items("THINKA_EXAMPLE") == ["a.example", "b.example"]
    assert "THINKA_EXAMPLE" in environment.names_read()


def test_production_needs_a_secret_key():
    done = subprocess.run(
        [sys.executable, "-c", "import thinka_site.settings.production"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY must be set" in done.stderr


def test_a_log_line_is_one_json_object_also_after_an_error():
    try:
        raise ValueError("erste Zeile\nzweite")
    except ValueError:
        record = logging.getLogger("cms").makeRecord(
            "cms", logging.ERROR, "file", 1, "Fehler bei %s", ("Jena",), sys.exc_info()
        )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == (
        "ERROR",
        "cms",
        "Fehler bei Jena",
    )
    assert "ValueError: erste Zeile" in entry["exception"]
