"""From publishing to being found: 100 publications with a feed worker running, on both engines.

Asked again and again as an anonymous reader; and by the publisher, with
one search. Goal: p95 under 500 ms, and the publisher finds it with that one search.
"""

import os
import subprocess
import sys
import time

from django.conf import settings

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS
from cms.permissions import policies, roles
from cms.services.review import approve
from search import service
from search.queries import SearchRequest
from search.rebuild import rebuild
from tests.benchmarks.figures import Figures
from tests.factories.guide import ExperienceFactory, ProjectFactory, person

PUBLICATIONS = 100
POLL_SECONDS = 0.005
DEADLINE = 30
#: Told apart from what another run published.
RUN = os.getpid()


def finds(word: str, reader) -> bool:
    """Does this reader find it now?"""
    found = service.search(SearchRequest(text=f'"{word}"'), reader).objects
    return any(word in str(obj) for _hit, obj in found)


def publish(number: int, office, project) -> tuple[str, float]:
    """Publishes an entry; a word of its title, and when the publication was over."""
    word = f"Waschsalon{RUN}x{number}x"
    entry = ExperienceFactory(title=f"Sprechstunde {word}", project=project)
    approve(entry, office, circle=Circle.PUBLIC, confirm_wider=True)
    return word, time.perf_counter()


def measure(title: str) -> None:
    """100 publications, one after the other."""
    rebuild(service.engine())
    office = person(roles.OFFICE, username=f"office{RUN}")
    project = ProjectFactory(title=f"Projekt {RUN}")
    figures, missed = Figures(), 0
    worker = subprocess.Popen([sys.executable, "manage.py", "search_index", "feed", "--watch"])
    try:
        _wait_until_found(publish(0, office, project)[0])  # the worker is there
        for number in range(1, PUBLICATIONS + 1):
            word, published = publish(number, office, project)
            if number % 2:
                missed += not finds(word, policies.reader_for(office))
                figures.add("publisher's own search", time.perf_counter() - published)
            else:
                _wait_until_found(word)
                figures.add("found by everybody", time.perf_counter() - published)
    finally:
        worker.terminate()
        worker.wait(timeout=DEADLINE)
    figures.show(title)
    print(f"the publisher did not find it at once: {missed} of {PUBLICATIONS // 2}")


def _wait_until_found(word: str) -> None:
    end = time.monotonic() + DEADLINE
    while not finds(word, ANONYMOUS):
        if time.monotonic() > end:
            raise RuntimeError(f"{word} is not found")
        time.sleep(POLL_SECONDS)


def main() -> None:
    """With the engine of the environment; if that is Elasticsearch, also with the embedded one."""
    measure("Elasticsearch" if settings.ELASTICSEARCH_URL else "embedded")
    if settings.ELASTICSEARCH_URL:
        line = [sys.executable, "-m", "tests.benchmarks.bench_publish"]
        subprocess.run(line, env={**os.environ, "ELASTICSEARCH_URL": ""}, check=True)


if __name__ == "__main__":
    main()
