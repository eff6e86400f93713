"""Rich text in answers: HTML as Plone writes it, or Markdown with ``rich_text=markdown``."""

from functools import lru_cache, partial

from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.rich_text import expand_db_html

from cms.api.contract import ApiError, parameter, query_parameter
from cms.domain.errors import RuleError
from cms.formats.rich_text import to_markdown
from cms.models.events import TEXT_FEATURES
from cms.services.clean_rich_text import clean_rich_text, without_block_keys

_FORMS = ("html", "markdown")
PARAMETER = query_parameter(
    "rich_text", "string", "How rich text is written.", enum=list(_FORMS), default=_FORMS[0]
)


def rich_text(value: str, request: HttpRequest) -> dict[str, str]:
    """Rich text whose links lead to the public site. Raises ApiError (400) for another form."""
    form = rich_text_form(request)
    html = without_block_keys(expand_db_html(value))
    if form == "markdown":
        markdown = _markdown(html)
        if markdown is not None:
            return {"content-type": "text/markdown", "data": markdown, "encoding": "utf-8"}
    return {"content-type": "text/html", "data": html, "encoding": "utf-8"}


def rich_text_form(request: HttpRequest) -> str:
    """How it is to be written. Raises ApiError (400) for what is no form."""
    form = parameter(request, "rich_text", _FORMS[0])
    if form not in _FORMS:
        message = gettext("Bitte „html“ oder „markdown“ angeben.")
        raise ApiError(400, errors=[("rich_text", message)])
    return form


@lru_cache(maxsize=500)
def _markdown(html: str) -> str | None:
    """None for a text that is longer than any that could be sent back."""
    clean = partial(clean_rich_text, features=tuple(TEXT_FEATURES), link_pages=False)
    try:
        return to_markdown(clean(html), clean)
    except RuleError:
        return None
