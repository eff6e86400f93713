"""One run of the kill test: starts the actors, kills them one after the other, then asks.

`python -m tests.faults.stage.play KILLS SEED` in an environment that names an empty, migrated
database and an index; see `tests.faults.kill`.
"""

import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import Count, F

from cms.models import Experience, IndexJob, Publication
from search import service
from search.analysis.compounds import default_splitter
from tests.faults.stage.actors import ROLES, SECRET
from tests.faults.stage.scene import set_scene
from tests.faults.stage.secret_words import Indices

ROOT = Path(__file__).resolve().parents[3]
CAST = ("write", "write", "write", "feed", "feed", "build")
#: Every so manieth is not killed but stopped for some seconds, and goes on then.
STOP_EVERY = 8
STOPPED_SECONDS = (1.0, 4.0)
DRAIN_SECONDS = 600


@dataclass
class Actor:
    """A running process; ``wakes_at`` if it is stopped."""

    role: str
    pid: int
    wakes_at: float = 0.0


class Play:
    """The processes of one run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._indices = Indices()
        self.actors: list[Actor] = []
        self.killed: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()
        self.died: Counter[str] = Counter()
        self.looks = self.leaks = self.drafts_seen = 0

    def start(self, role: str) -> None:
        """Forks an actor: it is there at once, with connections of its own."""
        seed = self.random.randrange(1_000_000)
        pid = os.fork()
        if pid == 0:
            try:
                ROLES[role](seed)
            except BaseException:
                logging.exception("%s died", role)
            os._exit(1)
        self.actors.append(Actor(role, pid))

    def disturb(self) -> None:
        """Kills an actor, or stops it for a while; another one takes the killed one's place."""
        actor = self.random.choice([actor for actor in self.actors if not actor.wakes_at])
        if self.random.randrange(STOP_EVERY) == 0:
            os.kill(actor.pid, signal.SIGSTOP)
            actor.wakes_at = time.monotonic() + self.random.uniform(*STOPPED_SECONDS)
            self.stopped[actor.role] += 1
            return
        self.kill(actor)
        self.killed[actor.role] += 1
        self.start(actor.role)

    def kill(self, actor: Actor) -> None:
        """Ends an actor as a power cut would."""
        os.kill(actor.pid, signal.SIGKILL)
        os.waitpid(actor.pid, 0)
        self.actors.remove(actor)

    def wait(self, seconds: float) -> None:
        """Looks for secrets meanwhile; wakes those who slept, replaces those who died."""
        end = time.monotonic() + seconds
        while True:
            self._look()
            for actor in list(self.actors):
                if actor.wakes_at and time.monotonic() > actor.wakes_at:
                    os.kill(actor.pid, signal.SIGCONT)
                    actor.wakes_at = 0.0
                if os.waitpid(actor.pid, os.WNOHANG) != (0, 0):
                    self.actors.remove(actor)
                    self.died[actor.role] += 1
                    self.start(actor.role)
            if time.monotonic() > end:
                return
            time.sleep(0.05)

    def _look(self) -> None:
        self.looks += 1
        self.leaks += self._indices.holding(SECRET, "public")
        self.drafts_seen += self._indices.holding(SECRET, "internal") > 0

    def end(self, *roles: str) -> None:
        """Ends all actors of these roles."""
        for actor in [actor for actor in self.actors if actor.role in roles]:
            self.kill(actor)


@contextmanager
def _telling(what: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - begin:.0f} s", flush=True)


def command(*arguments: str) -> tuple[int, dict]:
    """`manage.py` with these arguments, its exit code and its JSON."""
    line = [sys.executable, "manage.py", *arguments, "--json"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    text = done.stdout.strip().splitlines()
    return done.returncode, json.loads(text[-1]) if text else {"error": done.stderr[-500:]}


def history_faults() -> list[str]:
    """Where the history does not say what the entries say."""
    faults = []
    content_type = ContentType.objects.get_for_model(Experience)
    mine = Publication.objects.filter(content_type=content_type)
    open_ones = {row.object_id: row for row in mine.filter(withdrawn_at=None)}
    doubles = mine.filter(withdrawn_at=None).values("object_id").annotate(rows=Count("pk"))
    faults += [f"{row['object_id']}: open twice" for row in doubles if row["rows"] > 1]
    for entry in Experience.with_trash.all():
        row = open_ones.pop(entry.pk, None)
        if entry.live != (row is not None):
            faults.append(f"{entry.pk}: live {entry.live}, but history says {row}")
        elif row and (row.revision_id, row.circle, row.project_id) != (
            entry.live_revision_id,
            entry.visibility,
            entry.project_id,
        ):
            faults.append(f"{entry.pk}: the history tells of another version, circle or project")
    faults += [f"{pk}: published, but not there" for pk in open_ones]
    backwards = mine.filter(withdrawn_at__lt=F("published_at")).count()
    return faults + ([f"{backwards} ended before they began"] if backwards else [])


def perform(kills: int, seed: int) -> list[str]:
    """One run; what was wrong."""
    with _telling("scene"):
        set_scene()
        default_splitter()
    service.engine.cache_clear()
    connections.close_all()
    play = Play(seed)
    with _telling(f"{kills} kills"):
        for role in CAST:
            play.start(role)
        while play.killed.total() < kills:
            play.wait(play.random.uniform(0.05, 1.2))
            play.disturb()
        play.wait(max(STOPPED_SECONDS) + 1)
    play.end("write", "build")
    with _telling("drained"):
        end = time.monotonic() + DRAIN_SECONDS
        while IndexJob.objects.exists() and time.monotonic() < end:
            connections.close_all()
            play.wait(1)
    play.end("feed")
    tell(play)
    return faults_of(play)


def tell(play: Play) -> None:
    """Prints how much was done."""
    print(f"killed {dict(play.killed)}, stopped {dict(play.stopped)}, died {dict(play.died)}")
    print(f"{Publication.objects.count()} publications of {Experience.with_trash.count()} entries")
    print(f"{play.looks} looks into the public indices", flush=True)


def faults_of(play: Play) -> list[str]:
    """What is wrong after a run."""
    faults = history_faults()
    if play.leaks:
        faults.append(f"the public index held a secret {play.leaks} times")
    if not play.drafts_seen:
        faults.append("no draft was ever seen in the internal index: the looks were blind")
    left = IndexJob.objects.count()
    if left:
        faults.append(f"{left} jobs are left: {set(IndexJob.objects.values_list('error'))}")
    code, answer = command("search_index", "verify", "--no-repair")
    print(f"verify: {answer}", flush=True)
    if code or not answer.get("clean"):
        faults.append("verify is not clean")
    code, answer = command("search_index", "rebuild")
    print(f"rebuild: {answer}", flush=True)
    if code:
        faults.append("a rebuild fails afterwards")
    return faults


def main() -> int:
    """The command: kills and seed are its arguments."""
    kills, seed = map(int, sys.argv[1:3])
    logging.disable(logging.INFO)
    print(f"=== {service.engine().status().engine}, {kills} kills, seed {seed}", flush=True)
    faults = perform(kills, seed)
    for fault in faults:
        print(f"WRONG: {fault}")
    print("clean" if not faults else f"{len(faults)} faults", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
