"""Pages that anybody can open: published, below pages that are."""

from collections.abc import Iterable

from wagtail.models import Page


def reachable_pages(ids: Iterable) -> dict[int, Page]:
    """Those of these pages, by id. Two queries; what is no number names no page."""
    wanted = {int(pk) for pk in ids if str(pk).isdecimal()}
    pages = list(Page.objects.live().filter(pk__in=wanted))
    steps = {page.path[:end] for page in pages for end in range(4, len(page.path), Page.steplen)}
    hidden = set(Page.objects.filter(path__in=steps, live=False).values_list("path", flat=True))
    return {
        page.pk: page for page in pages if not any(page.path.startswith(path) for path in hidden)
    }
