"""Tells a proxy which answers of the API it must not keep any longer.

Every change of what is read, and of what depends on it, goes into the outbox: what stands there is
purged, and the folders that list it. Only addresses without parameters are ever kept, so that all
of them can be named.
"""

import threading
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from wagtail.contrib.frontend_cache.utils import get_backends, purge_urls_from_cache
from wagtail.models import Page, Site

from cms import published
from cms.domain.indexing import ObjectType
from cms.models import Experience, Outcome, Project, Supplement, TablePage

_GUIDE, _ENTRIES, _PROJECTS = "leitfaden", "erfahrungen", "projekte"
_PAGE_TYPES = (ObjectType.EVENT, ObjectType.TABLE, ObjectType.NEWS, ObjectType.PAGE)


def purge_answers(object_type: ObjectType, ids: list[int]) -> None:
    """Asks the proxy, once the transaction has ended; nobody waits for its answer."""
    if ids and get_backends():
        transaction.on_commit(lambda: _purge_now(paths_showing(object_type, ids)))


def _purge_now(paths: Iterable[str]) -> None:
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("api:api-root")
    addresses = sorted({(base + path).rstrip("/") for path in paths})
    threading.Thread(
        target=purge_urls_from_cache, args=(addresses,), name="purge", daemon=True
    ).start()


def paths_showing(object_type: ObjectType, ids: list[int]) -> set[str]:
    """Paths below the API's root of these objects, and of what shows their names."""
    if object_type in _PAGE_TYPES:
        return _of_pages(Page.objects.filter(pk__in=ids))
    find = _PATHS.get(object_type)
    return find(ids) if find else set()


def _of_experiences(ids: list[int]) -> set[str]:
    rows = Experience.with_trash.filter(pk__in=ids).select_related("project")
    tables = TablePage.objects.filter(experiences__in=ids)
    tables |= TablePage.objects.filter(experience_sources__experience__in=ids)
    paths = {_ENTRIES, *_of_pages(Page.objects.filter(pk__in=tables.values("pk")))}
    for entry in rows:
        paths |= {f"{_ENTRIES}/{entry.slug}", f"{_PROJECTS}/{entry.project.slug}"}
    return paths


def _of_supplements(ids: list[int]) -> set[str]:
    rows = Supplement.with_trash.filter(pk__in=ids).select_related("experience")
    return {
        path
        for row in rows
        for path in (
            f"{_ENTRIES}/{row.experience.slug}",
            f"{_ENTRIES}/{row.experience.slug}/ergaenzung-{row.pk}",
        )
    }


def _of_outcomes(ids: list[int]) -> set[str]:
    rows = Outcome.objects.filter(pk__in=ids)
    pages = {pk for row in rows for pk in (row.table_id, row.event_id) if pk}
    return _of_pages(Page.objects.filter(pk__in=pages)) | _of_topics(None)


def _of_topics(ids: list[int] | None) -> set[str]:
    """Of all topics: a name stands in the tree, and what is below is listed above."""
    nodes = published.topic_nodes(published.topic_tree())
    return {_GUIDE, *(f"{_GUIDE}/{node.path}" for node in nodes.values())}


def _of_projects(ids: list[int]) -> set[str]:
    """A project's name stands on all that is its own."""
    slugs = Project.objects.filter(pk__in=ids).values_list("slug", flat=True)
    entries = Experience.objects.filter(project__in=ids, live=True).order_by()
    supplemented = Experience.objects.filter(supplements__project__in=ids, live=True).order_by()
    pages = Page.objects.filter(newspage__project__in=ids)
    pages |= Page.objects.filter(exchangeeventpage__project__in=ids)
    pages |= Page.objects.filter(exchangeeventpage__host_project__in=ids)
    return {
        _PROJECTS,
        *(f"{_PROJECTS}/{slug}" for slug in slugs),
        *(f"{_ENTRIES}/{slug}" for slug in entries.values_list("slug", flat=True)),
        *(f"{_ENTRIES}/{slug}" for slug in supplemented.values_list("slug", flat=True)),
        *_of_pages(pages),
    }


def _of_pages(pages) -> set[str]:
    """Of pages, those above and right below them, and home, which lists what is at the top."""
    roots = [root.root_path for root in Site.get_site_root_paths()]
    found = {""}
    for page in pages:
        around = page.get_ancestors(inclusive=True) | page.get_children()
        for url_path in around.values_list("url_path", flat=True):
            found |= {url_path.removeprefix(root).strip("/") for root in roots
                      if url_path.startswith(root)}  # fmt: skip
    return found


_PATHS = {
    ObjectType.EXPERIENCE: _of_experiences,
    ObjectType.SUPPLEMENT: _of_supplements,
    ObjectType.OUTCOME: _of_outcomes,
    ObjectType.TOPIC: _of_topics,
    ObjectType.PROJECT: _of_projects,
}
