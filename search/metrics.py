"""What a monitoring system reads at /metrics, in Prometheus' text format.

What is counted, is counted by this process; the rest is asked when it is read.
"""

from collections.abc import Iterator

from django.db.models import Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from search import feed
from search.engine import EngineStatus

registry = CollectorRegistry()

SECONDS = Histogram(
    "thinka_search_seconds",
    "Time until a person's search was answered, by the engine or by the database.",
    ["answered_by"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0),
    registry=registry,
)
FAILURES = Counter(
    "thinka_search_engine_failures",
    "Questions that the search engine did not answer in time, or refused.",
    registry=registry,
)


class _AsItIs(Collector):
    """The state of the engine and of the outbox at this moment."""

    def __init__(self, status: EngineStatus) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        """Gauges, each with its current value."""
        status = self._status
        yield InfoMetricFamily(
            "thinka_search_engine",
            "The search engine and its version.",
            {"engine": status.engine, "version": status.version},
        )
        yield _gauge("search_available", "1 if the engine answers searches.", status.available)
        documents = GaugeMetricFamily(
            "thinka_index_documents", "Documents in the current index.", labels=["index"]
        )
        for index in status.indices:
            documents.add_metric([index.name.value], index.documents)
        yield documents
        backlog = feed.backlog()
        yield _gauge("index_jobs_waiting", "Changes the indices lack.", backlog["waiting"])
        yield _gauge("index_jobs_set_aside", "Changes that failed too often.", backlog["set_aside"])
        yield _gauge(
            "index_job_oldest_seconds", "Age of the oldest change the indices lack.", _oldest()
        )


def text(status: EngineStatus) -> bytes:
    """Everything, in the text format."""
    current = CollectorRegistry()
    current.register(_AsItIs(status))
    return generate_latest(current) + generate_latest(registry)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"thinka_{name}", about, value=float(value))


def _oldest() -> float:
    created = feed.waiting().aggregate(oldest=Min("created_at"))["oldest"]
    return (timezone.now() - created).total_seconds() if created else 0.0
