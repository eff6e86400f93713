"""Screens are German: our texts are German message ids, which no other catalogue may turn."""

import ast
import re
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(__file__).parents[2]
GETTEXT = {"_", "gettext", "gettext_lazy"}
IN_TEMPLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]+)"|'([^']+)')""")


def message_ids() -> set[str]:
    """Every literal that our code and templates hand to gettext."""
    found = set()
    for path in [*(ROOT / "cms").rglob("*.py"), *(ROOT / "search").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    found.add(argument.value)
    for path in (ROOT / "templates").rglob("*.html"):
        found.update(one or other for one, other in IN_TEMPLATE.findall(path.read_text()))
    return found


def test_no_catalogue_of_a_library_translates_our_german():
    """Once „Tag" (a day) became „Schlagwort": the word is English for a library."""
    with translation.override("de"):
        turned = {text: gettext(text) for text in message_ids() if gettext(text) != text}
    assert turned == {}
