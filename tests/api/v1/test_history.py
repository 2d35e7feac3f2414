"""The past of an entry over HTTP: what became of it, how it was, and nothing that may not be told today."""

import datetime

import pytest

from directory import clock, ids
from directory.entries import history
from directory.models import Contact, Entry, EntryName, Event, Library, Region, School
from tests import factories, people
from tests.api import worlds
from tests.api.v1.test_details import KINDS, refusal_of

NOW = clock.now().replace(microsecond=0)


def later(hours):
    return NOW + datetime.timedelta(hours=hours)


def path(row, behind=""):
    return f"/v1/{row.kind}s/{worlds.id_of(row)}{behind}"


def items(api, row, query=""):
    return api.get(path(row, f"/history{query}")).json()["data"]


def moment(hours, *, zone=datetime.UTC):
    return later(hours).astimezone(zone).isoformat().replace("+00:00", "Z").replace("+", "%2B")


@pytest.fixture
def school(world):
    """A school that was made now, moved after ten hours, and got another name after twenty."""
    with factories.recorded("entry.changed", now=later(10)):
        Entry.objects.filter(pk=world.school.pk).update(address="Jl. Kenanga 1", region="33.74")
        Library.objects.filter(pk=world.school.pk).update(titles=15)
    with factories.recorded("entry.changed", now=later(20)):
        Entry.objects.filter(pk=world.school.pk).update(name="SD Negeri Sukajaya 3")
        EntryName.objects.filter(entry=world.school).delete()
    return Entry.objects.get(pk=world.school.pk)


# --- the history ---


