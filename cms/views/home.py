"""What the home page shows beside its own text."""

from dataclasses import dataclass

from cms import published
from cms.domain.nearest import Place, nearest
from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, Location, NewsPage

LATEST = 5
OFFICES = 5


@dataclass(frozen=True)
class Latest:
    """What is new for a reader."""

    entries: list[Experience]
    news: list[NewsPage]
    events: list[ExchangeEventPage]


@dataclass(frozen=True)
class OfficeAnswer:
    """The answer to "where is the nearest office?"; without a question it holds no offices."""

    question: str = ""
    understood: bool = False
    offices: tuple[Location, ...] = ()


def latest(reader: Reader, entries: int = LATEST) -> Latest:
    """The newest entries, three news and two events."""
    return Latest(
        entries=list(published.with_details(published.experiences(reader), reader)[:entries]),
        news=list(published.news()[:3]),
        events=list(published.events()[:2]),
    )


def nearest_offices(question: str) -> OfficeAnswer:
    """The offices nearest to a postcode or place; one query."""
    question = question.strip()[:100]
    if not question:
        return OfficeAnswer()
    locations = {location.pk: location for location in published.locations()}
    answer = nearest(question, [_place(location) for location in locations.values()])
    offices = tuple(locations[key] for key in answer.keys[:OFFICES])
    return OfficeAnswer(question, answer.understood, offices)


def _place(location: Location) -> Place:
    project = location.project
    names = (location.city, location.name, project.title, project.other_names)
    return Place(location.pk, location.postcode, " ".join(names))
