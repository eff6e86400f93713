"""Pages that anybody can open: published, below pages that are."""

from collections.abc import Iterable

from wagtail.models import Page

from cms.models import ExchangeEventPage, TablePage


def reachable_pages(ids: Iterable) -> dict[int, Page]:
    """Those of these pages, by id. Two queries; what is no number names no page."""
    wanted = {int(pk) for pk in ids if str(pk).isdecimal()}
    pages = list(Page.objects.live().filter(pk__in=wanted))
    steps = {page.path[:end] for page in pages for end in range(4, len(page.path), Page.steplen)}
    hidden = set(Page.objects.filter(path__in=steps, live=False).values_list("path", flat=True))
    return {
        page.pk: page for page in pages if not any(page.path.startswith(path) for path in hidden)
    }


def events_of_tables(table_ids: Iterable[int]) -> dict[int, ExchangeEventPage]:
    """The events of these tables with their projects, by the table's id. Two queries."""
    paths = TablePage.objects.filter(pk__in=set(table_ids)).values_list("pk", "path")
    parents = {pk: path[: -TablePage.steplen] for pk, path in paths}
    events = ExchangeEventPage.objects.select_related("project").filter(
        path__in=set(parents.values())
    )
    by_path = {event.path: event for event in events}
    return {pk: by_path[path] for pk, path in parents.items() if path in by_path}
