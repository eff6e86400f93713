"""Saved searches: a mail tells once what is new, fits, and is the person's to read."""

import datetime
import re
from functools import cache, partial
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.redaction import Wording
from cms.models import (
    Experience,
    IndexJob,
    Notification,
    NotificationChoice,
    SavedSearch,
    SearchSynonym,
)
from cms.permissions import roles
from cms.services import saved_searches as service_of_cms
from cms.services.choose_notifications import choose_notifications
from cms.services.grant_role import revoke_role
from cms.services.redact import redact
from cms.services.saved_searches import MOST, change_search, save_search
from cms.services.send_mail import send_due
from cms.services.withdraw import withdraw
from search import saved_searches, service, synonyms
from search.engine import EngineUnavailable, IndexName
from search.feed import drain
from search.rebuild import rebuild
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)
from tests.functional.search.engines import KINDS, open_engine
from tests.functional.test_notifications import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(params=KINDS)
def feed(request, tmp_path, monkeypatch):
    """Both engines, one after the other; a call writes what waits and makes it visible."""
    with open_engine(request.param, tmp_path) as engine:
        monkeypatch.setattr(service, "engine", cache(lambda: engine))
        rebuild(engine)

        def write():
            drain(engine)
            for name in IndexName:
                engine.refresh(name)

        yield write


@pytest.fixture
def one_feed(embedded_search):
    """Where the engine does not matter."""
    return embedded_search


@pytest.fixture
def reader(project):
    return somebody(roles.READER, project)


def keep(user, query: str, title: str = "Meine Suche", pace: str = "at_once") -> SavedSearch:
    return save_search(user, query, title, pace)


def let_time_pass() -> None:
    """Every saved search becomes due."""
    SavedSearch.objects.update(next_look_at=timezone.now() - datetime.timedelta(seconds=1))


def mails(feed=None) -> list:
    """What goes out when everything has run once."""
    if feed:
        feed()
    let_time_pass()
    saved_searches.look_at_due()
    mail.outbox.clear()
    send_due()
    return list(mail.outbox)


def bodies(sent) -> str:
    return "\n".join(one.body for one in sent)


# --- what is told --------------------------------------------------------------------------------


def test_what_is_new_and_fits_is_told_once(feed, reader):
    published_experience(title="Sprechstunde im Waschsalon")
    feed()
    keep(reader, "q=Sprechstunden", "Sprechstunden überall")
    assert mails(feed) == []  # it was there before

    fits = published_experience(title="Eine Sprechstunde im Hausflur")
    published_experience(title="Ein Fest im Hof")
    (sent,) = mails(feed)
    assert sent.to == [reader.email]
    assert sent.subject == "Neu zu Ihrer Suche: Sprechstunden überall"
    assert "Eine Sprechstunde im Hausflur" in sent.body
    assert fits.get_absolute_url() in sent.body
    assert "/suche/?q=Sprechstunden" in sent.body
    assert "Waschsalon" not in sent.body and "Fest im Hof" not in sent.body
    html = sent.alternatives[0][0]
    assert "Eine Sprechstunde im Hausflur</a>" in html and "nicht mehr verfolgen" in html

    fits.save_revision().publish()  # unchanged
    assert mails(feed) == []
    rebuild(service.engine())
    assert mails(feed) == []


@pytest.mark.parametrize(
    ("query", "title", "is_told"),
    [
        ("q=Jobcenter+Hausbesuch", "Hausbesuche mit dem Jobcenter", True),
        ("q=Jobcenter+Hausbesuch", "Absprachen mit dem Jobcenter", False),
        ("q=Wie+geht+ein+Wohngebietsfest?", "Wohngebietsfeste gelingen", True),
        ("q=ein+Wohngebietsfest", "Ein Fest im Wohngebiet", True),
        ("q=ARGE", "Absprachen mit dem Jobcenter", True),
        ("q=ALG+II", "Fragen zum Bürgergeld", True),
        ("q=Jobcentr", "Absprachen mit dem Jobcenter", True),
        ("art=schlecht", "Absprachen mit dem Jobcenter", False),
        ("art=gut&art=neutral", "Absprachen mit dem Jobcenter", True),
        ("", "Absprachen mit dem Jobcenter", True),
        ("thema=gibt-es-nicht", "Absprachen mit dem Jobcenter", False),
    ],
)
def test_a_mail_is_about_every_word_and_every_filter(feed, reader, query, title, is_told):
    keep(reader, query)
    published_experience(title=title, kind="good", body="")
    assert bool(mails(feed)) is is_told


