"""Two projects with everything in every state, each text with a secret word of its own."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    Page,
    PageViewRestriction,
    Site,
    Task,
    UploadedFile,
    Workflow,
)

from cms.domain.circles import Circle
from cms.domain.document_text import TextProblem
from cms.formats.reader import read_minutes
from cms.models import (
    AuditEvent,
    BarrierReport,
    DocumentText,
    Experience,
    ExperienceSource,
    GuideSettings,
    Institution,
    Invitation,
    MinutesImport,
    MinutesRound,
    MissedSearch,
    Moderator,
    Outcome,
    Pace,
    ProblemReport,
    Project,
    SearchSynonym,
    Supplement,
    TargetGroup,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)
from cms.permissions import roles
from cms.services import api_tokens
from cms.services.comment import add_comment
from cms.services.import_plan import plan_for
from cms.services.invite_to_comment import invite_to_comment
from cms.services.review import return_entry
from cms.services.saved_searches import save_search
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    table_page,
)
from tests.functional.matrix.people import Person, people_of
from tests.functional.matrix.secrets import Secrets, draft_of, office_only, published_in

#: Live, with a newer draft in review.
LIVE = "experience, projects"


@dataclass(frozen=True)
class Row:
    """A sample row: whose it is (None: the office's) and how failures call it."""

    label: str
    obj: object
    project: Project | None = None


@dataclass
class World:
    """Projects, people, rows by model, and the secrets in them."""

    own: Project
    other: Project
    people: dict[str, Person]
    authors: dict[Project, object]
    secrets: Secrets = field(default_factory=Secrets)
    rows: dict[type, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, label: str, obj, project=None):
        self.rows[type(obj)].append(Row(label, obj, project))
        return obj

    @property
    def office(self):
        return self.people["office"].user


def build_world() -> World:
    """Everything once; about two seconds."""
    secrets = Secrets()
    own = ProjectFactory(title="Vorhaben Anfang", slug="anfang")
    other = ProjectFactory(title="Vorhaben Beispiel", slug="beispiel")
    world = World(own, other, people_of(own), {}, secrets)
    for project, side in ((own, "A"), (other, "B")):
        _project(world, project, side)
        _entries(world, project, side)
        _office_rows(world, project, side)
        _files(world, project, side)
    _site_rows(world)
    return world


def _project(world: World, project, side: str) -> None:
    see_draft = draft_of(project)
    name = world.secrets.word(f"author of {side}", see_draft)
    author = person(
        roles.EDITOR, project, username=name, last_name=name, email=f"{name}@example.org"
    )
    world.authors[project] = world.add(f"author of {side}", author, project)
    project.other_names = world.secrets.word(f"other names of {side}", see_draft)
    project.save()
    world.add(f"project {side}", project, project)
    LocationFactory(project=project)


def _entries(world: World, project, side: str) -> None:
    """An experience and a supplement in every state and circle."""
    see_draft, author = draft_of(project), world.authors[project]
    text = world.secrets.text

    def experience(what: str, *, circle=Circle.PROJECTS, **fields):
        label = f"{side}: experience, {what}"
        title = text(label, see_draft)
        topic = TopicFactory(title=world.secrets.word(f"topic of {label}", _signed_in_project))
        world.add(f"topic of {label}", topic)
        entry = ExperienceFactory(
            project=project, title=title, body=f"<p>{title}</p>", visibility=circle.value,
            topics=[topic], revision=author, **fields,
        )  # fmt: skip
        return world.add(label, entry, project)

    def published(what: str, circle: Circle, first: Circle | None = None):
        """Live in ``circle``; an earlier version was published to ``first`` only."""
        entry = experience(what, circle=first or circle)
        seen = published_in(circle, project)
        if first:
            # Not in the title: the address is frozen with it.
            version = text(f"{side}: {what}, version", published_in(first, project))
            _write(entry, "Frühere Fassung", author, body=version)
            entry.get_latest_revision_as_object().save_revision(user=author).publish()
            entry.refresh_from_db()
        entry.visibility = circle.value
        _write(entry, text(f"{side}: experience, {what}, live", seen), author).publish()
        entry.refresh_from_db()
        for topic in entry.topics.all():
            world.secrets.rules[topic.title] = lambda reader: (
                seen(reader) or _signed_in_project(reader)
            )
        return entry

    published("public", Circle.PUBLIC)
    published("network", Circle.NETWORK)
    published("project", Circle.PROJECT)
    live = published("projects", Circle.PROJECTS, first=Circle.PROJECT)
    _write(live, text(f"{side}: draft over the live one", see_draft), author)
    submit(live, author)
    returned = experience("returned")
    submit(returned, author)
    return_entry(returned, world.office, text(f"{side}: reason of return", see_draft))
    withdrawn = published("withdrawn", Circle.PUBLIC)
    world.secrets.rules.update(
        (word, see_draft) for word in world.secrets.rules if word in withdrawn.title
    )
    withdraw(withdrawn, world.office, text(f"{side}: reason of withdrawal", see_draft))
    waiting = experience("in review")
    submit(waiting, author)
    draft = experience("draft")
    ExperienceSource.objects.create(
        experience=draft, text=text(f"{side}: source", see_draft), import_key=side
    )
    _trash(experience("in the trash"), author)
    for entry, what in ((live, "draft"), (live, "live")):
        label = f"{side}: supplement, {what}"
        words = f"<p>{text(label, see_draft)}</p>"
        supplement = Supplement.objects.create(
            experience=entry, project=project, text=words, verdict="proven"
        )
        supplement.save_revision(user=author)
        world.add(label, supplement, project)
        submit(supplement, author)
    _letters(world, project, side)
    session = EditingSession(
        user=author, content_object=live, last_seen_at=timezone.now(), is_editing=True
    )
    session.save()
    world.add(f"{side}: editing session", session, project)


def _letters(world: World, project, side: str) -> None:
    """What goes to single people: an invitation, minutes for correction."""
    author, secrets = world.authors[project], world.secrets
    email = f"{secrets.word(f'{side}: invited address', draft_of(project))}@example.org"
    invitation = Invitation.objects.create(project=project, email=email, role=roles.EDITOR)
    world.add(f"{side}: invitation", invitation, project)

    live = next(row.obj for row in world.rows[Experience] if row.label == f"{side}: {LIVE}")
    world.add(f"{side}: draft over the live one", live.latest_revision, project)
    comment = add_comment(live, author, secrets.text(f"{side}: comment", draft_of(project)))
    world.add(f"{side}: comment", comment, project)
    reader = person(roles.PARTNER, username=f"eingeladen-{side}")
    world.add(f"{side}: invited", invite_to_comment(live, reader, by=world.office), project)
    problem = secrets.text(f"{side}: problem", draft_of(project))
    report = ProblemReport.objects.create(entry=live, text=problem, contact=problem)
    world.add(f"{side}: problem", report)

    def may_read(reader):
        return reader.is_office or reader.user_id == author.pk

    event = event_page(f"Protokoll {side}", live=False)
    sent = MinutesRound.objects.create(
        event=event,
        until=timezone.localdate() + datetime.timedelta(days=7),
        message=secrets.text(f"{side}: message with the minutes", _signed_in_project),
    )
    sent.recipients.create(user=author)
    world.add(f"{side}: minutes sent round", sent, project)
    text = secrets.text(f"{side}: correction of minutes", may_read)
    correction = sent.corrections.create(user=author, text=text)
    world.add(f"{side}: correction", correction, project)
    label = f"{side}: saved search"
    title = secrets.text(label, lambda reader: reader.user_id == author.pk)
    saved = save_search(author, "q=etwas", title, Pace.DAILY)
    world.add(label, saved, project)
    label = f"{side}: API token"
    name = secrets.word(label, lambda reader: reader.user_id == author.pk)
    token, _text = api_tokens.create(author, name, ["write"], timezone.localdate())
    world.add(label, token, project)


def _signed_in_project(reader) -> bool:
    """Topics are in the forms of all who write; the public sees those with something in them."""
    return reader.may_see(Circle.PROJECTS, None)


def _write(entry, title: str, author, body: str = ""):
    entry.title, entry.body = title, f"<p>{body or title}</p>"
    return entry.save_revision(user=author)


def _trash(entry, author) -> None:
    type(entry).with_trash.filter(pk=entry.pk).update(trashed_at=timezone.now(), trashed_by=author)


def _office_rows(world: World, project, side: str) -> None:
    """What the office keeps about a project: events, tables, outcomes, news."""
    text, see_draft = world.secrets.text, draft_of(project)
    drafted = text(f"{side}: event, draft", see_draft)
    event = event_page(drafted, live=False, project=project, kind="steering_group")
    world.add(f"{side}: event, draft", event)
    world.add(f"{side}: table, draft", table_page(event, text(f"{side}: table", see_draft), False))
    notes = text(f"{side}: notes", _signed_in_project)
    event = event_page(f"Veranstaltung {side}", notes=f"<p>{notes}</p>")
    world.add(f"{side}: event, live", event)
    notes = text(f"{side}: notes of a table", _signed_in_project)
    table = table_page(event, f"Tisch {side}", notes=f"<p>{notes}</p>")
    moderator = text(f"{side}: moderator", _signed_in_project)
    table.moderators.add(Moderator(name=moderator))
    table.save_revision().publish()
    world.add(f"{side}: table, live", table)
    for event_or_table in (event, table):
        event_or_table.title = text(f"{side}: draft over a live page", office_only)
        event_or_table.save_revision(user=world.office)
    news = news_page(text(f"{side}: news, draft", see_draft), live=False, project=project)
    world.add(f"{side}: news, draft", news)
    world.add(f"{side}: news, live", news_page(f"Meldung {side}", project=project))
    for circle in (None, *Circle):
        may_read = published_in(circle, project) if circle else see_draft
        label = f"{side}: outcome, {circle or 'draft'}"
        outcome = Outcome.objects.create(
            title=text(label, may_read), project=project, visibility=circle or Circle.PUBLIC
        )
        revision = outcome.save_revision()
        if circle:
            revision.publish()
            outcome.refresh_from_db()
        world.add(label, outcome, project)


def _files(world: World, project, side: str) -> None:
    """Files of a project, in its own collection if there is one, else in the office's."""
    collection = getattr(project, "collection", None) or Collection.get_first_root_node()
    may_read = draft_of(project) if collection.depth > 1 else office_only
    name = world.secrets.word(f"{side}: document", may_read)
    document = get_document_model()(title=name, collection=collection)
    document.file.save(f"{name}.txt", ContentFile(name.encode()))
    # Its words are found, and it stands in the list of those that could not be read.
    kept = {"text": name, "problem": TextProblem.BROKEN, "file_name": document.file.name}
    DocumentText.objects.filter(pk=document.pk).update(**kept, next_try_at=None)
    world.add(f"{side}: document", document, project)
    name = world.secrets.word(f"{side}: image", may_read)
    picture = get_test_image_file(filename=f"{name}.png")
    image = get_image_model().objects.create(
        title=name, file=ImageFile(picture, name=f"{name}.png"), collection=collection
    )
    world.add(f"{side}: image", image, project)
    if project is not None:
        _shown_picture(world, project, side)
    label = f"{side}: uploaded file"
    upload = UploadedFile(uploaded_by_user=world.authors[project])
    upload.file.save(f"{world.secrets.word(label, draft_of(project))}.txt", ContentFile(b"x"))
    world.add(label, upload, project)


def _shown_picture(world: World, project, side: str) -> None:
    """A picture that everybody reads; what it is called concerns its project alone."""
    label = f"{side}: image that is shown"
    name = world.secrets.word(label, draft_of(project))
    file = ImageFile(get_test_image_file(filename="haus.png"), name="haus.png")
    project.image = get_image_model().objects.create(
        title=name, file=file, collection=project.collection
    )
    project.image_caption = "Ein Haus"
    project.save()
    world.add(label, project.image, project)


def _minutes(world: World) -> bytes:
    said = world.secrets.word("said in minutes", office_only)
    lines = ["# 3. Erfahrungsaustausch", "## Tisch 1: Wohnen", "### Gute Erfahrungen", f"- {said}"]
    return "\n\n".join(lines).encode()


def _site_rows(world: World) -> None:
    """One row of what belongs to no project."""
    word = world.secrets.word
    world.add("redirect", Redirect.objects.create(old_path="/alt", redirect_link="/leitfaden/"))
    world.add("group", Group.objects.create(name=word("group", office_only)))
    world.add("site", Site.objects.get())
    world.add("root page", Page.objects.get(depth=2))
    world.add("collection", Collection.get_first_root_node().add_child(name="Büro"))
    world.add("workflow", Workflow.objects.first())
    world.add("task", Task.objects.first())
    task = GroupApprovalTask.objects.create(name=word("task", office_only))
    world.add("task of Wagtail", task)
    world.add("settings", GuideSettings.for_site(Site.objects.get()))
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(depth=2).add_child(
            instance=Page(title=word("page behind a password", office_only), slug="zu")
        ),
        restriction_type="password",
        password=word("password of a page", office_only),
    )
    world.add("page restriction", restriction)
    world.add("institution", Institution.objects.create(title="Jobcenter"))
    synonym = SearchSynonym.objects.create(
        term=word("synonym", office_only), meanings=word("meaning of a synonym", office_only)
    )
    world.add("synonym", synonym)
    today = timezone.localdate()
    missed = MissedSearch.objects.create(
        key="0", text=word("missed search", office_only), first_day=today, last_day=today
    )
    world.add("missed search", missed)
    world.add("target group", TargetGroup.objects.create(title="Familien"))
    report = BarrierReport.objects.create(
        text=word("barrier", office_only), contact=word("contact of a barrier", office_only)
    )
    world.add("barrier", report)
    minutes = MinutesImport.objects.create(
        file_name=f"{word('minutes', office_only)}.md",
        sha256="0",
        created_by=world.office,
        plan=plan_for(read_minutes(_minutes(world), "protokoll.md")).to_json(),
    )
    world.add("minutes", minutes)
    hook = Webhook.objects.create(
        title=word("webhook", office_only),
        url=f"https://example.org/{word('address of a webhook', office_only)}/",
        events=WebhookEvent.values,
        secret=word("secret of a webhook", lambda reader: False),
    )
    world.add("webhook", hook)
    delivery = WebhookDelivery.objects.create(
        webhook=hook,
        event=WebhookEvent.PUBLISHED,
        object_type="experience",
        object_id=1,
        status=WebhookDelivery.Status.FAILED,
        error=word("error of a webhook", office_only),
    )
    world.add("delivery of a webhook", delivery)
    AuditEvent.objects.create(
        action="test.done",
        data={"what": word("data of the audit log", office_only)},
        personal={"who": word("personal part of the audit log", office_only)},
    )
    world.add("a person with no role", world.people["no role"].user)
