"""Every place in the database where a passage or a name stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, FileField, JSONField, Model, SlugField, TextField

from cms.domain.redaction import Wording

BATCH = 500

#: Models that are not looked through, and why. Every other model is, also those that come later.
LEFT_ALONE = {
    settings.AUTH_USER_MODEL: "accounts are ended or renamed under Benutzer, not here",
    "auth.Permission": "names of rights, from the code",
    "contenttypes.ContentType": "names of models, from the code",
    "sessions.Session": "encoded, ends by itself",
    "wagtailsearch.IndexEntry": "written anew when its object is saved",
    "wagtailsearch.SQLiteFTSIndexEntry": "written anew when its object is saved",
    "search.WordSighting": "single words, read anew from each text when its object is saved",
    "search.LearntWord": "forgotten by the feed with the last of its sightings",
    "cms.SecondFactor": "a secret, no words",
    "cms.RecoveryCode": "a secret, no words",
    "cms.Redaction": "the tombstone itself, which never held it",
}

#: Text fields that are addresses, by model: there the word stands in another form.
ADDRESSES = {
    "wagtailredirects.Redirect": ("old_path", "redirect_page_route_path", "redirect_link"),
    "wagtailcore.Page": ("url_path",),
}
#: Addresses that redact.py gives anew, since they are unique and others hang on them.
GIVEN_ANEW = {"cms.Experience": ("slug",), "wagtailcore.Page": ("slug", "url_path")}
#: Columns that lose all that they hold, and the only ones of their model that are looked at: the
#: database allows no other change of the audit log (cms/models/audit_guard.py).
EMPTIED = {"cms.AuditEvent": ("personal",)}


@dataclass
class Place:
    """One row in which the wording stands, and what its fields are without it."""

    model: type[Model]
    pk: Any
    count: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    excerpt: str = ""

    @property
    def label(self) -> str:
        """What kind of thing it is, for a person."""
        return str(self.model._meta.verbose_name)


def find_places(wording: Wording) -> Iterator[Place]:
    """Every row of every model, in batches: nothing is found by an index, nothing is skipped."""
    for model in apps.get_models():
        if model._meta.label in LEFT_ALONE or model._meta.proxy or not model._meta.managed:
            continue
        fields = _text_fields(model)
        if fields:
            yield from _places_in(model, fields, wording)


def _text_fields(model: type[Model]) -> list:
    """The model's own columns that hold words; files are a matter of redact_files.py."""
    anew = GIVEN_ANEW.get(model._meta.label, ())
    only = EMPTIED.get(model._meta.label)
    return [
        column
        for column in model._meta.local_concrete_fields
        if isinstance(column, CharField | TextField | JSONField)
        and not isinstance(column, FileField)
        and not column.choices
        and not column.primary_key
        and column.name not in anew
        and (only is None or column.name in only)
    ]


def _places_in(model: type[Model], fields: list, wording: Wording) -> Iterator[Place]:
    names = [column.name for column in fields]
    rows = model._base_manager.order_by("pk").values_list("pk", *names)
    last = None
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        for pk, *values in batch:
            place = Place(model, pk)
            for column, value in zip(fields, values, strict=True):
                _look(place, column, value, wording)
            if place.count:
                yield place
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _look(place: Place, column, value, wording: Wording) -> None:
    if not value:
        return
    if column.name in EMPTIED.get(place.model._meta.label, ()):
        # What it is called ("actor") is no wording.
        words = ", ".join(str(word) for word in value.values())
        cleaned, count = {}, wording.remove(words)[1]
    elif isinstance(column, JSONField):
        cleaned, count = wording.remove_from_data(value)
        words = str(value)
    elif isinstance(column, SlugField) or column.name in ADDRESSES.get(place.model._meta.label, ()):
        cleaned, count = wording.remove_from_path(value)
        words = value
    else:
        cleaned, count = wording.remove(value)
        words = value
    if not count:
        return
    if column.max_length:
        cleaned = cleaned[: column.max_length]
    if column.unique:
        cleaned = _still_unique(place, column, cleaned)
    place.count += count
    place.changes[column.name] = cleaned
    place.excerpt = place.excerpt or wording.excerpt(words)


def _still_unique(place: Place, column, value: str) -> str:
    others = place.model._base_manager.exclude(pk=place.pk)
    if not others.filter(**{column.name: value}).exists():
        return value
    ending = f"-{place.pk}"
    return f"{value[: column.max_length - len(ending)]}{ending}"
