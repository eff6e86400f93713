"""From an address of the API to what stands there, and from there to what it holds.

Everything is asked of published.py. What lies outside the reader's circle raises the same
Http404 as what does not exist. What is not published is found by those who may see drafts of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import F, Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from wagtail.models import Page, Revision

from cms import published
from cms.api.addresses import (
    EXPERIENCES,
    GUIDE,
    PROJECTS,
    Folder,
    once,
    site_root,
    supplement_number,
)
from cms.api.contract import parameter, reader, sees_drafts_of
from cms.api.summaries import TYPE_NAMES
from cms.models import (
    EventIndexPage,
    ExchangeEventPage,
    Experience,
    HomePage,
    NewsIndexPage,
    NewsPage,
    Project,
    Supplement,
    TablePage,
    Topic,
)
from cms.models.choices import AttributionChoices
from cms.models.entry import Entry
from cms.published import drafts, single
from cms.published.versions import numbered_revisions
from cms.views.attribution import may_name_source, named_project, of_project

Item = Model | Folder
MOST_DIGITS = 9  # more is no number of a version


#: The version that its readers read, and the newest one; another one is named by its number.
LIVE = "live"
DRAFT = "draft"


@dataclass(frozen=True)
class Found:
    """What stands at an address, with the folders above it and below the home page.

    ``obj`` is the version that was asked for; its ``pk``, ``live``, ``project`` and state are
    those of the row, so that services can be called with it.
    """

    obj: Item
    above: tuple[Item, ...] = ()
    #: LIVE, DRAFT, or a number as in published.versions.
    version: str = LIVE
    #: Of a draft or a numbered version.
    revision: Revision | None = None


def find(path: str, request: HttpRequest, version: str | None = None) -> Found:
    """What stands at ``path`` (without slashes around it). Raises Http404.

    ``version``, or else the parameter of that name, chooses a version: ``draft`` is the newest
    one, a number one of the history. Without it, what is published; and of what is not published
    the newest draft, for those who may see it. Constant numbers of queries.

    An object may be found at an older address too, such as ``e/<id>`` or a topic's former
    place; compare with addresses.public_path.
    """
    if "\0" in path:  # no database takes it
        raise Http404
    wanted = parameter(request, "version") if version is None else version
    match path.split("/"):
        case [""]:
            return Found(home(request))
        case [GUIDE.path]:
            return Found(GUIDE)
        case [GUIDE.path, *_, slug]:
            return _find_topic(slug, request)
        case [EXPERIENCES.path]:
            return Found(EXPERIENCES)
        case [EXPERIENCES.path, slug]:
            return _find_experience(request, wanted, slug=slug)
        case [EXPERIENCES.path, _slug, part] if number := supplement_number(part):
            return _find_supplement(number, request, wanted)
        case ["e", number] if number.isascii() and number.isdigit() and len(number) < 19:
            return _find_experience(request, wanted, pk=int(number))
        case [PROJECTS.path]:
            return Found(PROJECTS)
        case [PROJECTS.path, slug]:
            project = single.project(slug)
            if project is None:
                raise Http404
            return Found(project, (PROJECTS,))
        case segments:
            return _find_page(path, segments[-1], request, wanted)


def home(request: HttpRequest) -> Page:
    """The site's home page. Raises Http404 in a site that has none."""
    return once(request, "home", lambda: site_root(request).specific)


def way_to(found: Found, request: HttpRequest) -> list[Item]:
    """The home page, the folders, the object. The page is read only where somebody asks for it."""
    top = home(request)
    return [top] if found.obj == top else [top, *found.above, found.obj]


def parent_of(found: Found, request: HttpRequest) -> Item | None:
    """The folder right above; None for the home page."""
    if found.above:
        return found.above[-1]
    return None if isinstance(found.obj, HomePage) else home(request)


def visible_topic_nodes(request: HttpRequest) -> dict[int, published.TopicNode]:
    """The topics that the reader may see, with counts, by id; read once for this request."""
    return once(
        request,
        "visible topics",
        lambda: published.topic_nodes(published.topic_tree(reader(request))),
    )


def _find_topic(slug: str, request: HttpRequest) -> Found:
    for node in visible_topic_nodes(request).values():
        if node.topic.slug == slug:
            above = (GUIDE, *(parent.topic for parent in node.above()))
            return Found(node.topic, above)
    raise Http404


def _find_experience(request: HttpRequest, wanted: str, **key: str | int) -> Found:
    (name, value), seen_by = *key.items(), reader(request)
    entry, wanted, revision = _version_of_entry(
        lambda: single.experience(seen_by, name, value),
        lambda: single.own_experience(seen_by, name, value),
        request,
        wanted,
    )
    return Found(entry, _above_experience(entry), wanted, revision)


def just_made(entry: Experience) -> Found:
    """A draft that was made in this request: its only version says what ``entry`` says."""
    return Found(entry, _above_experience(entry), DRAFT, entry.latest_revision)


def _above_experience(entry: Experience) -> tuple[Item, ...]:
    project = named_project(entry)
    return (PROJECTS, project) if project else (EXPERIENCES,)


def _find_supplement(number: int, request: HttpRequest, wanted: str) -> Found:
    readable = published.supplements(reader(request))
    if drafts.sees_drafts(reader(request)):
        readable = readable.with_state().select_related("latest_revision")
    own = drafts.own_entries(Supplement, reader(request))
    supplement, wanted, revision = _version_of_entry(
        readable.filter(pk=number).order_by().first, own.filter(pk=number).first, request, wanted
    )
    # Its experience may be withdrawn, or for fewer readers now.
    about = published.experiences(reader(request)).filter(pk=supplement.experience_id).first()
    above = (EXPERIENCES, *([about] if about else []))
    return Found(supplement, above, wanted, revision)


