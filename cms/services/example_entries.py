"""Example entries: minutes that are read in and published, and drafts on their way."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.domain.import_plan import Action
from cms.domain.place_names import find_name
from cms.domain.plain import to_plain_text, to_rich_text
from cms.models import (
    Argument,
    Experience,
    Institution,
    Outcome,
    Project,
    TargetGroup,
    Topic,
)
from cms.services.example_content import read_examples
from cms.services.hand_over import hand_over
from cms.services.import_minutes import import_minutes
from cms.services.import_report import Report
from cms.services.publish_many import publish_many
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.supplement import create_supplement

MINUTES = ("erfahrungsaustausch-1.md", "erfahrungsaustausch-2.docx")
_GIVEN_AWAY = 3  # every third entry without a place in it goes to some project


def load_minutes(
    folder: Path,
    projects: dict[str, Project],
    words: tuple[dict[str, list[str]], dict[str, list[str]]],
    user,
) -> int:
    """Reads the example minutes in and publishes them as ``user``; how many entries are new.

    Half of the entries become public, the others stay among the projects. Entries that were
    published before are left alone.
    """
    running = cycle(sorted(slug for slug, project in projects.items() if _is_running(project)))
    receivers = (projects[slug] for slug in running)
    created = 0
    for name in MINUTES:
        report = import_minutes(_read(folder / name), name)
        created += report.created
        entries = _new_entries(report)
        for entry in entries:
            _add_vocabulary(entry, words)
        _give_away(entries, report, receivers, user)
        pages = [page for page in (report.event, *report.table_pages.values()) if not page.live]
        publish_many(pages, user)
        outcomes = list(
            Outcome.objects.filter(event=report.event, first_published_at=None).order_by("pk")
        )
        for circle, start in ((Circle.PUBLIC, 0), (Circle.PROJECTS, 1)):
            publish_many([*entries[start::2], *outcomes[start::2]], user, circle=circle)
    return created


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RuleError(_("Die Beispieldatei „%s“ fehlt.") % path) from None


def _is_running(project: Project) -> bool:
    return not project.has_ended and not project.is_office


def _new_entries(report: Report) -> list[Experience]:
    """The report's entries that nobody has published, kind by kind, in their order."""
    keys = [source.key for row in report.plan.rows for source in row.sources]
    new = Experience.objects.filter(sources__import_key__in=keys, first_published_at=None)
    return sorted(new.distinct(), key=lambda entry: (entry.kind, entry.pk))


def _add_vocabulary(entry: Experience, words: tuple[dict, dict]) -> None:
    """Tags the draft with the institutions and target groups that its text names."""
    draft = entry.get_latest_revision_as_object()
    text = f"{entry.title} {to_plain_text(entry.body)}"
    tagged = False
    for model, field, names in zip(
        (Institution, TargetGroup), ("institutions", "target_groups"), words, strict=True
    ):
        titles = [title for title, forms in names.items() if find_name(text, forms)]
        if titles and not getattr(draft, field).exists():
            setattr(draft, field, list(model.objects.filter(title__in=titles)))
            tagged = True
    if tagged:
        # Without an editor, as the import itself: four eyes would stop the publisher otherwise.
        draft.save_revision()


def _give_away(
    entries: list[Experience], report: Report, receivers: Iterator[Project], user
) -> None:
    """Hands entries to the project that they name, and some of the others to any project."""
    hints = {
        row.sources[0].key: row.hints[0].project_id
        for row in report.plan.rows
        if row.hints and row.action is Action.CREATE
    }
    for number, entry in enumerate(entries):
        if not entry.project.is_office:
            continue
        key = entry.sources.values_list("import_key", flat=True).first()
        if key in hints:
            hand_over(entry, Project.objects.get(pk=hints[key]), user)
        elif number % _GIVEN_AWAY == 0:
            hand_over(entry, next(receivers), user)


def load_drafts(folder: Path, projects: dict[str, Project], office_user) -> int:
    """Drafts of the projects: some in review, one returned. How many are new."""
    rows = read_examples(folder, "entries.json")
    there = set(
        Experience.objects.filter(source_id__in=[row["source_id"] for row in rows]).values_list(
            "source_id", flat=True
        )
    )
    new = [row for row in rows if row["source_id"] not in there]
    for row in new:
        project = projects[row["project"]]
        # The demo account of a project bears its name; without it nobody wrote the draft.
        author = get_user_model().objects.filter(username=project.slug).first()
        entry = _draft(row, project, author)
        if row["state"] in ("in_review", "returned"):
            submit(entry, author or office_user)
        if row["state"] == "returned":
            return_entry(entry, office_user, row["reason"])
    return len(new)


def load_supplements(folder: Path, projects: dict[str, Project], office_user) -> int:
    """What projects add to the experiences of others, published. How many are new."""
    new = 0
    for row in read_examples(folder, "supplements.json"):
        project = projects[row["project"]]
        experience = Experience.objects.filter(title=row["experience"], live=True).first()
        if experience is None or experience.supplements.filter(project=project).exists():
            continue
        author = get_user_model().objects.filter(username=project.slug).first()
        supplement = create_supplement(
            author or office_user,
            experience,
            project,
            verdict=row["verdict"],
            text="\n".join(row["text"]),
            visibility=row["visibility"],
            submit_now=True,
        )
        reason = "" if author else _("Beispiel")
        approve(supplement, office_user, deputy_reason=reason, confirm_wider=True)
        new += 1
    return new


def _draft(row: dict, project: Project, author) -> Experience:
    entry = Experience(
        source_id=row["source_id"],
        kind=row["kind"],
        title=row["title"],
        body=to_rich_text(row["body"]),
        project=project,
        visibility=row["visibility"],
        lesson=row.get("lesson", ""),
    )
    entry.topics = list(Topic.objects.filter(title__in=row["topics"]))
    entry.arguments = [Argument(side=side, text=text) for side, text in row.get("arguments", [])]
    entry.save()
    entry.save_revision(user=author)
    return entry
