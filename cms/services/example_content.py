"""Example projects, topics, vocabularies, news and settings, so that the first screens live.

Nothing that a person has edited is overwritten: what is there by its address stays.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Site

from cms.domain.errors import RuleError
from cms.domain.plain import to_rich_text
from cms.formats.example_pictures import example_picture
from cms.models import (
    Institution,
    Location,
    NewsIndexPage,
    NewsPage,
    Project,
    TargetGroup,
    Topic,
)
from cms.models.site_settings import GuideSettings
from cms.services.keep_picture import Upload, check_picture, keep
from cms.services.publish_many import publish_many

FUNDING_NOTICE = (
    "Beispieltext: Dieses Programm wird aus Mitteln des Landes und der Europäischen Union "
    "gefördert. Die Koordinierungsstelle trägt hier den vorgeschriebenen Wortlaut ein."
)
_PROJECT_FIELDS = ("title", "carrier", "description", "website")


def read_examples(folder: Path, name: str) -> Any:
    """The content of one JSON file of the folder. Raises RuleError if it is missing."""
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RuleError(_("Die Beispieldatei „%s“ fehlt.") % (folder / name)) from None


def load_projects(folder: Path) -> dict[str, Project]:
    """The example projects by slug; a project that has locations or a carrier stays as it is."""
    rows = read_examples(folder, "projects.json")
    projects = {project.slug: project for project in Project.objects.prefetch_related("locations")}
    for row in rows:
        project = projects.get(row["slug"]) or Project(slug=row["slug"])
        if not (project.pk and (project.carrier or project.locations.exists())):
            _fill_project(project, row)
            projects[project.slug] = project
    for row in rows:
        project = projects[row["slug"]]
        if "successor" in row and project.successor is None:
            project.successor = projects[row["successor"]]
            project.save()
    return projects


def _fill_project(project: Project, row: dict) -> None:
    for name in _PROJECT_FIELDS:
        setattr(project, name, row[name])
    project.start = datetime.date.fromisoformat(row["start"])
    project.end = datetime.date.fromisoformat(row["end"]) if "end" in row else None
    project.other_names = "\n".join(row["other_names"])
    project.locations = [
        Location(sort_order=order, **location) for order, location in enumerate(row["locations"])
    ]
    project.save()
    if "picture" in row:
        _add_picture(project, project, row["picture"])
        project.save()


def _add_picture(obj: Project | NewsPage, project: Project, row: dict[str, str]) -> None:
    """One that is drawn here, among the files of the project."""
    upload = Upload(check_picture(example_picture(row["name"])), row["title"])
    obj.image, _is_new = keep(upload, project)
    obj.image_caption = row["caption"]


def load_topics(folder: Path) -> None:
    """The example chapters, with those below them."""
    for order, row in enumerate(read_examples(folder, "topics.json")):
        parent = _topic(row, None, order)
        for place, child in enumerate(row["children"]):
            _topic(child, parent, place)


def _topic(row: dict, parent: Topic | None, order: int) -> Topic:
    topic = Topic.objects.filter(title=row["title"]).first()
    return topic or Topic.objects.create(
        title=row["title"], introduction=row["introduction"], parent=parent, sort_order=order
    )


def load_vocabulary(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Institutions and target groups; returns for each title the words that name it."""
    data = read_examples(folder, "vocabulary.json")
    for model, name in ((Institution, "institutions"), (TargetGroup, "target_groups")):
        for row in data[name]:
            model.objects.get_or_create(title=row["title"])
    return tuple(
        {row["title"]: row["words"] for row in data[name]}
        for name in ("institutions", "target_groups")
    )


def load_news(folder: Path, projects: dict[str, Project], user) -> None:
    """News that are not there yet, published in the name of ``user``."""
    parent = NewsIndexPage.objects.first()
    if parent is None:
        raise RuleError(_("Die Seite „Aktuelles“ fehlt."))
    there = set(parent.get_children().values_list("slug", flat=True))
    new = []
    for row in read_examples(folder, "news.json"):
        if row["slug"] in there:
            continue
        page = NewsPage(
            title=row["title"],
            slug=row["slug"],
            date=datetime.date.fromisoformat(row["date"]),
            project=projects[row["project"]] if row["project"] else None,
            teaser=row["teaser"],
            body=to_rich_text(row["body"]),
            live=False,
        )
        if "picture" in row:
            _add_picture(page, page.project, row["picture"])
        parent.add_child(instance=page)
        page.save_revision()
        new.append(page)
    publish_many(new, user)


def load_settings() -> None:
    """A funding notice, if the office has written none."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return
    settings = GuideSettings.for_site(site)
    if not settings.funding_notice:
        settings.funding_notice = FUNDING_NOTICE
        settings.save()
