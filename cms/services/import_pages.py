"""The pages of an import: the event, its tables and their topics."""

import re

from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.domain.import_plan import Plan, PlanTable, normalise
from cms.domain.lookalike import stems
from cms.domain.minutes import Note, Place
from cms.domain.plain import to_plain_text, to_rich_text
from cms.models import EventIndexPage, ExchangeEventPage, Moderator, TablePage, Topic
from cms.models.choices import EventKindChoices
from cms.models.slugs import german_slug

MAX_TITLE = 255
MAX_TOPIC = 70
_TOPIC_END = re.compile(r"\s(?:bzw\.|sowie|und|oder|in|im|für|an|bei|mit|durch)\s|[,;:(]")
_NAMED_KINDS = (
    ("steuerungsgruppe", EventKindChoices.STEERING_GROUP),
    ("erfahrungsaustausch", EventKindChoices.EXCHANGE),
)


def event_for(plan: Plan, user) -> tuple[ExchangeEventPage, list[Note]]:
    """The event of the plan, as a draft; found again if it was read in before.

    The notes say what is new in the file but stays out of a page that is there already:
    people may have edited it since.
    """
    texts = {
        "introduction": plan.introduction,
        "programme": plan.programme,
        "plenary": plan.plenary,
        "notes": plan.notes,
    }
    event = ExchangeEventPage.objects.filter(import_key=plan.key).first()
    if event is not None:
        return event, _new_paragraphs(event, texts)
    parent = EventIndexPage.objects.first()
    if parent is None:
        raise RuleError(_("Die Seite „Veranstaltungen“ fehlt; ohne sie gibt es keinen Ort dafür."))
    title, cut_title = _fit(plan.title)
    place, cut_place = _fit(plan.place)
    texts["notes"] = [*cut_title, *cut_place, *plan.notes]
    kind = _kind(plan.title)
    event = ExchangeEventPage(
        title=title,
        slug=_free_slug(parent, _event_slug(plan, kind)),
        kind=kind.value,
        number=plan.number,
        date=plan.date,
        place=place,
        import_key=plan.key,
        **{name: to_rich_text(paragraphs) for name, paragraphs in texts.items()},
    )
    return _add_draft(parent, event, user), []


def table_for(event: ExchangeEventPage, table: PlanTable, user) -> tuple[TablePage, list[Note]]:
    """The page of a table, as a draft; found again by its address below the event."""
    name = f"tisch-{table.identity}" if table.number is not None else table.identity
    slug = german_slug(name, "tisch")
    page = TablePage.objects.child_of(event).filter(slug=slug).first()
    if page is not None:
        return page, _new_paragraphs(page, {"summary": table.summary, "notes": table.notes})
    title, cut_title = _fit(table.title or f"Tisch {table.number}")
    page = TablePage(
        title=title,
        slug=_free_slug(event, slug),
        number=table.number,
        summary=to_rich_text(table.summary),
        notes=to_rich_text([*cut_title, *table.notes]),
    )
    page.topics = [topic_for(title)]
    page.moderators = [
        Moderator(name=_fit(person["name"])[0], organisation=_fit(person["organisation"])[0])
        for person in table.moderators
    ]
    return _add_draft(event, page, user), []


def topic_for(title: str) -> Topic:
    """The topic that names most of ``title``, else a new one made of it.

    A topic fits if each of its words begins a word of the title, so that
    "Steuerungsgruppe" fits "Steuerungsgruppenarbeit"; the longest one wins.
    """
    words = stems(title)
    best: tuple[int, Topic] | None = None
    for topic in Topic.objects.all():
        own = stems(topic.title)
        fits = own and all(any(word.startswith(stem) for word in words) for stem in own)
        if fits and (best is None or len(own) > best[0]):
            best = (len(own), topic)
    return best[1] if best else Topic.objects.create(title=topic_title(title))


def topic_title(title: str) -> str:
    """``title`` as a chapter's name: cut where a part of it ends, so that it stays readable."""
    plain = " ".join(title.split())
    if len(plain) <= MAX_TOPIC:
        return plain
    ends = [match.start() for match in _TOPIC_END.finditer(plain, 0, MAX_TOPIC + 1)]
    strong = [end for end in ends if plain[end] in ",;:("]
    long_enough = [end for end in strong or ends if end >= MAX_TOPIC // 3]
    if long_enough:
        return plain[: long_enough[-1] if not strong else long_enough[0]].strip()
    return plain[:MAX_TOPIC].rsplit(" ", 1)[0] + "…"


def _add_draft(parent, page, user):
    page.live, page.owner = False, user
    parent.add_child(instance=page)
    page.save_revision(user=user)
    return page


def _kind(title: str) -> EventKindChoices:
    found = (kind for word, kind in _NAMED_KINDS if word in title.casefold())
    return next(found, EventKindChoices.EXCHANGE)


def _event_slug(plan: Plan, kind: EventKindChoices) -> str:
    """A short address: what it was and when, or its name."""
    name = next((word for word, named in _NAMED_KINDS if named is kind), "veranstaltung")
    if plan.date:
        return f"{name}-{plan.date.isoformat()}"
    return german_slug(plan.title, name)


def _free_slug(parent, slug: str) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    number, free = 2, slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free


def _fit(text: str) -> tuple[str, list[str]]:
    """``text`` for a field of MAX_TITLE letters, and the whole as a paragraph if it was cut."""
    plain = " ".join(text.split())
    if len(plain) <= MAX_TITLE:
        return plain, []
    return plain[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…", [plain]


def _new_paragraphs(page, texts: dict[str, list[str]]) -> list[Note]:
    """Paragraphs of the file that stand in none of the page's texts (its latest draft)."""
    draft = page.get_latest_revision_as_object()
    there = normalise(" ".join(to_plain_text(getattr(draft, name)) for name in texts))
    reason = _("Die Seite „%(title)s“ gibt es schon; bitte dort von Hand ergänzen.")
    return [
        Note(Place(0), paragraph, reason % {"title": page.title})
        for paragraphs in texts.values()
        for paragraph in paragraphs
        if normalise(paragraph) not in there
    ]
