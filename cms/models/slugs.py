"""Addresses: readable German slugs that are unique in their table."""

from collections.abc import Iterable
from functools import lru_cache

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.utils.text import slugify

from cms.kept_query import KeptQuery, parameter

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

    Costs two queries at most: one for the plain slug, one for its numbered siblings; and one
    on PostgreSQL, where two people may save at the same moment.
    """
    model = type(instance)
    slug = german_slug(text, fallback=model._meta.model_name or "eintrag")
    _wait_for_others(model, slug)
    taken = set(reserved)
    if slug not in taken and {pk for (pk,) in _with_slug(model).rows(slug=slug)} <= {instance.pk}:
        return slug
    others = _all(model).exclude(pk=instance.pk)
    taken.update(others.filter(slug__startswith=f"{slug}-").values_list("slug", flat=True))
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"


def _all(model: type[Model]) -> QuerySet:
    return model._base_manager.all()  # the trash keeps its addresses


@lru_cache(maxsize=20)
def _with_slug(model: type[Model]) -> KeptQuery:
    rows = _all(model).order_by().filter(slug=parameter("slug"))
    return KeptQuery(lambda: rows.values_list("pk"))


def _wait_for_others(model: type[Model], slug: str) -> None:
    """Until the transactions that chose an address like ``slug`` are over.

    What they saved is seen by the next query (READ COMMITTED). SQLite needs nothing: our
    transactions there begin IMMEDIATE, one after the other.
    """
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            name = f"{model._meta.db_table}.{slug}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
