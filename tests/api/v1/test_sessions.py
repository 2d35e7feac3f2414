"""Sessions over HTTP: set to a time, stated by one side, final when the other agrees or is silent, then counted."""

import datetime

import icalendar
import pytest

from directory import clock, ids
from partners.fulfilment import holding
from partners.models import Line, Session
from partners.offers import stock
from tests import people
from tests.partners import agreed

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def given():
    return with_clients(agreed.donation(2, kind="author_visit", unit="session"))


def with_clients(made):
    made.giver_client = people.as_person(people.member(made.giver), acting_for=made.giver)
    made.receiver_client = people.as_person(people.member(made.receiver), acting_for=made.receiver)
    return made


def scheduled(given, *, starts=None, **values):
    starts = starts or clock.now() - DAY
    body = {
        "agreed_line": ids.encode("agreed_line", given.agreed[0].pk),
        "starts_at": starts.isoformat(),
        "ends_at": (starts + datetime.timedelta(hours=2)).isoformat(),
        **values,
    }
    return given.giver_client.post("/v1/sessions", body)


def where(proposal):
    line = Line.objects.get(proposal=proposal.pk)
    return tuple(getattr(line, state) for state in ("available", "reserved", "received", "written_off"))


def enabled(document):
    return {one["name"] for one in document["allowed_actions"] if one["enabled"]}


def test_a_visit_is_held_confirmed_by_the_other_side_and_counted(given):
    made = scheduled(given, place="Perpustakaan")
    assert made.status_code == 201
    address = made["Location"]
    held = given.giver_client.post(f"{address}/hold", {"attendance": 38})
    assert (held.json()["status"], held.json()["is_final"], enabled(held.json())) == ("held", False, set())
    assert where(given.offer) == (0, 2, 0, 0)
    seen = given.receiver_client.get(address).json()
    assert enabled(seen) == {"confirm", "object"}
    done = given.receiver_client.post(f"{address}/confirm").json()
    assert (done["is_final"], done["final_due_at"]) == (True, None)
    assert where(given.offer) == where(given.need) == (0, 1, 1, 0)
    assert given.receiver_client.post(f"{address}/object", {"reason": "x"}).json()["code"] == "final_already"
    assert list(stock.drifts()) == []


def test_silence_lets_a_statement_stand_after_14_days(given):
    key = Session.objects.get(pk=ids.decode(scheduled(given).json()["id"])[1]).pk
    now = clock.now()
    holding.report_no_show(key, by=given.counts, now=now)
    assert holding.finish_due(now=now + 13 * DAY) == 0
    assert holding.finish_due(now=now + 14 * DAY) == 1
    assert holding.finish_due(now=now + 15 * DAY) == 0
    assert (where(given.offer), where(given.need)) == ((0, 1, 0, 1), (1, 1, 0, 0))


def test_who_objects_opens_it_again_with_the_reason(given):
    address = scheduled(given)["Location"]
    given.giver_client.post(f"{address}/hold")
    seen = given.receiver_client.post(f"{address}/object", {"reason": "Tidak ada yang datang."}).json()
    assert (seen["status"], seen["objection"]) == ("scheduled", "Tidak ada yang datang.")
    assert given.giver_client.post(f"{address}/confirm").json()["code"] == "role_needed"


def test_nothing_is_stated_before_it_begins_and_nothing_ends_before_it_starts(given):
    address = scheduled(given, starts=clock.now() + DAY)["Location"]
    assert given.giver_client.post(f"{address}/hold").json()["code"] == "not_begun_yet"
    wrong = scheduled(given, ends_at="2026-01-01T00:00:00Z")
    assert wrong.json()["errors"][0]["code"] == "ends_before_it_starts"


def test_no_more_sessions_are_set_than_were_agreed(given):
    assert scheduled(given).status_code == 201
    second = scheduled(given)
    assert scheduled(given).json()["code"] == "insufficient_quantity"
    given.receiver_client.post(f"{second['Location']}/cancel", {"note": "Banjir."})
    assert scheduled(given).status_code == 201


def test_copies_are_no_sessions():
    made = with_clients(agreed.donation(3))
    assert scheduled(made).json()["code"] == "wrong_unit"


def test_a_moved_session_keeps_its_place_in_calendars(given):
    made = scheduled(given, starts=clock.now() + DAY).json()
    address = f"/v1/sessions/{made['id']}"

    def event():
        answer = given.receiver_client.get(f"{address}/calendar")
        assert answer["Content-Type"] == "text/calendar"
        (found,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        return found

    before = event()
    starts = clock.now() + 9 * DAY
    body = {"starts_at": starts.isoformat(), "ends_at": (starts + DAY).isoformat(), "place": "Aula"}
    given.giver_client.post(f"{address}/reschedule", body)
    after = event()
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"], str(after["location"])) == (0, 1, "Aula")
    given.giver_client.post(f"{address}/cancel")
    assert str(event()["status"]) == "CANCELLED"


def test_places_count_those_who_came_and_a_training_gives_certificates():
    made = with_clients(agreed.donation(40, kind="training", unit="place"))
    address = scheduled(made, units=40)["Location"]
    named = made.giver_client.put(f"{address}/attendees", {"names": ["Sari Puspita", "Budi", "Budi"]})
    assert named.status_code == 204
    attendees = made.receiver_client.get(f"{address}/attendees").json()["data"]
    assert [one["name"] for one in attendees] == ["Budi", "Sari Puspita"]
    certificate = f"{address}/attendees/{attendees[0]['id']}/certificate"
    assert made.receiver_client.get(certificate).status_code == 404  # not held yet
    made.giver_client.post(f"{address}/hold", {"attendance": 36})
    made.receiver_client.post(f"{address}/confirm")
    assert made.receiver_client.get(certificate).content.startswith(b"%PDF-")
    assert where(made.offer) == (0, 0, 36, 4)
    assert made.giver_client.put(f"{address}/attendees", {"names": []}).json()["code"] == "final_already"


def test_a_visit_has_no_certificates(given):
    address = scheduled(given)["Location"]
    assert given.giver_client.put(f"{address}/attendees", {"names": ["Budi"]}).json()["code"] == "wrong_kind"


def test_sessions_are_nothing_to_others(given):
    address = scheduled(given)["Location"]
    other = with_clients(agreed.donation(1))
    for path in (address, f"{address}/calendar", f"{address}/attendees"):
        assert other.giver_client.get(path).status_code == 404
        assert people.client().get(path).status_code == 401
    assert other.giver_client.post(f"{address}/hold").status_code == 404
    assert other.giver_client.get("/v1/sessions").json()["data"] == []
