"""Writes the mail to one person: what happened, why, what to do, and where."""

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from cms.domain.indexing import ObjectType
from cms.domain.kinds import State
from cms.domain.occasions import SECURITY, Occasion
from cms.models import MinutesRound, Notification, Project, SavedSearch, Webhook
from cms.models.choices import AttributionChoices
from cms.models.entry import Entry
from cms.permissions import policies
from cms.published.hits import title_of, visible
from cms.services.concerned import entry_of, may_be_told
from cms.services.mail_words import WORDS
from cms.services.saved_searches import stop_path

MAX_SUBJECT = 150
MOST_FOUND = 20
_TO_REVIEW = (Occasion.SUBMITTED, Occasion.OVERDUE)
_TO_READ = (Occasion.PUBLISHED, Occasion.SUPPLEMENTED)


@dataclass(frozen=True)
class Item:
    """One occasion, as the mail tells it."""

    subject: str
    sentence: str
    reason_label: str
    reason: str
    todo: str
    action: str
    url: str
    #: Titles and addresses of what was found, and how many more there are.
    found: tuple[tuple[str, str], ...] = ()
    more: int = 0


def write_mail(rows: list[Notification]) -> EmailMultiAlternatives | None:
    """The mail that tells one person of all these; None if nothing is left to tell.

    What they may see is asked again: rights, texts and states may have changed since.
    """
    person = rows[0].recipient
    if person is not None and not (person.is_active and person.email):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        items = [item for row in rows if (item := _item(row, person)) is not None]
        if not items:
            return None
        is_security = rows[0].occasion in SECURITY
        choices_url = absolute(reverse("cms:notifications"))
        stop_url = ""
        if rows[0].occasion == Occasion.SAVED_SEARCH:
            stop_url = absolute(stop_path({row.object_id for row in rows}))
        context = {
            "items": items,
            "item": items[0],
            "is_digest": rows[0].is_digest,
            "person": person,
            "name": settings.WAGTAIL_SITE_NAME,
            "home_url": absolute("/"),
            "choices_url": choices_url if person is not None else "",
            "is_security": is_security,
            "stop_url": stop_url,
        }
        subject = _subject(items, rows[0].is_digest)
        mail = EmailMultiAlternatives(
            subject,
            render_to_string("cms/mail/mail.txt", context),
            to=[person.email if person is not None else rows[0].address],
            headers={"Message-ID": rows[0].message_id, "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(
            render_to_string("cms/mail/mail.html", context | {"subject": subject}), "text/html"
        )
    if person is not None and not is_security:
        mail.extra_headers["List-Unsubscribe"] = f"<{stop_url or choices_url}>"
        if stop_url:
            # A button of the mail program (RFC 8058).
            mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def message_id(first: Notification) -> str:
    """The name of the mail that begins with this row: the same at every try."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<leitfaden-{first.pk}-{first.created_at:%Y%m%d%H%M%S}@{domain}>"


def absolute(path: str) -> str:
    """The whole address of a path of this site."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


def _subject(items: list[Item], is_digest: bool) -> str:
    if len(items) == 1:
        subject = items[0].subject
    elif is_digest:
        subject = _("%(count)s Nachrichten aus dem Leitfaden") % {"count": len(items)}
    else:
        subject = _("%(first)s und %(count)s weitere") % {
            "first": items[0].subject,
            "count": len(items) - 1,
        }
    subject = " ".join(subject.split())
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1] + "…"


def _item(row: Notification, person) -> Item | None:
    occasion = Occasion(row.occasion)
    obj = _object(row)
    if obj is None or _is_over(occasion, obj):
        return None
    if not may_be_told(person, occasion, obj):
        return None
    found = _found(obj, row, person) if isinstance(obj, SavedSearch) else []
    if isinstance(obj, SavedSearch) and not found:
        return None
    words = WORDS[occasion]
    until = getattr(obj, "until", None)
    may_name = _may_name(obj, person)
    values = {
        "title": " ".join(_title(obj, person).split()),
        "by": row.by if may_name else "",
        "reason": row.reason,
        "date": formats.date_format(until, "d.m.Y") if until else "",
        "project": getattr(obj, "project", "") if may_name else _("ein anderes Projekt"),
    }
    return Item(
        subject=str(words.subject) % values,
        # A place without words leaves two blanks.
        sentence=" ".join((str(words.sentence) % values).split()),
        reason_label=str(words.reason),
        reason=row.reason if words.reason else "",
        todo=str(words.todo),
        action=str(words.action),
        url=absolute(_path(occasion, obj, person)),
        found=tuple(found[:MOST_FOUND]),
        more=len(found[MOST_FOUND:]),
    )


