"""The processes of the kill test: people who write, workers who feed, a rebuild, a rollback.

Each runs for ever, until somebody kills it.
"""

import logging
import random
import time
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connections

from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.domain.redaction import Wording
from cms.models import ExchangeEventPage, Experience, Project, TablePage, Topic
from cms.services.create_experience import create_experience
from cms.services.hand_over import hand_over
from cms.services.redact import redact
from cms.services.review import approve, publish_pages
from cms.services.trash import restore, trash
from cms.services.withdraw import withdraw
from search import feed_thread, rebuild, service
from search.alone import AnotherRuns
from search.engine import EngineUnavailable

logger = logging.getLogger(__name__)

#: Stands in drafts and in what is not for everybody; the public index must never hold it.
SECRET = "zwiebelfisch"
#: Stands in what is published for everybody, until it is redacted: with a number behind it.
REDACTABLE = "Wunderkerze"
OFFICE, EDITOR = "koordination", "redaktion"


class Writer:
    """Somebody who does, one after the other, whatever comes to mind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.number = 0
        users = get_user_model().objects
        self.office, self.editor = (users.get(username=name) for name in (OFFICE, EDITOR))

    def run(self) -> None:
        """Works for ever; what a rule forbids at the moment is simply not done."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (4, self.draft),
            (4, self.edit),
            (8, self.publish),
            (3, self.publish_inside),
            (4, self.withdraw),
            (3, self.hand_over),
            (2, self.trash),
            (1, self.restore),
            (1, self.redact),
            (1, self.unpublish_event),
            (2, self.publish_event),
        ]
        weights, doings = zip(*acts, strict=True)
        while True:
            (act,) = self.random.choices(doings, weights)
            try:
                act()
            except (RuleError, PermissionDenied, Experience.DoesNotExist):
                pass
            except OperationalError as error:
                logger.warning("%s: %s", act.__name__, error)
            time.sleep(self.random.uniform(0, 0.05))

    def _any(self, **having) -> Experience:
        rows = Experience.objects.filter(**having).order_by("pk")
        pks = list(rows.values_list("pk", flat=True))
        if not pks:
            raise Experience.DoesNotExist
        return Experience.objects.get(pk=self.random.choice(pks))

    def _project(self) -> Project:
        return self.random.choice(list(Project.objects.exclude(is_office=True).order_by("pk")))

    def draft(self) -> None:
        self.number += 1
        title = f"Entwurf {self.seed} {self.number} {SECRET}"
        entry = create_experience(self.editor, self._project(), title)
        entry.table = self.random.choice([None, *TablePage.objects.all()])
        entry.save_revision(user=self.editor)

    def edit(self) -> None:
        """Another draft of something that may be public, with what is not public in it."""
        entry = self._any().get_latest_revision_as_object()
        entry.body = f"<p>{SECRET} {self.random.random()}</p>"
        entry.save_revision(user=self.editor)

    def publish(self) -> None:
        self.number += 1
        entry = self._any().get_latest_revision_as_object()
        entry.title = f"Sprechstunde {self.seed} {self.number}"
        entry.body = f"<p>Im Waschsalon, {REDACTABLE}{self.random.randrange(50)}.</p>"
        entry.lesson = ""
        entry.topics.set(self.random.sample(list(Topic.objects.all()), 2))
        self._approve(entry, Circle.PUBLIC)

    def _approve(self, draft: Experience, circle: Circle) -> None:
        """What was written is approved, not what somebody else writes in between."""
        draft.visibility = circle.value
        revision = draft.save_revision(user=self.editor)
        entry = Experience.objects.get(pk=draft.pk)
        approve(entry, self.office, revision_id=revision.pk, confirm_wider=True)

    def publish_inside(self) -> None:
        entry = self._any().get_latest_revision_as_object()
        entry.lesson = f"Nur unter uns: {SECRET}"
        circles = [Circle.PROJECT, Circle.PROJECTS, Circle.NETWORK]
        self._approve(entry, self.random.choice(circles))

    def withdraw(self) -> None:
        withdraw(self._any(live=True), self.office)

    def hand_over(self) -> None:
        hand_over(self._any(), self._project(), self.office)

    def trash(self) -> None:
        trash(self._any(first_published_at=None), self.office)

    def restore(self) -> None:
        thrown = Experience.with_trash.exclude(trashed_at=None).order_by("?").first()
        if thrown:
            restore(thrown, self.office)

    def redact(self) -> None:
        wording = Wording((f"{REDACTABLE}{self.random.randrange(50)}",), whole_words=True)
        redact(wording, self.office, "Jemand ist erkennbar.")

    def unpublish_event(self) -> None:
        event = ExchangeEventPage.objects.filter(live=True).order_by("?").first()
        if event:
            withdraw(event, self.office)

    def publish_event(self) -> None:
        event = ExchangeEventPage.objects.filter(live=False).order_by("?").first()
        if event:
            publish_pages([event, *TablePage.objects.child_of(event)], self.office)


def write(seed: int) -> None:
    """Somebody who writes."""
    Writer(seed).run()


def feed(seed: int) -> None:
    """A feed worker, as `search_index feed --watch`."""
    feed_thread.run()


def build(seed: int) -> None:
    """Rebuilds, and now and then goes back to the index before: each swaps both aliases."""
    chance = random.Random(seed)
    while True:
        time.sleep(chance.uniform(0, 0.5))
        try:
            if chance.random() < 0.7:
                rebuild.rebuild(service.engine())
            else:
                rebuild.rollback(service.engine())
        except (AnotherRuns, LookupError):
            pass
        except (EngineUnavailable, rebuild.RebuildFailed, OperationalError) as error:
            logger.warning("rebuild: %s: %s", type(error).__name__, error)
        finally:
            connections.close_all()


ROLES: dict[str, Callable[[int], None]] = {"write": write, "feed": feed, "build": build}
