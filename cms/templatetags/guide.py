"""What the guide's templates ask for: data of pages, and words and links around entries."""

import re

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms import published
from cms.domain.circles import Circle
from cms.domain.kinds import Verdict
from cms.domain.verdicts import count_verdicts, latest_of_projects
from cms.models import ExchangeEventPage, TablePage
from cms.permissions import policies
from cms.published import pictures
from cms.views import events, feeds, home, layout, structured_data
from cms.views.attribution import named_project
from cms.views.barrier import BarrierForm
from cms.views.paging import page_of

register = template.Library()

TEASER_WORDS = 45

READERS = {
    Circle.PROJECT: _("Nur das eigene Projekt und die Koordinierungsstelle"),
    Circle.PROJECTS: _("Alle Projekte und die Koordinierungsstelle"),
    Circle.NETWORK: _("Projekte, Koordinierungsstelle und Partner"),
    Circle.PUBLIC: _("Alle, auch ohne Anmeldung"),
}

#: The same where there is little room; what is public needs no word.
CIRCLE_LABELS = {
    Circle.PROJECT: _("nur eigenes Projekt"),
    Circle.PROJECTS: _("nur Projekte"),
    Circle.NETWORK: _("Projekte und Partner"),
    Circle.PUBLIC: _("öffentlich"),
}


def _user(context):
    return getattr(context.get("request"), "user", None)


def _reader(context):
    return policies.reader_for(_user(context))


@register.simple_tag(takes_context=True)
def main_menu(context) -> list[layout.MenuItem]:
    """The links of the main menu."""
    return layout.main_menu(context.get("request"))


@register.simple_tag(takes_context=True)
def page_frame(context) -> layout.Frame:
    """What stands around every page: texts, logos and links of the site."""
    return layout.frame(context.get("request"))


@register.inclusion_tag("cms/includes/picture.html")
def picture(subject) -> dict:
    """The picture of a news item or a project, in as many pixels as the reader's screen has."""
    image = subject.shown_image
    if image is None:
        return {}
    # Sizes that are none, since the picture is smaller, are left out.
    sizes = {one.width: one for name, one in pictures.sizes(image).items() if name in _IN_PAGES}
    return {
        "width": image.width,
        "whole": pictures.size(image, "large"),
        "sizes": sizes.values(),
        "alt": subject.image_caption,
    }


#: The column of a text is 714 pixels wide, on some screens twice or thrice as many.
_IN_PAGES = ("huge", "great", "large", "preview")


@register.simple_tag
def feed_links(obj=None) -> list[tuple[str, str]]:
    """Media types and addresses of the feeds of a topic or project; without one: of the guide."""
    return feeds.feed_links(obj)


@register.simple_tag(takes_context=True)
def search_machine_words(context, subject):
    """What the page says to search machines; nothing for what is not public."""
    request = context.get("request")
    return structured_data.as_script(subject, request) if request else ""


@register.simple_tag(takes_context=True)
def events_address(context) -> str | None:
    """The address of the list of events."""
    return layout.frame(context.get("request")).events


@register.simple_tag(takes_context=True)
def news_address(context) -> str | None:
    """The address of the list of news."""
    return layout.frame(context.get("request")).news


@register.simple_tag(takes_context=True)
def latest(context) -> home.Latest:
    """What is new for this reader."""
    return home.latest(_reader(context))


@register.simple_tag(takes_context=True)
def guide_topics(context) -> list[published.TopicNode]:
    """The roots of the topics' tree, with the counts of what this reader finds there."""
    return published.topic_tree(_reader(context))


@register.simple_tag
def nearest_offices(question: str | None) -> home.OfficeAnswer:
    """The offices nearest to what somebody typed."""
    return home.nearest_offices(question or "")


@register.simple_tag(takes_context=True)
def event_list(context):
    """A page of the list of events."""
    return page_of(published.events(), context["request"])


@register.simple_tag(takes_context=True)
def news_list(context):
    """A page of the list of news."""
    return page_of(published.news(), context["request"])


@register.simple_tag(takes_context=True)
def event_contents(context, event: ExchangeEventPage) -> events.EventContents:
    """The tables and outcomes of an event."""
    return events.event_contents(event, _reader(context))


@register.simple_tag(takes_context=True)
def table_contents(context, table: TablePage) -> events.TableContents:
    """The entries and outcomes of a table."""
    return events.table_contents(table, _reader(context))


@register.simple_tag
def barrier_form() -> BarrierForm:
    """The empty form to report a barrier."""
    return BarrierForm()


@register.simple_tag(takes_context=True)
def sees_notes(context) -> bool:
    """May this reader see what stays among the projects?"""
    return published.may_see_notes(_reader(context))


@register.simple_tag(takes_context=True)
def edit_url(context, obj) -> str | None:
    """Where this person edits ``obj`` in the admin, or None without the right or the admin."""
    user = _user(context)
    if user is None or not user.is_authenticated:
        return None
    if not user.has_perm("wagtailadmin.access_admin"):
        return None
    return AdminURLFinder(user).get_edit_url(obj)


@register.filter
def project_named(entry):
    """The project to be named with this entry, or None ("ein Projekt")."""
    return named_project(entry)


@register.filter
def who_can_see(entry) -> str:
    """The readers of an entry or outcome, in words."""
    return READERS[Circle(entry.visibility)]


@register.filter
def circle_label(entry) -> str:
    """The circle of an entry or outcome, in a word or two."""
    return CIRCLE_LABELS[Circle(entry.visibility)]


@register.filter
def who_could_see(publication) -> str:
    """The readers of an earlier version, in words."""
    return READERS[Circle(publication.circle)]


@register.filter
def proven_in(entry) -> int:
    """In how many projects it has proven itself; 0 where a list was read without verdicts."""
    return count_verdicts(latest_of_projects(getattr(entry, "judged_by", ())))[Verdict.PROVEN]


@register.filter
def side(entry, name: str) -> list:
    """The arguments of one side of a discussion: ``pro`` or ``contra``."""
    return [argument for argument in entry.arguments.all() if argument.side == name]


@register.filter
def teaser(entry) -> str:
    """The beginning of an entry's text, without the title that many texts begin with."""
    text = _after_title(entry.title, entry.plain_body)
    # Points of a list become one sentence.
    return Truncator(re.sub(r"(?<![.!?:;,])\n", "; ", text)).words(TEASER_WORDS)


@register.filter
def outcome_text(outcome) -> str:
    """The wording of an outcome, without the title that it begins with."""
    return _after_title(outcome.title, outcome.text)


def _after_title(title: str, text: str) -> str:
    """What ``text`` says beyond ``title``; a sentence that goes on begins with an ellipsis."""
    title = title.rstrip("…. ")
    if not text.startswith(title):
        return text
    rest = text[len(title) :].lstrip(" …→.!?:;,–-\n")
    return f"… {rest}" if rest[:1].islower() else rest


@register.filter
def has_more_than_title(entry) -> bool:
    """Does the text of an entry say more than its title?"""
    return entry.plain_body.rstrip(". ") != entry.title.rstrip(". ")


@register.filter
def tel(number: str) -> str:
    """A telephone number for a link: ``03643 / 12 34`` is ``+4936431234``."""
    digits = re.sub(r"[^\d+]", "", number.replace("(0)", ""))
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+49{digits[1:]}" if digits.startswith("0") else digits