def _version_of_entry(
    read: Callable[[], Entry | None],
    read_own: Callable[[], Entry | None],
    request: HttpRequest,
    wanted: str,
) -> tuple[Entry, str, Revision | None]:
    """The entry in the version that is asked for, which version that is, and its revision.

    :param read: reads what is published for this reader; with its state for who may see drafts
    :param read_own: reads the row, published or not, that this reader's projects have
    """
    if wanted in ("", LIVE):
        row = read()
        if row is not None:
            return row, LIVE, None
    if wanted == LIVE or not drafts.sees_drafts(reader(request)):
        raise Http404
    row = read_own()
    if row is None:
        raise Http404
    return _at_version(row, wanted or DRAFT)


def _at_version(row: Entry | Page, wanted: str) -> tuple[Entry | Page, str, Revision | None]:
    """A version of ``row``, and its revision. Raises Http404 for one that there is not."""
    if wanted == DRAFT:
        revision = row.latest_revision
        if revision is None or not row.has_unpublished_changes:
            return row, DRAFT, revision
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < MOST_DIGITS:
        revision = next(iter(numbered_revisions(row)[int(wanted) : int(wanted) + 1]), None)
    else:
        revision = None
    if revision is None:
        raise Http404
    version = row.with_content_json(revision.content)
    # What is said of the object, not of a version; Wagtail takes these from the version.
    for name in ("live_revision_id", "last_published_at", "slug", "state_value", "url_path"):
        if hasattr(row, name):
            setattr(version, name, getattr(row, name))
    if isinstance(row, Entry):
        version.project = row.project
    return version, wanted, revision


def _find_page(path: str, slug: str, request: HttpRequest, wanted: str) -> Found:
    """A page of the guide whose ancestors are all published, or a draft of one."""
    root = site_root(request)
    # The slug is indexed, the whole path is not.
    page = Page.objects.filter(slug=slug, url_path=f"{root.url_path}{path}/").first()
    if page is None or page.specific_class not in TYPE_NAMES:
        raise Http404
    above = tuple(page.get_ancestors().filter(depth__gt=root.depth).specific())
    is_published = page.live and all(ancestor.live for ancestor in above)
    if is_published and wanted in ("", LIVE):
        return Found(_published(page), above)
    specific = page.specific
    # A table belongs to its event, that of a steering group to a project.
    holder = above[-1] if isinstance(specific, TablePage) else specific
    if wanted == LIVE or not sees_drafts_of(holder, request):
        raise Http404
    version, wanted, revision = _at_version(specific, wanted or DRAFT)
    return Found(version, above, wanted, revision)


def _published(page: Page) -> Page:
    match page.specific_class():
        case ExchangeEventPage():
            readable = published.events().select_related("host_project", "project")
        case TablePage():
            readable = published.tables().prefetch_related("moderators")
        case NewsPage():
            readable = published.news()
        case _:
            return page.specific
    return get_object_or_404(readable, pk=page.pk)


def items(found: Found, request: HttpRequest) -> QuerySet | Sequence[Item] | None:
    """What ``found`` holds, for this reader; None if it is no folder."""
    match found.obj:
        case Folder() as folder:
            return _items_of_folder(folder, request)
        case Topic() as topic:
            return _entries_of_topic(topic, request)
        case Project() as project:
            return _entries_of_project(project, request)
        case EventIndexPage():
            return published.events()
        case ExchangeEventPage() as event:
            return published.tables().child_of(event)
        case TablePage() as table:
            event = found.above[-1]
            entries = published.entries_of_table(table, reader(request))
            return [entry for entry in entries if may_name_source(entry, event)]
        case NewsIndexPage():
            return published.news()
        case HomePage():
            return top_level(request)
    return None


def _items_of_folder(folder: Folder, request: HttpRequest) -> QuerySet | list[Item]:
    if folder == GUIDE:
        return [node.topic for node in visible_topic_nodes(request).values() if node.parent is None]
    if folder == PROJECTS:
        return published.projects()
    return published.experiences(reader(request))


def _entries_of_project(project: Project, request: HttpRequest) -> QuerySet[Experience]:
    """Those that carry its name; for its own people also what is not published, which is first."""
    if not reader(request).may_see_draft(project.pk):
        return of_project(published.experiences(reader(request)), project)
    own = drafts.own_entries(Experience, reader(request)).filter(project=project)
    shown = Q(live=False) | Q(attribution=AttributionChoices.NAMED)
    return own.filter(shown).order_by(F("first_published_at").desc(nulls_first=True), "-pk")


def _entries_of_topic(topic: Topic, request: HttpRequest) -> QuerySet[Experience]:
    topic_ids = [below.topic.pk for below in visible_topic_nodes(request)[topic.pk].below()]
    # A subquery: an entry with two of the topics stands in the list once.
    tagged = Experience.topics.through.objects.filter(topic_id__in=topic_ids)
    return published.experiences(reader(request)).filter(pk__in=tagged.values("experience_id"))


def top_level(request: HttpRequest) -> list[Item]:
    """What the home page holds: the guide's folders, then the office's pages."""
    pages = site_root(request).get_children().live().specific()
    return [GUIDE, EXPERIENCES, PROJECTS, *(page for page in pages if type(page) in TYPE_NAMES)]
