"""The guide: its table of contents, and a chapter for each topic."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect, render

from cms import published
from cms.permissions import policies
from cms.published.chapters import Chapter, chapter_of
from cms.views.kinds import KIND_WORDS, shown_kinds
from cms.views.paging import PAGE_SIZE


@dataclass(frozen=True)
class Section:
    """A part of a chapter: entries of one kind. ``word`` is the kind's in addresses."""

    anchor: str
    title: str
    word: str
    entries: list
    total: int

    @property
    def kind(self) -> str:
        return KIND_WORDS[self.word].value

    @property
    def is_cut(self) -> bool:
        return len(self.entries) < self.total


def contents(request):
    """/leitfaden/: all topics with the number of entries this reader finds there."""
    tree = published.topic_tree(policies.reader_for(request.user))
    return render(request, "cms/guide.html", {"tree": tree, "kinds": shown_kinds()})


def chapter(request, path):
    """/leitfaden/<topic>/.../: what the guide says about a topic and those below it.

    A topic that was moved is found at its old address, too: its last part is unique.
    """
    reader = policies.reader_for(request.user)
    tree = published.topic_tree(reader)
    chapters = [node for root in tree for node in root.below()]
    slug = path.rsplit("/", 1)[-1]
    position = next((i for i, node in enumerate(chapters) if node.topic.slug == slug), None)
    if position is None:
        raise Http404
    node = chapters[position]
    if node.path != path:
        return redirect("cms:topic", path=node.path)
    limit = None if "alles" in request.GET else PAGE_SIZE
    found = chapter_of([below.topic.pk for below in node.below()], reader, limit)
    sections = _sections(found)
    context = {
        "node": node,
        "branch": [*node.above(), node][0],
        "chapter": found,
        "sections": sections,
        "is_cut": any(section.is_cut for section in sections),
        "hide_topics": not node.children,
        "previous": chapters[position - 1] if position else None,
        "next": chapters[position + 1] if position + 1 < len(chapters) else None,
    }
    return render(request, "cms/chapter.html", context)


def _sections(found: Chapter) -> list[Section]:
    parts = [
        ("traegt", "Was trägt", "gut", found.works),
        ("unentschieden", "Unentschieden", "neutral", found.undecided),
        ("traegt-nicht", "Was nicht trägt", "schlecht", found.does_not_work),
        ("diskussionen", "Diskussionen", "diskussion", found.discussions),
    ]
    return [
        Section(anchor, title, word, entries, found.totals[KIND_WORDS[word]])
        for anchor, title, word, entries in parts
        if entries
    ]