def _found(search: SavedSearch, row: Notification, person) -> list[tuple[str, str]]:
    """Title and address of what this mail tells, as far as the person may read it now."""
    findings = search.findings.filter(mail=int(row.reason)).order_by("pk")
    refs = [
        (ObjectType(object_type), pk)
        for object_type, pk in findings.values_list("object_type", "object_id")
    ]
    open_to = visible(refs, policies.reader_for(person))
    return [
        (" ".join(title_of(open_to[ref]).split()), absolute(_found_at(open_to[ref], search)))
        for ref in refs
        if ref in open_to
    ]


def _found_at(obj, search: SavedSearch) -> str:
    """Where it is read; what has no address of its own is found by the search."""
    page = getattr(obj, "table", None) or getattr(obj, "event", None)
    return _own_address(obj) or (_own_address(page) if page else "") or _address_of(search)


def _address_of(search: SavedSearch) -> str:
    return f"/suche/?{search.query}"


def _object(row: Notification):
    """What it is about, unless it is gone; what lies in the trash is gone."""
    model = row.content_type.model_class()
    obj = model._default_manager.filter(pk=row.object_id).first() if model else None
    return obj.specific if isinstance(obj, Page) else obj


def _is_over(occasion: Occasion, obj) -> bool:
    """Has it settled itself before the mail went out? Nobody needs to review what is published."""
    if occasion in _TO_REVIEW and isinstance(obj, Entry):
        return obj.state is not State.IN_REVIEW
    if isinstance(obj, MinutesRound):
        return not obj.is_open
    if isinstance(obj, SavedSearch):
        return obj.is_paused
    return False


def _title(obj, person) -> str:
    """The draft's title for those who see drafts, else the published one."""
    about = entry_of(obj) or obj
    if (
        isinstance(about, Entry)
        and person is not None
        and policies.can(person, policies.SEE, about)
    ):
        return about.draft_title
    return getattr(about, "title", None) or str(about)


def _may_name(obj, person) -> bool:
    """False if the entry is from "ein Projekt" and this person may not know which."""
    about = entry_of(obj) or obj
    anonymous = getattr(about, "attribution", "") == AttributionChoices.ANONYMOUS
    return not anonymous or policies.can(person, policies.SEE, about)


def _path(occasion: Occasion, obj, person) -> str:
    """The screen on which this person goes on."""
    if isinstance(obj, SavedSearch):
        return _address_of(obj)
    if isinstance(obj, MinutesRound):
        return reverse("cms:minutes", args=[obj.pk])
    if isinstance(obj, Project):
        return reverse("cms:internal")
    if isinstance(obj, Webhook):
        return reverse("guide_webhook", args=[obj.pk])
    if occasion is Occasion.INVITED:
        return reverse("cms:comments", args=[obj.pk])
    finder = AdminURLFinder(person)
    edit = finder.get_edit_url(obj)
    if person is None:
        return _own_address(obj) or edit or reverse("cms:login")
    is_to_review = occasion in _TO_REVIEW and isinstance(obj, Entry)
    if is_to_review and policies.can(person, policies.REVIEW, obj):
        return reverse(obj.review_url_name, args=[obj.pk])
    entry = entry_of(obj)
    if edit is None and entry is not None:
        edit = finder.get_edit_url(entry)
    is_live = getattr(entry or obj, "live", False)
    public = _own_address(entry or obj) if is_live else ""
    ways = (public, edit) if occasion in _TO_READ else (edit, public)
    return next((way for way in ways if way), reverse("cms:internal"))


def _own_address(obj) -> str:
    """The address that the object says it has: the public page."""
    if isinstance(obj, Page):
        return obj.get_url() or ""
    return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else ""
