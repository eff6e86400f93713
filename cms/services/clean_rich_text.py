"""The one way in for rich text that no editor of ours has written.

What comes out holds what the guide's editor could have written with these features, and nothing
else: first a sanitizer makes a well-formed tree without scripts, then Wagtail's own converter,
which every form goes through, leaves what it knows.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup
from django.utils.translation import gettext as _
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import Page, Site

from cms.domain.errors import RuleError
from cms.published.pages import reachable_pages

#: The converter reads these; blocks that it does not know become paragraphs.
_TAGS = {
    *(
        "a",
        "article",
        "b",
        "blockquote",
        "br",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "i",
    ),
    *("li", "ol", "p", "pre", "section", "strong", "table", "tbody", "td", "th", "thead"),
    *("tr", "ul"),
}
_SCHEMES = {"http", "https", "mailto", "tel"}
#: More would take seconds to read; fifteen thousand words are a long entry.
MAX_LENGTH, MAX_TAGS, MAX_DEPTH = 100_000, 3_000, 50
#: The converter leaves some blanks that it takes away the next time.
MOST_TIMES = 4
_NESTING = re.compile(
    r"<(/?)(?:a|article|b|blockquote|div|em|h[1-6]|i|ol|section|strong|table|ul)\b", re.IGNORECASE
)
_HOLDERS = ("article", "blockquote", "div", "section", "table", "tbody", "thead")
_BLOCKS = ("p", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", *_HOLDERS)
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def clean_rich_text(html: str, features: Iterable[str], *, link_pages: bool = True) -> str:
    """``html`` as the guide keeps it, with at most these features of Wagtail's editor.

    :param link_pages: links to pages of this site become links to the pages themselves, which
        follow them when they move; queries only if there are such links
    :raises RuleError: if it is too long or nested too deep, which would cost too much time
    """
    if len(html) > MAX_LENGTH:
        raise RuleError(_("Der Text ist zu lang: höchstens %(n)d Zeichen.") % {"n": MAX_LENGTH})
    if html.count("<") > MAX_TAGS or _depth(html) > MAX_DEPTH:
        raise RuleError(_("Der Text hat zu viele Auszeichnungen."))
    tree = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=None
    )
    soup = BeautifulSoup(tree, "html.parser")
    _flatten(soup)
    if link_pages:
        _link_pages(soup)
    converter = _converter(tuple(features))
    kept = str(soup)
    for _time in range(MOST_TIMES):
        before = kept
        kept = converter.to_database_format(converter.from_database_format(kept))
        kept = without_block_keys(kept)
        if kept == before:
            break
    return "" if kept == "<p></p>" else kept


def without_block_keys(html: str) -> str:
    """Rich text without the numbers that Wagtail's editor gives to its paragraphs."""
    return _BLOCK_KEY.sub("", html)


@lru_cache
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(features)


def _depth(html: str) -> int:
    """How deep tags stand in each other at most, as far as they must be closed."""
    deepest = depth = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _flatten(soup: BeautifulSoup) -> None:
    """Only lists stand in each other, as in the editor; lines stand together, and not cells."""
    for cell in soup.find_all(("td", "th")):
        cell.append(" ")
        cell.unwrap()
    for row in soup.find_all("tr"):
        row.name = "p"
    for holder in soup.find_all(_HOLDERS):
        if holder.find(_BLOCKS):
            holder.unwrap()
    for item in soup.find_all("li"):
        if item.parent.name not in ("ul", "ol"):
            item.name = "p"
    for paragraph in soup.select("li > p"):
        if any(str(before).strip() for before in paragraph.previous_siblings):
            paragraph.insert_before(soup.new_tag("br"))
        paragraph.unwrap()
    for line_end in soup.find_all("br"):
        if isinstance(line_end.next_sibling, str):
            line_end.next_sibling.replace_with(line_end.next_sibling.lstrip())


def _link_pages(soup: BeautifulSoup) -> None:
    links = {link: path for link in soup.find_all("a", href=True) if (path := _own_path(link))}
    if not links:
        return
    by_path = {
        page.url_path: page.pk for page in Page.objects.live().filter(url_path__in=links.values())
    }
    open_to_all = reachable_pages(by_path.values())
    for link, path in links.items():
        if by_path.get(path) in open_to_all:
            link.attrs = {"linktype": "page", "id": str(by_path[path])}


def _own_path(link) -> str | None:
    """The ``url_path`` that a link names if it leads to this site as it stands, or None."""
    try:
        parts = urlsplit(link["href"])
    except ValueError:
        return None
    if parts.query or parts.fragment or not parts.path.startswith("/"):
        return None
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    for root in Site.get_site_root_paths():
        if origin in ("", root.root_url):
            return f"{root.root_path.rstrip('/')}/{parts.path.strip('/')}/".replace("//", "/")
    return None