def test_a_topic_that_is_hidden_again_makes_a_search_no_wider(client, one_feed, reader):
    topic, other = TopicFactory(title="Wohnen"), TopicFactory(title="Arbeit")
    only = published_experience(title="Mietschulden", topics=[topic])
    one_feed()
    keep(reader, f"thema={topic.slug}", "Nur Wohnen")
    keep(reader, f"thema={topic.slug}&thema={other.slug}", "Beides")
    withdraw(only, person(roles.OFFICE))
    published_experience(title="Bewerbungen", topics=[other])
    told = bodies(mails(one_feed))
    assert "Beides" in told and "Nur Wohnen" not in told
    client.force_login(reader)
    page = client.get(reverse("cms:saved_searches")).content.decode()
    assert page.count("findet zurzeit nichts") == 1 and f"Thema: {topic.slug}" in page
    # What comes into the topic later is told again.
    published_experience(title="Wohngeld", topics=[topic])
    told = bodies(mails(one_feed))
    assert "Nur Wohnen" in told and "Bewerbungen" not in told
    assert "findet zurzeit nichts" not in client.get(reverse("cms:saved_searches")).content.decode()


def test_everything_that_is_published_may_fit(feed, reader):
    keep(reader, "q=Waschsalon")
    news_page("Neues aus dem Waschsalon")
    published_outcome(title="Waschsalon wird gemietet", project=ProjectFactory())
    event = event_page("Austausch im Waschsalon")
    table_page(event, "Tisch im Waschsalon")
    (sent,) = mails(feed)
    for title in ("Neues aus dem", "wird gemietet", "Austausch im", "Tisch im"):
        assert title in sent.body


def test_an_entry_that_hangs_on_an_event_is_new_when_the_event_is(feed, reader):
    event = event_page("Austausch", live=False)
    table = table_page(event, "Tisch 1", live=True)
    published_experience(title="Sprechstunde im Hausflur", table=table)
    feed()
    keep(reader, "q=Hausflur")
    assert mails(feed) == []
    event.save_revision().publish()
    assert "Sprechstunde im Hausflur" in bodies(mails(feed))
    event.unpublish()
    event.save_revision().publish()
    assert mails(feed) == []


def test_only_a_widened_circle_makes_an_old_entry_new(feed, project, reader):
    foreign = published_experience(Circle.PROJECT, title="Hausflur eins", project=ProjectFactory())
    own = published_experience(Circle.PROJECT, title="Hausflur zwei", project=project)
    feed()
    keep(reader, "q=Hausflur")
    for entry in (foreign, own):
        entry.visibility = Circle.PROJECTS.value
        entry.save_revision().publish()
    sent = bodies(mails(feed))
    assert "Hausflur eins" in sent and "Hausflur zwei" not in sent


# --- to whom -------------------------------------------------------------------------------------


def test_nobody_is_told_of_what_they_may_not_read(feed, project, reader):
    partner, stranger = somebody(roles.PARTNER), somebody()
    for user in (reader, partner, stranger):
        keep(user, "q=Hausflur")
    published_experience(Circle.PROJECT, title="Hausflur vertraulich", project=ProjectFactory())
    published_experience(Circle.PROJECTS, title="Hausflur der Projekte")
    published_experience(Circle.NETWORK, title="Hausflur im Netzwerk")
    Experience.objects.create(title="Hausflur als Entwurf", project=project)
    told = {one.to[0]: one.body for one in mails(feed)}
    assert told.keys() == {reader.email, partner.email}
    assert "der Projekte" in told[reader.email] and "im Netzwerk" in told[reader.email]
    assert "der Projekte" not in told[partner.email] and "im Netzwerk" in told[partner.email]
    assert "vertraulich" not in bodies(mail.outbox) and "Entwurf" not in bodies(mail.outbox)


