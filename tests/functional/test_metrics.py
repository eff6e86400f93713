"""/metrics: what a monitoring system sees, and who else does not."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from cms.models import IndexJob
from search import service
from search.embedded import EmbeddedEngine
from search.feed import POISON_ATTEMPTS
from search.queries import SearchRequest
from tests.factories.guide import published_experience
from tests.functional.search.entries import ANONYMOUS

TOKEN = "for-monitoring-only"


def figures(client: Client) -> dict[tuple[str, str], float]:
    """The samples, by name and label."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_nobody_else_reads_them(db, client, settings, token, sent):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_they_tell_what_the_indices_hold_and_lack(embedded_search, client, settings):
    settings.METRICS_TOKEN = TOKEN
    published_experience()
    embedded_search()
    service.search(SearchRequest(text="Waschsalon"), ANONYMOUS)
    before = figures(client)
    assert before["thinka_search_available",] == 1
    assert before["thinka_index_jobs_waiting",] == before["thinka_index_job_oldest_seconds",] == 0
    assert before["thinka_index_documents", "public"] >= 1
    assert before["thinka_search_seconds_count", "engine"] >= 1
    published_experience()
    jobs = IndexJob.objects.count()
    IndexJob.objects.filter(pk=IndexJob.objects.first().pk).update(attempts=POISON_ATTEMPTS)
    after = figures(client)
    assert after["thinka_index_jobs_waiting",] == jobs - 1
    assert after["thinka_index_jobs_set_aside",] == 1
    assert after["thinka_index_job_oldest_seconds",] > 0


def test_they_tell_that_the_engine_is_away(db, client, settings, tmp_path):
    settings.METRICS_TOKEN = TOKEN
    settings.ELASTICSEARCH_URL = ""
    settings.SEARCH_FOLDER = tmp_path / "nothing-here"
    service.engine.cache_clear()
    before = figures(client).get(("thinka_search_engine_failures_total",), 0)
    assert service.search(SearchRequest(text="Waschsalon"), ANONYMOUS).degraded
    away = figures(client)
    assert away["thinka_search_available",] == 0
    assert away["thinka_search_engine_info", EmbeddedEngine.name, ""] == 1
    assert away["thinka_search_engine_failures_total",] == before + 1
    assert away["thinka_search_seconds_count", "database"] >= 1
