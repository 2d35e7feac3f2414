"""Deliveries are made of what was committed, once for each person and channel, whatever befalls the task."""

import datetime
import threading
import zoneinfo

import pytest
from django.db import connection, transaction

from directory import actors, clock, journal
from directory.models import Event
from partners.collaborations import blocks, threads
from partners.deliveries import deliveries, routing
from partners.models import Delivery, Letter, Preference, RoutingPlace
from tests import factories, people, racing
from tests.partners.collaborations import making

pytestmark = pytest.mark.django_db(transaction=True)


def route(*, now=None):
    factories.settle_feed(factories.last_position())
    return routing.route(now=now or clock.now())


def told(**about):
    """(person, channel, type) of every delivery."""
    rows = Delivery.objects.filter(**about).select_related("event").order_by("event", "user", "channel")
    return [(row.user_id, row.channel, row.event.type) for row in rows]


@pytest.fixture
def two():
    return making.Two()


def test_the_other_side_is_told_in_its_list_and_by_mail(two):
    route()

    assert told() == [
        (two.asked.pk, "in_app", "collaboration.submitted"),
        (two.asked.pk, "mail", "collaboration.submitted"),
    ]


def test_what_was_rolled_back_is_never_told(two):
    with transaction.atomic():
        threads.post(two.row.pk, "Halo", by=two.by_asker(), now=clock.now())
        transaction.set_rollback(True)
    route()

    assert {type for _, _, type in told()} == {"collaboration.submitted"}


def test_routing_again_tells_nothing_again(two):
    assert route() == 1
    assert route() == 0
    RoutingPlace.objects.update(position=0)

    assert route() == 1
    assert len(told()) == 2


