"""A node with passwords, keys and HTTPS, reached as docs/operators.md says."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from search import service
from search.elastic import ElasticEngine
from search.engine import Delete, EngineRefused, EngineUnavailable, IndexName, Write
from search.queries import SearchRequest
from search.rebuild import rebuild, rollback
from tests.factories.guide import published_experience
from tests.functional.outage.nodes import OwnNode, own_node
from tests.functional.outage.polling import differences, eventually
from tests.functional.outage.security import PASSWORD, secured
from tests.functional.search.entries import ANONYMOUS, PUBLIC_WORK

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]

OPERATORS = Path(__file__).parents[3] / "docs" / "operators.md"
PATIENT = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def secure_node(folder: Path) -> Iterator[OwnNode]:
    with own_node(secured(folder)) as node:
        yield node


@pytest.fixture(scope="module")
def client(secure_node: OwnNode) -> Iterator[Elasticsearch]:
    with secure_node.client() as opened:
        yield opened


@pytest.fixture
def prefix(client: Elasticsearch) -> Iterator[str]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    for index in client.indices.get(index=f"{prefix}-*", allow_no_indices=True):
        client.indices.delete(index=index)


@pytest.fixture(scope="module")
def url(secure_node: OwnNode) -> str:
    return f"https://127.0.0.1:{secure_node.port}"


def documented_role(prefix: str) -> dict:
    """The privileges that the operators' page gives, for this prefix."""
    (text,) = re.findall(r"```json\n(.*?role_descriptors.*?)```", OPERATORS.read_text(), re.S)
    key = json.loads(text.replace("leitfaden-", f"{prefix}-"))
    return key["role_descriptors"]["leitfaden"]


def key_for(client: Elasticsearch, role: dict) -> str:
    made = client.security.create_api_key(name="guide", role_descriptors={"leitfaden": role})
    return made["encoded"]


def opened(url: str, prefix: str, folder: Path, key: str | None) -> ElasticEngine:
    ca = str(folder / "ca.pem")
    return ElasticEngine([url], prefix, api_key=key, ca_certs=ca, search_timeout=PATIENT)


def use_everything(engine: ElasticEngine) -> None:
    """Everything that the site asks of the server."""
    engine.ensure_indices()
    engine.apply_settings()
    for name in IndexName:
        concrete = engine.create_index(name)
        results = engine.write([Write(PUBLIC_WORK, 2), Delete("news:99:live", 2)], name)
        results += engine.write([Write(PUBLIC_WORK, 3)], name, concrete)
        assert all(result.ok for result in results)
        engine.refresh(name)
        assert engine.highest_version(name, concrete) == 3
        engine.swap(name, concrete)
        assert [one.version for one in engine.stored(name)] == [3]
        assert engine.count(name) == 1
        engine.reopen(name)
        engine.create_index(name)
    assert len(engine.tidy()) == len(IndexName)
    assert engine.search(SearchRequest(text="Handzettel"), ANONYMOUS).total == 1
    assert engine.status().available


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_site_works_with_https_and_a_key(settings, client, url, prefix, folder):
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_API_KEY = key_for(client, documented_role(prefix))
    settings.ELASTICSEARCH_CA_CERTS = str(folder / "ca.pem")
    settings.SEARCH_INDEX_PREFIX = prefix
    published_experience(title="Sprechstunde im Waschsalon")
    rebuild(service.engine())
    eventually(lambda: not service.search(SearchRequest(text="Waschsalon"), ANONYMOUS).degraded)
    rebuild(service.engine())
    rollback(service.engine())
    assert differences() == []


def test_the_documented_privileges_are_enough(client, url, prefix, folder):
    use_everything(opened(url, prefix, folder, key_for(client, documented_role(prefix))))


def test_each_documented_privilege_is_needed(client, url, folder):
    role = documented_role("test")
    groups = [("cluster", role["cluster"]), ("indices", role["indices"][0]["privileges"])]
    for group, privileges in groups:
        for privilege in privileges:
            prefix = f"test-{uuid.uuid4().hex[:12]}"
            less = documented_role(prefix)
            held = less["cluster"] if group == "cluster" else less["indices"][0]["privileges"]
            held.remove(privilege)
            engine = opened(url, prefix, folder, key_for(client, less))
            with pytest.raises((EngineUnavailable, AssertionError)):
                use_everything(engine)
                pytest.fail(f"{privilege} is not needed")
    for index in client.indices.get(index="test-*"):
        client.indices.delete(index=index)


def test_the_key_opens_no_other_index(client, url, prefix, folder):
    key = key_for(client, documented_role(prefix))
    stranger = Elasticsearch(url, api_key=key, ca_certs=str(folder / "ca.pem"))
    with stranger, pytest.raises(AuthorizationException):
        stranger.index(index="another", document={})
    engine = opened(url, "another", folder, key)
    with pytest.raises(EngineRefused):
        engine.ensure_indices()


def test_a_wrong_key_or_password_is_refused(url, prefix, folder):
    with_password = url.replace("//", f"//operator:not-{PASSWORD}@")
    for engine in (
        opened(url, prefix, folder, "d3Jvbmc6d3Jvbmc="),
        opened(with_password, prefix, folder, None),
        opened(url, prefix, folder, None),
    ):
        with pytest.raises(EngineRefused):
            engine.search(SearchRequest(), ANONYMOUS)
        status = engine.status()
        assert (status.available, status.refused) == (False, True)


def test_a_certificate_of_somebody_else_is_not_trusted(url, prefix):
    engine = ElasticEngine([url], prefix, search_timeout=PATIENT)
    with pytest.raises(EngineUnavailable, match=r"(?i)certificate"):
        engine.search(SearchRequest(), ANONYMOUS)
    status = engine.status()
    assert (status.available, status.refused) == (False, False)


def test_plain_http_to_a_port_with_https_is_unavailable(url, prefix):
    engine = ElasticEngine([url.replace("https", "http")], prefix, search_timeout=PATIENT)
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest(), ANONYMOUS)
