"""What only concerns Elasticsearch: its analysis, sites that share a node, a node that is away."""

import socket
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.chains import ANALYSIS
from search.analysis.german import exact_tokens, fold_innen, normalise, stem
from search.elastic import ElasticEngine
from search.engine import EngineUnavailable, Write
from search.queries import SearchRequest
from search.suggest import Typed, build_suggest
from tests.functional.search.engines import SERVERS, elasticsearch_url, open_engine
from tests.functional.search.entries import ANONYMOUS, PUBLIC_WORK

PROBE = {
    "normal": {"tokenizer": "keyword", "filter": ["lowercase", "german_normalization"]},
    "singular": {"tokenizer": "keyword", "filter": ["innen"]},
}
#: Other runs of these tests may use the same server.
ANALYSIS_INDEX = f"test-analysis-{uuid.uuid4().hex[:12]}"
GERMAN = (
    "Am 3.5. um 14:30 Uhr kamen z.B. die Mieterinnen Müllers aus Jena-Ost/Lobeda (ca. 12 %) ins "
    "Café: »Straße« & Größe, 1.000,50 € – don’t, O'Neill, www.jena.de, foo@bar.de, Bürger:innen, "
    "Poesie, Israel, Quellen, treue Bauern, Aue, Museum, Mäuse, Maeuse, aktuell, Bürger_innen, 漢字"
)


@pytest.fixture(scope="module", params=SERVERS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def client(kind: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url(kind)) as opened:
        yield opened


@pytest.fixture(scope="module")
def analyse(client: Elasticsearch):
    """Lucene's own tokens for a text, by one of our chains."""
    settings_ = {"analysis": {**ANALYSIS, "analyzer": {**ANALYSIS["analyzer"], **PROBE}}}
    client.indices.create(index=ANALYSIS_INDEX, settings=settings_)
    yield lambda chain, text: [
        token["token"]
        for token in client.indices.analyze(index=ANALYSIS_INDEX, analyzer=chain, text=text)[
            "tokens"
        ]
    ]
    client.indices.delete(index=ANALYSIS_INDEX)


@settings(max_examples=300, deadline=None)
@given(word=st.text(alphabet="aouieqyäöüßbsnÄÖÜẞEUAİΣς", min_size=1, max_size=14))
def test_normalisation_is_that_of_lucene(analyse, word: str) -> None:
    assert [normalise(word)] == analyse("normal", word)


@pytest.mark.parametrize(
    "word", ["mieterinnen", "innen", "drinnen", "bein", "weinnen", "arbeiterinnenrat", "kinnen"]
)
def test_innen_rule_is_that_of_the_index(analyse, word: str) -> None:
    assert [fold_innen(word)] == analyse("singular", word)


def test_words_are_those_of_lucene(analyse) -> None:
    assert exact_tokens(GERMAN) == analyse("exact", GERMAN)


def test_compound_parts_meet_their_words(analyse) -> None:
    """Parts are written normalised; the index must make the same of them as of the word."""
    for word in ("Öffentlichkeit", "Straße", "Frauen", "Büro", "Mieterinnen", "Quelle"):
        assert analyse("stem", normalise(word)) == analyse("stem", word)


@pytest.mark.parametrize("words", ["Angebot Angebote Angeboten", "Haus Häuser Hauses Häusern"])
def test_both_stemmers_join_the_forms_of_a_noun(analyse, words: str) -> None:
    assert len(set(analyse("stem", words))) == 1
    assert len({stem(word) for word in words.split()}) == 1


def test_settings_are_those_that_were_measured(client: Elasticsearch, kind: str, tmp_path) -> None:
    with open_engine(kind, tmp_path) as engine:
        (concrete,) = (one.concrete for one in engine.status().indices if one.name == "public")
        index = client.indices.get_settings(index=concrete)[concrete]["settings"]["index"]
    assert index["similarity"]["default"] == {"type": "BM25", "k1": "0.9", "b": "0.4"}
    assert index["gc_deletes"] == "1d"
    assert (index["number_of_shards"], index["number_of_replicas"]) == ("1", "0")
    assert index["refresh_interval"] == "250ms"


def test_sites_on_one_node_keep_apart(kind: str, tmp_path) -> None:
    url = elasticsearch_url(kind)
    with open_engine(kind, tmp_path) as one:
        prefix = one.status().indices[0].concrete.rsplit("-", 2)[0]
        # A prefix that begins like the other's, to catch a careless wildcard.
        other = ElasticEngine([url], f"{prefix}-public")
        other.ensure_indices()
        one.write([Write(PUBLIC_WORK, 1)], "public")
        one.refresh("public")
        for _ in range(3):
            one.swap("public", one.create_index("public"))
        assert other.count("public") == 0
        assert other.status().available


def test_a_write_never_makes_an_index_anew(client: Elasticsearch, kind: str, tmp_path) -> None:
    with open_engine(kind, tmp_path) as engine:
        concrete = next(one.concrete for one in engine.status().indices if one.name == "public")
        client.indices.delete(index=concrete)
        with pytest.raises(EngineUnavailable):
            engine.write([Write(PUBLIC_WORK, 1)], "public")
        assert not engine.status().available
        assert not client.indices.exists(index=concrete)


def test_one_bad_document_fails_alone(kind: str, tmp_path) -> None:
    with open_engine(kind, tmp_path) as engine:
        bad = replace(PUBLIC_WORK, id=2, project_id=2**64)
        good, failed = engine.write([Write(PUBLIC_WORK, 1), Write(bad, 1)], "public")
        assert good.ok
        assert not failed.ok
        assert "project_id" in failed.error


def test_without_indices_search_says_so(kind: str) -> None:
    engine = ElasticEngine([elasticsearch_url(kind)], "test-nothing-there")
    assert not engine.status().available
    for ask in (
        lambda: engine.search(SearchRequest(), ANONYMOUS),
        lambda: engine.write([Write(PUBLIC_WORK, 1)], "public"),
        lambda: engine.refresh("public"),
        lambda: engine.count("public"),
        lambda: list(engine.stored("public")),
    ):
        with pytest.raises(EngineUnavailable):
            ask()


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = []

        def take() -> None:
            try:
                while True:
                    taken.append(server.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in taken:
            connection.close()


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def unknown_name() -> str:
    """No name server knows it (RFC 6761)."""
    return "http://elasticsearch.invalid:9200"


@pytest.mark.parametrize("address", ["silent_server", "closed_port", "unknown_name"])
def test_a_node_that_is_away_is_told_at_once(request, address: str) -> None:
    engine = ElasticEngine([request.getfixturevalue(address)], "test")
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest(text="Arbeit"), ANONYMOUS)
    with pytest.raises(EngineUnavailable):
        engine.hits(build_suggest(Typed.read("Arb"), ANONYMOUS, 5), ANONYMOUS)
    status = engine.status()
    assert (status.available, status.indices) == (False, ())
    assert status.error


def test_a_server_that_is_no_elasticsearch_is_unavailable() -> None:
    """A wrong address is an outage to the reader, not a crash."""
    engine = ElasticEngine([elasticsearch_url() + "/nonsense"], "test")
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest(), ANONYMOUS)
    assert not engine.status().available