def withdraw_it(entry, user, project, search):
    entry.unpublish()


def narrow_it(entry, user, project, search):
    Experience.objects.filter(pk=entry.pk).update(visibility=Circle.PROJECT.value)


def end_the_role(entry, user, project, search):
    revoke_role(user, project, roles.READER)


def close_the_account(entry, user, project, search):
    user.is_active = False
    user.save()


def pause_it(entry, user, project, search):
    change_search(search, title=search.title, pace=search.pace, is_paused=True)


def delete_it(entry, user, project, search):
    search.delete()


@pytest.mark.parametrize(
    "happens",
    [withdraw_it, narrow_it, end_the_role, close_the_account, pause_it, delete_it],
)
@pytest.mark.parametrize("is_looked_at", [True, False])
def test_what_changed_before_the_mail_goes_out_counts(
    one_feed, project, reader, happens, is_looked_at
):
    search = keep(reader, "q=Hausflur")
    entry = published_experience(Circle.PROJECTS, title="Hausflur", project=ProjectFactory())
    one_feed()
    let_time_pass()
    if is_looked_at:
        assert saved_searches.look_at_due() == 1
    happens(entry, reader, project, search)
    assert mails() == []


def test_who_wants_no_mails_of_entries_still_gets_those_they_asked_for(one_feed, reader):
    NotificationChoice.objects.create(user=reader, entries="never")
    keep(reader, "q=Hausflur")
    published_experience(title="Sprechstunde im Hausflur")
    one_feed()
    let_time_pass()
    saved_searches.look_at_due()
    choose_notifications(reader, entries="daily")
    assert "Hausflur" in bodies(mails())


# --- when ----------------------------------------------------------------------------------------


def test_daily_and_weekly_mails_wait_for_their_hour_and_tell_all_at_once(
    one_feed, reader, monkeypatch, settings
):
    settings.NOTIFICATION_DIGEST_TIME = "07:00"
    tuesday = timezone.make_aware(datetime.datetime(2027, 3, 23, 15, 0))
    monkeypatch.setattr(service_of_cms.timezone, "now", lambda: tuesday)
    daily = keep(reader, "q=Hausflur", "täglich", "daily")
    weekly = keep(reader, "q=Hausflur", "wöchentlich", "weekly")
    at = timezone.localtime
    assert f"{at(daily.next_look_at):%d.%m.%Y %H:%M}" == "24.03.2027 07:00"
    assert f"{at(weekly.next_look_at):%d.%m.%Y %H:%M}" == "29.03.2027 07:00"  # summer time by then
    for number in (1, 2):
        published_experience(title=f"Hausflur {number}")
    one_feed()
    assert saved_searches.look_at_due() == 0

    wednesday = tuesday + datetime.timedelta(days=1)
    monkeypatch.setattr(service_of_cms.timezone, "now", lambda: wednesday)
    assert saved_searches.look_at_due() == 1
    send_due()
    (sent,) = mail.outbox
    assert "Hausflur 1" in sent.body and "Hausflur 2" in sent.body
    daily.refresh_from_db()
    assert f"{at(daily.next_look_at):%d.%m.%Y %H:%M}" == "25.03.2027 07:00"


