"""What happens to offers and needs by itself or beside them: reminders, tasks, merges, flags, the reconciliation."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command

from directory import actors, clock, errors, ids
from directory.models import Event
from partners import mail, tasks
from partners.models import Letter, Line, Proposal
from partners.offers import moves, reminding, writing
from partners.trust import flags, merges
from tests import factories, people

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def offered(entry: Any, by: actors.Actor, direction: str = "offer", **values: Any) -> Proposal:
    lines = [{"title": "Kancil", "quantity": 3}]
    given = {"kind": "book_donation", "title": "Buku", "lines": lines, **values}
    row = writing.create(direction, given, entry=entry.pk, by=by, now=clock.now())
    return moves.publish(direction, row.pk, by=by, now=clock.now())


@pytest.fixture
def publisher() -> Any:
    entry = factories.entry("publisher", name="Rumah Cerita")
    with factories.recorded():
        type(entry).objects.filter(pk=entry.pk).update(trust_level="verified", verified_at=clock.now())
    entry.refresh_from_db()
    return entry


@pytest.fixture
def by(publisher: Any) -> actors.Actor:
    return people.actor(people.member(publisher), publisher)


def test_approvers_get_one_letter_about_all_that_expires_soon(publisher: Any, by: actors.Actor) -> None:
    people.member(publisher, "approver")
    people.member(publisher, "editor")
    first, second = offered(publisher, by, title="Buku satu"), offered(publisher, by, "need", title="Buku dua")
    later = offered(publisher, by, title="Nanti")
    now = clock.now()
    Proposal.objects.filter(pk__in=[first.pk, second.pk]).update(expires_at=now + 13 * DAY)
    Letter.objects.all().delete()

    assert reminding.remind(now=now) == 2
    assert reminding.remind(now=now) == 0

    letters = list(Letter.objects.order_by("created_at"))
    assert len(letters) == 2  # the admin, who was alone before, and the approver
    assert all("Buku satu" in one.text and "Buku dua" in one.text and "Nanti" not in one.text for one in letters)
    assert ids.encode("offer", first.pk) in letters[0].text
    types = Event.objects.filter(type__endswith=".expires_soon").values_list("type", flat=True)
    assert sorted(types) == ["need.expires_soon", "offer.expires_soon"]
    later.refresh_from_db()
    assert later.reminded_at is None
    moves.renew("offer", first.pk, by=by, now=now)
    first.refresh_from_db()
    assert first.reminded_at is None
    mail.send_due(now=now)
    assert len(outbox.outbox) == 2


def test_what_is_expired_or_ended_is_reminded_of_no_more(publisher: Any, by: actors.Actor) -> None:
    row = offered(publisher, by)
    assert reminding.remind(now=clock.now() + 200 * DAY) == 0
    moves.close("offer", row.pk, by=by, now=clock.now())
    assert reminding.remind(now=clock.now() + 170 * DAY) == 0


def test_the_tasks_do_it(publisher: Any, by: actors.Actor) -> None:
    unknown = factories.entry("publisher")
    member = people.actor(people.member(unknown), unknown)
    waiting, ended = offered(unknown, member), offered(publisher, by)
    soon = offered(publisher, by)
    now = clock.now()
    Proposal.objects.filter(pk=waiting.pk).update(review_due_at=now)
    Proposal.objects.filter(pk=ended.pk).update(expires_at=now)
    Proposal.objects.filter(pk=soon.pk).update(expires_at=now + DAY)

    tasks.settle_offers(timestamp=0)
    tasks.remind_of_offers(timestamp=0)

    assert Proposal.objects.get(pk=waiting.pk).status == "open"
    assert Proposal.objects.get(pk=ended.pk).status == "expired"
    assert Proposal.objects.get(pk=soon.pk).reminded_at is not None


def test_offers_go_with_the_members_of_a_merged_entry_and_come_back(publisher: Any, by: actors.Actor) -> None:
    twin = factories.entry("publisher", name="Rumah Cerita")
    mine = offered(publisher, by, external_id="A")
    need = offered(publisher, by, "need", external_id="B")
    moderator = people.actor(people.moderator())

    merges.merge(publisher.pk, into=twin.pk, by=moderator, now=clock.now())

    assert set(Proposal.objects.values_list("entry", flat=True)) == {twin.pk}
    assert Proposal.objects.visible_to(actors.ANONYMOUS).count() == 2
    merges.unmerge(publisher.pk, by=moderator, now=clock.now())
    assert set(Proposal.objects.values_list("entry", "external_id")) == {(publisher.pk, "A"), (publisher.pk, "B")}
    assert {mine.pk, need.pk} == set(Proposal.objects.values_list("pk", flat=True))


def test_a_number_that_both_used_is_kept_by_the_entry_that_stays(publisher: Any, by: actors.Actor) -> None:
    twin = factories.entry("publisher", name="Rumah Cerita")
    other = people.actor(people.member(twin), twin)
    theirs = offered(twin, other, external_id="A")
    mine = offered(publisher, by, external_id="A")
    moderator = people.actor(people.moderator())

    merges.merge(publisher.pk, into=twin.pk, by=moderator, now=clock.now())

    rows = {row.pk: (row.entry_id, row.external_id) for row in Proposal.objects.all()}
    assert rows == {theirs.pk: (twin.pk, "A"), mine.pk: (twin.pk, "")}
    merges.unmerge(publisher.pk, by=moderator, now=clock.now())
    assert Proposal.objects.get(pk=mine.pk).entry_id == publisher.pk


@pytest.mark.parametrize("direction", ["offer", "need"])
def test_what_is_seen_can_be_flagged(publisher: Any, by: actors.Actor, direction: str) -> None:
    row = offered(publisher, by, direction)
    about = {"reason": "not_real", "by": actors.ANONYMOUS, "now": clock.now()}
    flag = flags.flag(ids.encode(direction, row.pk), **about)
    assert (flag.subject_type, flag.subject_id, flag.entry_id) == (direction, row.pk, publisher.pk)
    draft = writing.create(direction, {"kind": "other", "title": "X"}, entry=publisher.pk, by=by, now=clock.now())
    with pytest.raises(errors.Invalid, match="unknown_object"):
        flags.flag(ids.encode(direction, draft.pk), **about)


def test_reconcile_says_that_all_is_well_or_what_is_not(publisher: Any, by: actors.Actor) -> None:
    row = offered(publisher, by)
    told = StringIO()
    call_command("reconcile", stdout=told)
    assert "1 lines: every counter" in told.getvalue()
    Line.objects.filter(proposal=row.pk).update(available=2, received=1)
    told = StringIO()
    with pytest.raises(CommandError, match="2 counters differ"):
        call_command("reconcile", stdout=told)
    line = ids.encode("line", row.lines.get().pk)
    assert f"{line} available: counted 2, ledger 3" in told.getvalue()
