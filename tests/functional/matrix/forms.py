"""What is posted: the fields of the office's own form on that address, filled in."""

import base64
import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree, html

from tests.functional.matrix.secrets import WORD
from tests.functional.matrix.world import World

#: A black pixel, as a PNG.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)

#: Buttons of Wagtail's forms that ours leave away, so that leaving them away is no protection.
BUTTONS = ("action-publish", "action-submit", "action-unpublish", "action-cancel-workflow")


def common_fields(world: World) -> dict:
    """For addresses without a form: names that views read, filled with the other project's."""
    entry = next(iter(world.rows[_experience(world)])).obj
    foreign = [row.obj for row in world.rows[type(entry)] if row.project == world.other]
    return {
        "title": "Eingeschleust",
        "kind": "good",
        "project": world.other.pk,
        "destination": world.other.pk,
        "circle": "public",
        "visibility": "public",
        "role": "lead",
        "user": world.people["editor"].user.pk,
        "email": "eingeschleust@example.org",
        "text": '{"blocks": [], "entityMap": {}}',  # a plain text, and a rich one
        "reason": "Eingeschleust",
        "comment": "Eingeschleust",
        "action": "publish",
        "id": [entry.pk for entry in foreign],
        "entry": [f"{entry.pk}-{entry.latest_revision_id}" for entry in foreign],
        "is_editing": "1",
        "position": 0,
    }


def _experience(world: World) -> type:
    return next(model for model in world.rows if model.__name__ == "Experience")


def form_fields(answer: str) -> dict:
    """Every field and button of the forms in ``answer``, with something in each.

    Secret words in them are replaced: what somebody sends, they are not told.
    """
    if answer.startswith("{"):
        answer = json.loads(answer).get("html") or ""
    if "<form" not in answer:
        return {}
    fields: dict = dict.fromkeys(BUTTONS, "1")
    for element in html.fromstring(answer).iter("input", "select", "textarea", "button"):
        name = element.get("name")
        if name and name not in ("csrfmiddlewaretoken", "q"):
            value = _value(element)
            if value is not None:
                fields[name] = value
    return fields


def _value(element: etree._Element):
    if element.tag == "select":
        options = [option.get("value") for option in element.iter("option")]
        return next((value for value in reversed(options) if value), "")
    if element.tag == "textarea":
        return _without_secrets(element.text) or "Eingeschleust"
    kind = element.get("type", "text")
    if kind == "file":
        return SimpleUploadedFile("bild.png", PIXEL, "image/png")
    if kind in ("radio", "checkbox"):
        return element.get("value") or "on"
    if kind == "hidden" and not element.get("value"):
        return None
    if element.get("value"):
        return _without_secrets(element.get("value"))
    return {"email": "eingeschleust@example.org", "number": "1", "date": "01.02.2020"}.get(
        kind, "Eingeschleust"
    )


def _without_secrets(text: str | None) -> str:
    return re.sub(WORD, "ersetzt", (text or "").strip())
