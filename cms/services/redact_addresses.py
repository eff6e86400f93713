"""New addresses for what is called after something that was removed."""

from dataclasses import dataclass, field

from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision

from cms.domain.redaction import Wording
from cms.models import Experience
from cms.models.slugs import german_slug, unique_slug


@dataclass
class OldTitles:
    """Titles from which the wording was removed: an address may be made of one."""

    of_experiences: dict[int, set[str]] = field(default_factory=dict)
    of_pages: dict[int, set[str]] = field(default_factory=dict)


def give_new_addresses(wording: Wording, old_titles: OldTitles) -> int:
    """Gives experiences and pages another address where theirs tells it; how many."""
    given = 0
    slugs = Experience._base_manager.order_by("pk").values_list("pk", "slug")
    for pk, slug in list(slugs):
        if _tells(wording, slug, old_titles.of_experiences.get(pk, ())):
            given += _readdress_experience(Experience._base_manager.get(pk=pk))
    for pk, slug in list(Page.objects.order_by("path").values_list("pk", "slug")):
        if _tells(wording, slug, old_titles.of_pages.get(pk, ())):
            given += _readdress_page(Page.objects.get(pk=pk))
    return given


def _tells(wording: Wording, slug: str, titles) -> bool:
    made_of = {german_slug(title, fallback="") for title in titles} - {""}
    return bool(wording.remove_from_path(slug)[1]) or any(slug.startswith(part) for part in made_of)


def _readdress_experience(entry: Experience) -> int:
    slug = unique_slug(entry, entry.title)
    Experience._base_manager.filter(pk=entry.pk).update(slug=slug)
    _write_into_revisions(entry, slug=slug)
    return 1


def _readdress_page(page: Page) -> int:
    old_address = Redirect.normalise_path(page.url or "/")
    base, number = german_slug(page.title, fallback="seite"), 1
    slug = base
    while not Page._slug_is_available(slug, page.get_parent(), page):
        number += 1
        slug = f"{base}-{number}"
    old_path, page.slug = page.url_path, slug
    page.set_url_path(page.get_parent())
    # Not by save(): Wagtail would keep the old address as a redirect.
    Page.objects.filter(pk=page.pk).update(slug=slug, url_path=page.url_path)
    page._update_descendant_url_paths(old_path, page.url_path)
    Redirect.objects.filter(
        Q(old_path=old_address) | Q(old_path__startswith=f"{old_address}/")
    ).delete()
    _write_into_revisions(page, slug=slug)
    for below in Page.objects.descendant_of(page, inclusive=True):
        _write_into_revisions(below, url_path=below.url_path)
    return 1


def _write_into_revisions(obj, **values) -> None:
    for revision in Revision.objects.for_instance(obj).iterator():
        content = {**revision.content, **values}
        Revision.objects.filter(pk=revision.pk).update(content=content)