def test_more_than_a_mail_can_name_is_counted(one_feed, reader):
    keep(reader, "q=Hausflur")
    for number in range(service_of_cms.MOST // 2):
        published_experience(title=f"Hausflur {number}")
    (sent,) = mails(one_feed)
    assert "und 5 weitere" in sent.body
    assert sent.body.count("/erfahrungen/") == 20


# --- nothing lost --------------------------------------------------------------------------------


def test_an_engine_that_is_away_loses_nothing(one_feed, reader, monkeypatch):
    keep(reader, "q=Hausflur")
    published_experience(title="Sprechstunde im Hausflur")
    one_feed()
    let_time_pass()

    def away(*_args):
        raise EngineUnavailable("away")

    with monkeypatch.context() as outage:
        outage.setattr(service.engine(), "search", away)
        for _ in range(3):
            with pytest.raises(EngineUnavailable):
                saved_searches.look_at_due()
    assert not Notification.objects.exists()
    service.breaker.reset()
    assert "Sprechstunde im Hausflur" in bodies(mails())


def test_what_the_feed_has_not_written_yet_is_told_when_it_has(one_feed, reader):
    keep(reader, "q=Hausflur")
    entry = published_experience(title="Sprechstunde im Hausflur")
    old = timezone.now() - datetime.timedelta(days=2)
    SavedSearch.objects.update(since=old, looked_until=old)
    entry_jobs = IndexJob.objects.filter(object_type="experience", object_id=entry.pk)
    assert entry_jobs.exists()
    for _ in range(3):
        assert mails() == []
    entry_jobs.update(next_try_at=timezone.now() + datetime.timedelta(hours=1))
    assert mails(one_feed) == []  # set aside for a while
    entry_jobs.update(next_try_at=timezone.now())
    assert "Hausflur" in bodies(mails(one_feed))


def test_a_search_that_fails_stops_no_other(one_feed, reader, monkeypatch):
    broken = keep(reader, "q=Hausflur", "a")
    keep(reader, "q=Hausflur", "b")
    published_experience(title="Sprechstunde im Hausflur")
    look = saved_searches._look

    def fail_one(search):
        if search.pk == broken.pk:
            raise ValueError("whatever")
        return look(search)

    with monkeypatch.context() as failing:
        failing.setattr(saved_searches, "_look", fail_one)
        (sent,) = mails(one_feed)
    assert sent.subject.endswith("b")
    (sent,) = mails()
    assert sent.subject.endswith("a")


def test_two_workers_tell_once(one_feed, reader):
    keep(reader, "q=Hausflur")
    published_experience(title="Sprechstunde im Hausflur")
    one_feed()
    let_time_pass()
    (first,), (second,) = (service_of_cms.due_searches(saved_searches.OVERLAP) for _ in range(2))
    assert [saved_searches._look(first), saved_searches._look(second)] == [1, 0]
    assert Notification.objects.count() == 1


def test_nobody_is_asked_about_while_nothing_is_published(
    one_feed, reader, django_assert_num_queries
):
    keep(reader, "q=Hausflur")
    published_experience(title="Ein Fest")
    one_feed()
    let_time_pass()
    saved_searches.look_at_due()
    later = timezone.now() + 2 * saved_searches.OVERLAP
    SavedSearch.objects.update(looked_until=later)
    let_time_pass()
    with django_assert_num_queries(2):
        saved_searches.look_at_due()


# --- the screens ---------------------------------------------------------------------------------


def test_a_search_is_kept_listed_renamed_paused_and_deleted(client, one_feed, reader):
    assert "Suche merken" not in client.get("/suche/?q=Hausflur").content.decode()
    client.force_login(reader)
    assert "noch keine Suche gemerkt" in client.get("/intern/suchen/").content.decode()
    page = client.get("/suche/?q=Hausflur+%26+Hof&art=gut").content.decode()
    link = re.search(r'href="(/intern/suchen/neu/[^"]+)"', page)[1].replace("&amp;", "&")
    form = client.get(link).content.decode()
    assert 'value="Hausflur &amp; Hof"' in form and "„Hausflur &amp; Hof“ · Art: gut" in form
    client.post(link, {"title": "Flure", "pace": "weekly"})
    (search,) = reader.saved_searches.all()
    assert (search.title, search.pace) == ("Flure", "weekly")
    assert search.query == "q=Hausflur+%26+Hof&art=gut"
    twice = client.post(link, {"title": "Flure", "pace": "weekly"}, follow=True)
    assert "haben Sie schon gemerkt" in twice.content.decode()
    assert reader.saved_searches.count() == 1

    listed = client.get("/intern/suchen/").content.decode()
    assert "/suche/?q=Hausflur+%26+Hof&amp;art=gut" in listed and "montags" in listed
    address = reverse("cms:saved_search", args=[search.pk])
    client.post(address, {"title": "Höfe", "pace": "daily", "is_paused": "on"})
    search.refresh_from_db()
    assert (search.title, search.pace, search.is_paused) == ("Höfe", "daily", True)
    assert "<strong>Pause</strong>" in client.get("/intern/suchen/").content.decode()
    client.post(reverse("cms:delete_saved_search", args=[search.pk]))
    assert not SavedSearch.objects.exists()


def test_what_came_during_a_pause_is_not_told_afterwards(one_feed, reader):
    search = keep(reader, "q=Hausflur")
    change = partial(change_search, search, title="x", pace="at_once")
    change(is_paused=True)
    published_experience(title="Hausflur in der Pause")
    assert mails(one_feed) == []
    change(is_paused=False)
    published_experience(title="Hausflur danach")
    sent = bodies(mails(one_feed))
    assert "danach" in sent and "in der Pause" not in sent


def test_another_persons_search_does_not_exist(client, reader):
    search = keep(reader, "q=Hausflur")
    client.force_login(person(roles.OFFICE))
    for name in ("saved_search", "delete_saved_search"):
        assert client.post(reverse(f"cms:{name}", args=[search.pk])).status_code == 404
    assert "Meine Suche" not in client.get("/intern/suchen/").content.decode()


@pytest.mark.parametrize(
    ("address", "values", "message"),
    [
        ("/intern/suchen/neu/?q=x", {"title": " ", "pace": "daily"}, "noch nicht gespeichert"),
        ("/intern/suchen/neu/?q=x", {"title": "x", "pace": "hourly"}, "noch nicht gespeichert"),
        ("/intern/suchen/neu/?q=" + "x" * 3000, {"title": "x", "pace": "daily"}, "zu lang"),
    ],
)
def test_what_cannot_be_kept_is_said_in_german(client, reader, address, values, message):
    client.force_login(reader)
    assert message in client.post(address, values).content.decode()
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("odd", ["q=%00", "q=%ff", "seite=2", "a=1&a=2&=3", "q=%F0%9F%98%80", "&&"])
def test_any_address_can_be_kept(client, one_feed, reader, odd):
    client.force_login(reader)
    client.get(f"/intern/suchen/neu/?{odd}")
    assert client.post(f"/intern/suchen/neu/?{odd}", {"title": "x", "pace": "at_once"}).url
    assert client.get("/intern/suchen/").status_code == 200
    published_experience(title="Ein Fest")
    mails(one_feed)
    assert SavedSearch.objects.get().looked_until


def test_nobody_keeps_more_than_the_most(client, reader):
    client.force_login(reader)
    for number in range(MOST):
        keep(reader, f"q={number}")
    answer = client.post("/intern/suchen/neu/?q=x", {"title": "x", "pace": "daily"})
    assert f"schon {MOST} Suchen" in answer.content.decode()


# --- out of it -----------------------------------------------------------------------------------


def test_one_click_in_the_mail_stops_it(client, one_feed, reader):
    search = keep(reader, "q=Hausflur")
    published_experience(title="Sprechstunde im Hausflur")
    (sent,) = mails(one_feed)
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in sent.body and "intern" not in address
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    path = urlsplit(address).path
    assert "Keine Mails mehr zu dieser Suche?" in client.get(path).content.decode()
    search.refresh_from_db()
    assert not search.is_paused  # a program that only looks at links stops nothing
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "Angehalten" in answer.content.decode()
    published_experience(title="Noch ein Hausflur")
    assert mails(one_feed) == []
    for wrong in (path[:-2] + "xx/", "/suchen-anhalten/abc/"):
        assert client.get(wrong).status_code == 404


def test_removing_a_name_everywhere_looks_into_saved_searches(reader):
    search = keep(reader, "q=Erika+Musterfrau&art=gut", "Zu Musterfrau")
    redact(Wording.from_lines("Musterfrau", whole_words=True), person(roles.OFFICE), "Bitte")
    search.refresh_from_db()
    assert "Musterfrau" not in search.title + search.query
    assert search.query.endswith("&art=gut")


def test_a_synonym_that_comes_later_counts_from_then_on(one_feed, reader):
    keep(reader, "q=QRX")
    published_experience(title="Tauschbörse eins")
    assert mails(one_feed) == []
    SearchSynonym.objects.create(term="QRX", meanings="Tauschbörse")
    synonyms.forget()
    published_experience(title="Tauschbörse zwei")
    assert "Tauschbörse zwei" in bodies(mails(one_feed))
