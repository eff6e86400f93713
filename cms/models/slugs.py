"""Addresses: readable German slugs that are unique in their table."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.text import slugify

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
SLUG_LENGTH = 80


def german_slug(text: str, fallback: str) -> str:
    """``text`` as an address part: umlauts written out, at most SLUG_LENGTH letters."""
    slug = slugify(text.translate(_GERMAN))
    if len(slug) > SLUG_LENGTH:
        slug = slug[:SLUG_LENGTH].rsplit("-", 1)[0]
    return slug.strip("-") or fallback


def unique_slug(instance: Model, text: str, reserved: Iterable[str] = ()) -> str:
    """A slug for ``instance`` made of ``text`` that no other row of its model has.

    Costs two queries at most: one for the plain slug, one for its numbered siblings.
    """
    model = type(instance)
    slug = german_slug(text, fallback=model._meta.model_name or "eintrag")
    others = model._default_manager.exclude(pk=instance.pk)
    taken = set(reserved)
    if slug not in taken and not others.filter(slug=slug).exists():
        return slug
    taken.update(others.filter(slug__startswith=f"{slug}-").values_list("slug", flat=True))
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
