"""The two long lists of a page of hits, as HTML.

Some sixty rows stand on each page: as loops of a template they took a third of a search's time.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from search.facets import FacetRow
from search.presentation import Place, ResultRow

register = template.Library()


@register.filter
def hit_list(rows: Iterable[ResultRow], heading: str) -> SafeString:
    """The hits, each under a heading of this level (``h3``)."""
    # Every text is escaped; title and fragment are safe HTML with marks.
    return mark_safe("\n".join(_hit(row, heading) for row in rows))  # noqa: S308


def _hit(row: ResultRow, heading: str) -> str:
    kind, label = row["kind"], escape(row["label"])
    what = f'<span class="kind kind--{escape(kind)}">{label}</span>' if kind else label
    facts = "".join(f" · {escape(fact)}" for fact in row["facts"])
    lines = [
        f"<{heading}>{_link(row['url'], conditional_escape(row['title']))}</{heading}>",
        f'<p class="search__meta">{what}{facts}</p>',
    ]
    if place := row["place"]:
        lines.append(f'<p class="search__place">{_place(place)}</p>')
    if verdicts := row["verdicts"]:
        lines.append(f'<p class="search__verdicts">{escape(verdicts)}</p>')
    if fragment := row["fragment"]:
        lines.append(f'<p class="search__fragment">{conditional_escape(fragment)}</p>')
    return "\n".join(['<li class="search__row">', *lines, "</li>"])


def _place(place: Place) -> str:
    return escape(place["label"]) + _link(place["url"], escape(place["title"]))


def _link(url: str, title: str) -> str:
    return f'<a href="{escape(url)}">{title}</a>' if url else title


@register.filter
def facet_list(rows: Iterable[FacetRow]) -> SafeString:
    """The values of a facet, each with its number of hits, as links that choose it."""
    return mark_safe("".join(map(_value, rows)))  # noqa: S308


def _value(row: FacetRow) -> str:
    marks, words = "", " Treffer"
    if row["is_chosen"]:
        marks = ' class="is-chosen" aria-current="true"'
        words = " Treffer, gewählt, entfernen"
    return (
        f'<li><a href="{escape(row["url"])}" rel="nofollow"{marks}>'
        f"<span>{escape(row['title'])}</span>"
        f' <span class="count">{row["count"]}<span class="visually-hidden">{words}</span></span>'
        "</a></li>"
    )
