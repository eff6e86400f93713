"""Lists in pages of twenty."""

from django.core.paginator import Page, Paginator

PAGE_SIZE = 20


def page_of(rows, request, parameter: str = "seite") -> Page:
    """The page of ``rows`` (queryset or list) that the address asks for; the nearest if none."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get(parameter))
