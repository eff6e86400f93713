"""Compounds are split by words that the guide's own public texts use, without a rebuild."""

import pytest

from cms.domain.circles import Circle
from cms.models import IndexJob
from cms.permissions import roles
from cms.services.withdraw import withdraw
from search import learnt_words, service, spelling, suggest
from search.engine import EngineUnavailable
from search.models import LearntWord, WordSighting
from search.rebuild import rebuild
from tests.factories.guide import TopicFactory, person, published_experience

pytestmark = pytest.mark.django_db

# A word that stands in no dictionary.
USES = [f"Am {day} war wieder ein Quobbel." for day in ("Montag", "Dienstag", "Mittwoch")]


def found(client, text: str) -> set[str]:
    answer = client.get("/api/@search", {"SearchableText": text}).json()
    return {item["title"] for item in answer["items"]}


def learnt() -> set[str]:
    return set(LearntWord.objects.filter(is_used=True).values_list("word", flat=True))


def test_a_word_of_three_texts_is_learnt_and_splits_what_was_there_before(client, embedded_search):
    published_experience(title="Ein Quobbeltreffen", body="<p>Alle kamen.</p>")
    embedded_search()
    assert "quobbel" not in learnt_words.current_splitter().parts("quobbeltreffen")
    for number, use in enumerate(USES):
        assert learnt() == set()
        published_experience(title=f"Versuch {number}", body=f"<p>{use}</p>")
        embedded_search()
    assert learnt() == {"quobbel"}
    assert learnt_words.current_splitter().parts("quobbeltreffen") == ("quobbel", "treffen")
    assert not LearntWord.objects.filter(is_due=True).exists()
    assert "Ein Quobbeltreffen" in found(client, "Treffen zum Quobbel")
    assert "Ein Quobbeltreffen" in found(client, "Was war beim Treffen?")


def test_drafts_and_what_is_not_public_teach_nothing(embedded_search):
    for number, use in enumerate(USES):
        published_experience(Circle.PROJECTS, title=f"{number}", body=f"<p>{use}</p>")
        entry = published_experience(title=f"{number}", body="<p>Nichts.</p>")
        entry.body = f"<p>{use}</p>"
        entry.save_revision()
    embedded_search()
    assert not WordSighting.objects.exists()
    assert learnt() == set()


def test_a_word_is_forgotten_with_the_texts_that_used_it(embedded_search):
    entries = [
        published_experience(title=f"Versuch {number}", body=f"<p>{use}</p>")
        for number, use in enumerate(USES)
    ]
    embedded_search()
    assert learnt() == {"quobbel"}
    withdraw(entries[0], person(roles.OFFICE))
    embedded_search()
    assert not LearntWord.objects.exists()
    assert learnt_words.current_splitter().parts("quobbeltreffen") == ()


def test_a_word_whose_texts_cannot_be_asked_for_now_stays_due(embedded_search, monkeypatch):
    published_experience(title="Ein Quobbeltreffen", body="<p>Alle kamen.</p>")
    for number, use in enumerate(USES):
        published_experience(title=f"Versuch {number}", body=f"<p>{use}</p>")

    def too_slow(request, reader):
        raise EngineUnavailable("no answer within 1 s")

    with monkeypatch.context() as slow:
        slow.setattr(service.engine(), "search", too_slow)
        embedded_search()
    assert not IndexJob.objects.exists()  # what was written is done
    assert LearntWord.objects.filter(is_due=True).exists()
    published_experience(title="Noch etwas")
    embedded_search()
    assert not LearntWord.objects.filter(is_due=True).exists()


def test_suggestions_and_spelling_know_the_words_too(client, embedded_search):
    TopicFactory(title="Quobbeltreffen")
    for number, use in enumerate(USES):
        published_experience(title=f"Versuch {number}", body=f"<p>{use}</p>")
    assert not spelling.is_known("quobbeltreffen")
    embedded_search()
    assert spelling.is_known("quobbeltreffen")
    names = suggest.catalogue().near(["quobbel"])
    assert [name.suggestion.text for name in names] == ["Quobbeltreffen"]
    assert suggest.catalogue().near(["treffen"])


def test_the_same_text_counts_once_however_often_it_is_fed(embedded_search):
    entry = published_experience(title="Versuch", body=f"<p>{' '.join(USES)}</p>")
    for _time in range(3):
        entry.save()
        embedded_search()
    assert WordSighting.objects.filter(word="quobbel").count() == 1
    assert learnt() == set()


def test_other_processes_see_it_within_seconds(embedded_search, monkeypatch):
    other = learnt_words._Kept()
    other.refresh()
    LearntWord.objects.create(word="quobbel")
    other.refresh()
    assert other.get().parts("quobbeltreffen") == ()
    monkeypatch.setattr(learnt_words, "FRESH_SECONDS", 0.0)
    other.refresh()
    assert other.get().parts("quobbeltreffen") == ("quobbel", "treffen")


def test_the_first_index_is_built_of_texts_that_teach_words(settings, tmp_path):
    settings.ELASTICSEARCH_URL, settings.SEARCH_FOLDER = "", tmp_path
    published_experience(title="Ein Quobbeltreffen", body="<p>Alle kamen.</p>")
    for number, use in enumerate(USES):
        published_experience(title=f"Versuch {number}", body=f"<p>{use}</p>")
    service.engine.cache_clear()
    assert rebuild(service.engine()).public >= 4
    assert not LearntWord.objects.filter(is_due=True).exists()
    service.engine.cache_clear()