def test_the_history_tells_the_newest_first_and_the_making_last(api, school):
    renamed, moved, made = items(api, school)

    assert [one["change"] for one in (renamed, moved, made)] == ["changed", "changed", "created"]
    assert [one["at"] for one in (renamed, moved)] == [moment(20), moment(10)]
    assert made["type"] == "entry.created"
    assert made["changes"] == []
    assert renamed["version"] == school.version == moved["version"] + 1
    assert {one["field"]: (one["before"], one["after"]) for one in moved["changes"]} == {
        "address": ("Jl. Pustaka 3", "Jl. Kenanga 1"),
        "library.titles": (10, 15),
        "region": (
            {
                "code": "32.71.03.1001",
                "name": "Paledang",
                "level": "village",
                "path": moved["changes"][0]["before"]["path"],
            },
            {
                "code": "33.74",
                "name": "Kota Semarang",
                "level": "regency",
                "path": moved["changes"][0]["after"]["path"],
            },
        ),
    }
    assert [one["field"] for one in renamed["changes"]] == ["name", "names"]
    assert [one["value"] for one in renamed["changes"][1]["before"]] == ["SD Negeri Sukamaju 3", "SDN Kebun Raya"]
    assert [one["value"] for one in renamed["changes"][1]["after"]] == ["SD Negeri Sukajaya 3"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_history_under_every_address(api, world, kind):
    row = getattr(world, kind)
    with factories.recorded("entry.changed", now=later(1)):
        Entry.objects.filter(pk=row.pk).update(website="https://baru.example")

    of_kind = api.get(path(row, "/history"))
    of_all = api.get(f"/v1/entries/{worlds.id_of(row)}/history/")

    assert of_kind.content == of_all.content
    assert of_kind.json()["data"][0]["changes"] == [{"field": "website", "before": "", "after": "https://baru.example"}]
    assert of_kind["Cache-Control"] == api.get(path(row))["Cache-Control"]
    assert api.get(path(row, "/history"), headers={"If-None-Match": of_kind["ETag"]}).status_code == 304


def test_an_entry_is_found_by_its_identifier(api, school):
    assert api.get("/v1/schools/npsn:20106343/history").json()["data"] == items(api, school)


def test_pages_go_on_to_the_making(api, school):
    found, query = [], "?limit=1"
    while query:
        page = api.get(path(school, f"/history{query}")).json()
        assert len(page["data"]) == 1
        found += page["data"]
        query = f"?limit=1&cursor={page['next_cursor']}" if page["has_more"] else ""

    assert found == items(api, school)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_are_full_while_more_follows_whatever_may_not_be_told(api, school, limit):
    for number in range(12):  # each is a change of the entry of which nothing may be told once the contact is private
        with factories.recorded("entry.changed", now=later(30 + number)):
            Contact.objects.create(entry=school, kind="phone", value=f"+6221765{number:04}", visibility="public")
    with factories.recorded("entry.changed", now=later(50)):
        Contact.objects.filter(entry=school, value__startswith="+6221765").update(visibility="members_only")
    assert len(history.changes(school.pk, limit=50)) > 12
    whole, found, query = items(api, school), [], f"?limit={limit}"
    while query:
        page = api.get(path(school, f"/history{query}")).json()
        assert len(page["data"]) == limit or not page["has_more"]
        assert page["data"]
        found += page["data"]
        query = f"?limit={limit}&cursor={page['next_cursor']}" if page["has_more"] else ""

    assert found == whole
    assert len(found) == 3


def test_the_address_of_the_next_page_is_given(api, school):
    first = api.get(path(school, "/history?limit=2"))

    link = first["Link"].partition(">")[0].removeprefix("<http://localhost:8000")
    assert [one["change"] for one in api.get(link).json()["data"]] == ["created"]


def test_a_cursor_of_another_list_is_refused(api, school, world):
    cursor = api.get(path(school, "/history?limit=1")).json()["next_cursor"]
    for address in (path(world.far, f"/history?cursor={cursor}"), path(school, "/history?cursor=WyJ4Il0")):
        assert api.get(address).json()["errors"][0]["code"] == "invalid_cursor"


def test_a_cursor_that_somebody_wrote_is_refused(api, school):
    from api import pagination

    mark = pagination.decode(api.get(path(school, "/history?limit=1")).json()["next_cursor"])[0]
    for values in ([], ["1"], [1.5], [True], [-1], [2**63], [1, 2]):
        cursor = pagination.encode([mark, *values])
        assert api.get(path(school, f"/history?cursor={cursor}")).status_code == 400, values


def test_what_is_not_known_is_refused(api, school):
    for query in ("?sort=at", "?fields=id", "?as_of=2026-01-01"):
        assert api.get(path(school, f"/history{query}")).status_code == 400, query


def test_a_region_that_was_renamed_is_a_change_of_its_entries(api, world):
    with factories.recorded("regions.imported", now=later(1)):
        Region.objects.filter(pk="33.74").update(name="Kota Lama")

    (change,) = items(api, world.far)[0]["changes"]
    assert (change["before"]["name"], change["after"]["name"]) == ("Kota Semarang", "Kota Lama")


# --- who ---


@pytest.mark.django_db
def test_a_source_is_named(api):
    source = factories.source("dapodik")
    row = factories.entry()
    with factories.recorded("source.imported", source=source.pk, reason="rahasia.csv", now=later(1)):
        School.objects.filter(pk=row.pk).update(pupils=3)

    item = items(api, row)[0]
    assert item["actor"] == {"kind": "source", "entry": None, "source": ids.encode("source", source.pk)}
    assert (item["type"], item["reason"]) == ("source.imported", "")


@pytest.mark.django_db
def test_persons_are_told_by_their_part_and_never_named(api):
    factories.region("32.71", "Kota Bogor")
    row, other = factories.entry(region_id="32.71"), factories.entry()
    sari = people.member(row, of=people.user("sari"))
    moderator = people.member(other, of=people.moderator("32"))
    clients = [
        people.as_person(sari, acting_for=row),
        people.client(people.entry_key(row, by=sari)),
        people.as_person(moderator),
    ]
    for number, client in enumerate(clients):
        tag = client.get(path(row))["ETag"]
        body = {"address": f"Jl. {number}"}
        assert client.patch(path(row), body, headers={"If-Match": tag}).status_code == 200

    answer = api.get(path(row, "/history"))
    parts = [one["actor"] for one in answer.json()["data"]]
    nobody = {"entry": None, "source": None}
    member = {"kind": "member", "entry": worlds.id_of(row), "source": None}
    assert parts == [{"kind": "moderator", **nobody}, member, member, {"kind": "system", **nobody}]
    requests = Event.objects.exclude(request_id="").values_list("request_id", flat=True)
    for told in ("usr_", "key_", "sari", "moderator-", worlds.id_of(other), *requests):
        assert told.encode() not in answer.content


@pytest.mark.django_db
def test_who_made_an_entry_is_a_person(api):
    made = people.as_person(people.user("sari")).post("/v1/publishers", {"name": "Penerbit Baru"}).json()

    (item,) = api.get(f"/v1/publishers/{made['id']}/history").json()["data"]
    assert (item["change"], item["actor"]["kind"], item["type"]) == ("created", "person", "entry.created")


@pytest.mark.django_db
def test_reasons_are_told_where_they_are_given_to_be_read(api):
    row = factories.entry()
    client = people.as_person(people.member(row), acting_for=row)
    moderator = people.as_person(people.moderator())
    client.post(path(row, "/close"), {"reason": "Pindah"})
    moderator.post(path(row, "/hide"), {"reason": "rahasia"})
    moderator.post(path(row, "/show"), {"reason": "rahasia"})

    answer = api.get(path(row, "/history"))
    assert [one["reason"] for one in answer.json()["data"]] == ["", "", "Pindah", ""]
    assert [one["changes"] for one in answer.json()["data"]][2] == [
        {"field": "status", "before": "active", "after": "closed"}
    ]
    assert b"rahasia" not in answer.content


# --- what may be told today ---


def test_contacts_are_told_while_they_are_public(api, world):
    row = world.school
    with factories.recorded("entry.changed", now=later(1)):
        Contact.objects.filter(entry=row).exclude(visibility="public").update(label=f"{worlds.MARKER} lain")
    with factories.recorded("entry.changed", now=later(2)):
        Contact.objects.create(entry=row, kind="phone", value="+62251300001", visibility="public", label="Kantor")
    assert [one["change"] for one in items(api, row)] == ["changed", "created"]
    (change,) = items(api, row)[0]["changes"]
    assert [one["value"] for one in change["before"]] == ["info@sekolah.example"]
    assert [one["value"] for one in change["after"]] == ["info@sekolah.example", "+62251300001"]

    with factories.recorded("entry.changed", now=later(3)):
        Contact.objects.filter(entry=row, kind="phone").update(visibility="members_only")

    for address in (path(row, "/history"), path(row, f"?as_of={moment(2)}"), path(row, f"?as_of={moment(9)}")):
        assert b"300001" not in api.get(address).content
        assert worlds.MARKER.encode() not in api.get(address).content


def test_the_past_of_what_is_hidden_looks_like_that_of_what_never_was(api, world):
    never = ids.encode("author", factories.uuid_of_nobody())
    for behind in ("/history", "/history?limit=1", "/history?cursor=x", "?as_of=2999-01-01", "?as_of=x"):
        hidden, nobody = api.get(path(world.hidden, behind)), api.get(f"/v1/authors/{never}{behind}")
        assert refusal_of(hidden) == refusal_of(nobody), behind
        assert hidden.status_code == 404


def test_moderators_read_the_past_of_what_is_hidden(world):
    moderator = people.as_person(people.moderator())

    assert moderator.get(path(world.hidden, "/history")).json()["data"][0]["change"] == "created"
    assert moderator.get(path(world.hidden, "?as_of=2999-01-01")).json()["status"] == "hidden"


def test_the_past_of_a_merged_entry_is_that_of_the_one_that_stays(api, world):
    for row in (world.merged, world.twice):
        for behind in ("/history", "/history/?limit=1", f"?as_of={moment(1)}"):
            response = api.get(path(row, behind))
            assert response.status_code == 301
            assert response["Location"] == path(world.school, behind.replace("/?", "?"))
            assert api.get(response["Location"]).status_code == 200


def test_an_entry_of_another_kind_is_not_found(api, world):
    assert api.get(f"/v1/publishers/{worlds.id_of(world.school)}/history").status_code == 404
    assert api.get(f"/v1/publishers/{worlds.id_of(world.school)}?as_of=2999-01-01").status_code == 404


# --- how it was ---


def test_an_entry_is_shown_as_it_was(api, school):
    whole = {hours: api.get(path(school, f"?as_of={moment(hours)}")).json() for hours in (5, 10, 15, 20, 99)}

    assert (whole[5]["address"], whole[5]["library"]["titles"]) == ("Jl. Pustaka 3", 10)
    assert [one["value"] for one in whole[5]["names"]] == ["SD Negeri Sukamaju 3", "SDN Kebun Raya"]
    assert whole[5]["region"]["name"] == "Paledang"
    assert (whole[10]["address"], whole[10]["library"]["titles"]) == ("Jl. Kenanga 1", 15)
    assert whole[10] == whole[15]
    assert whole[10]["name"] == "SD Negeri Sukamaju 3"
    assert whole[20] == whole[99] == api.get(path(school)).json()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_as_it_is_when_asked_for_today(api, world, kind):
    row = getattr(world, kind)
    today = api.get(path(row))
    for address in (path(row), f"/v1/entries/{worlds.id_of(row)}"):
        answer = api.get(f"{address}?as_of=2999-12-31")
        assert answer.content == today.content
        assert answer["Cache-Control"] == today["Cache-Control"]
        assert answer["ETag"] != today["ETag"]  # nobody changes the past under If-Match
        assert api.get(f"{address}?as_of=2999-12-31", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_zone_is_minded_and_a_date_means_its_end_in_utc(api, db):
    with factories.recorded(now=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)):
        row = Entry.objects.create(kind="publisher", name="Lama")
        factories.Publisher.objects.create(entry=row)
    with factories.recorded(now=datetime.datetime(2026, 3, 1, 18, 30, tzinfo=datetime.UTC)):
        Entry.objects.filter(pk=row.pk).update(name="Baru")
    names = {
        "2026-02-28": "Lama",
        "2026-03-01": "Baru",
        "2026-03-01T18:29:59Z": "Lama",
        "2026-03-01T18:30:00Z": "Baru",
        "2026-03-02T01:29:59%2B07:00": "Lama",
        "2026-03-02T01:30:00%2B07:00": "Baru",
        "2026-01-01": "Lama",
        "2026-01-01T00:00:00Z": "Lama",
        "9999-12-31": "Baru",
    }
    assert {asked: api.get(path(row, f"?as_of={asked}")).json()["name"] for asked in names} == names
    assert api.get(path(row, "?as_of=2025-12-31")).status_code == 404
    for wrong in ("", "kemarin", "2026-02-30", "2026-03-02T01:30:00", "2026-03-02T01:30:00+07:00", "20260101"):
        assert api.get(path(row, f"?as_of={wrong}")).json()["errors"][0]["code"] == "invalid_datetime", wrong


def test_the_past_takes_fields_expansions_and_formats(api, world):
    row = world.author
    answer = api.get(path(row, f"?as_of={moment(1)}&fields=name,roles")).json()
    assert answer == {"id": worlds.id_of(row), "object": "author", "name": "Sari Puspita", "roles": ["writer"]}
    expanded = api.get(path(row, f"?as_of={moment(1)}&expand=relations.entry")).json()
    assert expanded["relations"][0]["entry"]["name"] == "Lentera Aksara"
    assert api.get(path(row, f"?as_of={moment(1)}&format=jsonld")).json()["name"] == "Sari Puspita"


def test_while_an_entry_was_hidden_nobody_saw_it(api, world):
    row = world.far
    with factories.recorded("entry.hidden", now=later(1)):
        Entry.objects.filter(pk=row.pk).update(status="hidden")
    with factories.recorded("entry.shown", now=later(2)):
        Entry.objects.filter(pk=row.pk).update(status="active")

    assert [api.get(path(row, f"?as_of={moment(hours)}")).status_code for hours in (0.5, 1, 2)] == [200, 404, 200]
    moderator = people.as_person(people.moderator())
    assert moderator.get(path(row, f"?as_of={moment(1)}")).json()["status"] == "hidden"


def test_lists_are_of_today(api, world):
    assert api.get("/v1/schools?as_of=2026-01-01").json()["errors"][0]["code"] == "unknown_parameter"