def test_a_task_that_dies_between_its_steps_leaves_nothing_half_done(two, monkeypatch):
    saved = RoutingPlace.save

    def dies(self, *args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(RoutingPlace, "save", dies)
    with pytest.raises(SystemExit):
        route()
    assert told() == []
    monkeypatch.setattr(RoutingPlace, "save", saved)

    route()

    assert len(told()) == 2


def test_two_tasks_at_once_tell_everything_once(two, monkeypatch):
    monkeypatch.setattr(routing, "BATCH", 3)
    for number in range(20):
        threads.post(two.row.pk, f"Pesan {number}", by=two.by_asker(), now=clock.now())
    factories.settle_feed(factories.last_position())

    done = racing.at_once(*[lambda: routing.route(now=clock.now())] * 3)

    assert done == ["done"] * 3
    for channel in ("in_app", "mail"):
        assert Delivery.objects.filter(channel=channel, user=two.asked).count() == 21
    assert Delivery.objects.count() == 42


def test_what_commits_late_is_told_though_others_came_before(two):
    """The position of a transaction is older than its commit: a place beyond it would pass it over for ever."""
    begun, ended = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            journal.record(
                "collaboration.extended", by=actors.SYSTEM, now=clock.now(), subject=("collaboration", two.row.pk)
            )
            begun.set()
            ended.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(20)
    threads.post(two.row.pk, "Lebih dahulu", by=two.by_asker(), now=clock.now())
    routing.route(now=clock.now())
    assert "collaboration.extended" not in {type for _, _, type in told()}
    ended.set()
    thread.join(20)

    route()

    assert {type for _, _, type in told(user=two.asked, channel="in_app")} == {
        "collaboration.submitted",
        "collaboration.extended",
        "collaboration.message_sent",
    }


def test_roles_decide_who_is_told_and_nobody_is_told_of_their_own_act(two):
    editor = people.member(two.publisher, "editor")
    people.member(two.publisher, "viewer")
    both = people.member(two.school, "editor", of=people.user("dua"))
    people.member(two.publisher, "editor", of=both)
    threads.post(two.row.pk, "Halo", by=people.actor(both, two.school), now=clock.now())
    route()

    assert {user for user, _, _ in told(event__type="collaboration.message_sent")} == {two.asked.pk, editor.pk}


def test_who_acts_for_both_sides_is_told_once_of_what_the_system_did(two):
    people.member(two.publisher, "editor", of=two.asker)
    making.move(two.row, "expired", by=actors.SYSTEM)
    route()

    assert told(event__type="collaboration.expired", user=two.asker, channel="in_app") == [
        (two.asker.pk, "in_app", "collaboration.expired")
    ]


def test_a_mute_and_a_block_silence_what_the_other_does_and_not_the_system():
    two = making.Two("pending")
    for kind in ("mute", "block"):
        blocks.put(two.school.pk, kind, by=two.by_asked(), now=clock.now())
    making.move(two.row, "expired", by=actors.SYSTEM)
    route()

    assert {type for _, _, type in told(user=two.asked)} == {"collaboration.expired"}


def test_the_past_is_not_told_and_old_news_only_in_the_list(two):
    event = Event.objects.get(type="collaboration.submitted")
    route(now=event.at + datetime.timedelta(days=31))
    assert told() == []
    RoutingPlace.objects.update(position=0)
    route(now=event.at + datetime.timedelta(days=8))

    assert [channel for _, channel, _ in told()] == ["in_app"]


def test_mail_waits_for_the_morning_where_the_entry_is_unless_it_is_urgent_or_wanted_at_once(two):
    with factories.recorded():
        factories.region("91", "Papua", time_zone="Asia/Jayapura")
        type(two.publisher).objects.filter(pk=two.publisher.pk).update(region_id="91")
    now = datetime.datetime(2026, 11, 25, 20, 30, tzinfo=datetime.UTC)  # 05:30 there
    threads.post(two.row.pk, "Halo", by=two.by_asker(), now=now)
    with transaction.atomic():
        journal.record("collaboration.reminded", by=actors.SYSTEM, now=now, subject=("collaboration", two.row.pk))
    route(now=now)
    due = dict(Delivery.objects.filter(user=two.asked, channel="mail").values_list("event__type", "due_at"))
    assert due["collaboration.message_sent"] == datetime.datetime(2026, 11, 25, 21, tzinfo=datetime.UTC)
    assert due["collaboration.reminded"] == now

    Preference.objects.create(user=two.asked, entry=two.publisher, mail="at_once")
    Preference.objects.create(user=two.asker, entry=two.school, mail="never")
    for by in (two.by_asker(), two.by_asked()):
        threads.post(two.row.pk, "Lagi", by=by, now=now)
    route(now=now)
    rows = Delivery.objects.filter(event__type="collaboration.message_sent", due_at=now, channel="mail")
    assert [row.user_id for row in rows] == [two.asked.pk]
    assert not Delivery.objects.filter(user=two.asker, channel="mail", event__actor_kind="user").exists()


@pytest.mark.parametrize(
    ("at", "zone", "next_one"),
    [
        ("2026-11-25T22:59:59+00:00", "Asia/Jakarta", "2026-11-25T23:00:00+00:00"),
        ("2026-11-25T23:00:00+00:00", "Asia/Jakarta", "2026-11-26T23:00:00+00:00"),
        ("2026-11-25T20:59:00+00:00", "Asia/Jayapura", "2026-11-25T21:00:00+00:00"),
        ("2026-11-25T22:00:00+00:00", "Asia/Makassar", "2026-11-26T22:00:00+00:00"),
    ],
)
def test_the_digest_comes_at_six_in_the_morning_there(at, zone, next_one):
    now = datetime.datetime.fromisoformat(at)
    found = deliveries.next_digest(zoneinfo.ZoneInfo(zone), now=now)

    assert found == datetime.datetime.fromisoformat(next_one)


def test_old_deliveries_are_forgotten(two):
    route()
    later = clock.now() + deliveries.KEPT + datetime.timedelta(days=1)

    assert deliveries.forget(now=clock.now()) == 0
    assert deliveries.forget(now=later) == 2
    assert not Letter.objects.exists()
