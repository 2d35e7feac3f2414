"""Lists of offers and needs: filtered, searched, sorted, counted, the nearest first, page after page."""

import datetime
from typing import Any

import pytest

from directory import clock, ids
from partners.models import Proposal
from partners.offers import moves, proposal_filters, writing
from tests import factories, people
from tests.api import statements
from tests.api.v1.test_offers import hold, verified

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 25, 3, tzinfo=datetime.UTC)


def made(entry: Any, direction: str = "offer", *, is_open: bool = True, **values: Any) -> str:
    by = people.actor(people.member(entry), entry)
    lines = values.pop("lines", [{"title": "Kancil dan Buaya", "level": "b1", "language": "id", "quantity": 5}])
    given = {"kind": "book_donation", "title": "Buku bacaan", "lines": lines, **values}
    row = writing.create(direction, given, entry=entry.pk, by=by, now=clock.now())
    if is_open:
        moves.publish(direction, row.pk, by=by, now=clock.now())
    return ids.encode(direction, row.pk)


@pytest.fixture
def shelf() -> dict[str, str]:
    """Three offers: near Bogor, near Semarang, and of nowhere."""
    for code, name in (("32.71", "Kota Bogor"), ("33.74", "Kota Semarang"), ("53.71", "Kota Kupang")):
        factories.region(code, name)
    bogor = verified(region_id="32.71", latitude=-6.6, longitude=106.8, location_accuracy="point")
    semarang = verified(region_id="33.74", latitude=-7.0, longitude=110.4, location_accuracy="point")
    return {
        "bogor": made(bogor, reach_regions=["32"], deadline=datetime.date(2100, 1, 1), description="Untuk SD"),
        "semarang": made(
            semarang,
            kind="author_visit",
            title="Dongeng keliling",
            lines=[
                {"title": "Sesi", "unit": "session", "quantity": 2, "subject": "reading", "level": "c"},
                {"title": "Cerita rakyat", "format": "braille", "quantity": 0, "language": "jv"},
            ],
            deadline=datetime.date(2100, 6, 1),
            reach_regions=["53.71"],
        ),
        "nowhere": made(verified("organisation"), title="Pelatihan katalog", kind="training", external_id="P-1"),
    }


def found(api: Any, query: str, shelf: dict[str, str]) -> list[str]:
    names = {one: name for name, one in shelf.items()}
    response = api.get(f"/v1/offers?{query}")
    assert response.status_code == 200, response.content
    return [names[one["id"]] for one in response.json()["data"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["bogor", "semarang", "nowhere"]),
        ("kind=author_visit,training", ["semarang", "nowhere"]),
        ("level=b1", ["bogor", "nowhere"]),
        ("level=b1&language=id", ["bogor", "nowhere"]),
        ("level=c&language=jv", []),  # not of one line
        ("book_format=braille", ["semarang"]),
        ("book_format=braille&is_available=true", []),
        ("is_available=true", ["bogor", "semarang", "nowhere"]),
        ("is_available=false", []),
        ("subject=reading", ["semarang"]),
        ("region=32", ["bogor"]),
        ("region=32.71,33", ["bogor", "semarang"]),
        ("reaches=53.71", ["semarang", "nowhere"]),
        ("reaches=53", ["nowhere"]),
        ("reaches=32.71", ["bogor", "nowhere"]),
        ("near=-7,110", ["semarang", "bogor"]),
        ("near=-7,110&radius_km=100", ["semarang"]),
        ("near=-7,110&sort=created_at", ["bogor", "semarang"]),
        ("deadline_from=2100-01-02", ["semarang"]),
        ("deadline_until=2100-01-02", ["bogor"]),
        ("sort=deadline", ["bogor", "semarang", "nowhere"]),
        ("sort=-deadline", ["nowhere", "semarang", "bogor"]),
        ("sort=-created_at", ["nowhere", "semarang", "bogor"]),
        ("sort=expires_at,updated_at", ["bogor", "semarang", "nowhere"]),
        ("q=kancil", ["bogor", "nowhere"]),
        ("q=kanc", ["bogor", "nowhere"]),
        ("q=kanc%20", []),
        ("q=dongeng%20keliling", ["semarang"]),
        ("q=cerita%20dongeng", ["semarang"]),
        ("q=untuk", ["bogor"]),
        ("q=!!!", []),
        ("external_id=P-1", []),
        ("updated_since=2100-01-01", []),
        ("status=open,closed", ["bogor", "semarang", "nowhere"]),
        ("status=closed", []),
        ("status=draft", []),
    ],
)
def test_a_list_is_narrowed(api: Any, shelf: dict[str, str], query: str, names: list[str]) -> None:
    assert found(api, query, shelf) == names


def test_an_own_number_finds_the_own_offer(api: Any, shelf: dict[str, str]) -> None:
    row = Proposal.objects.get(external_id="P-1")
    member = people.as_person(people.member(row.entry))
    assert found(member, "external_id=P-1", shelf) == ["nowhere"]
    assert member.get("/v1/offers/external:P-1").json()["id"] == shelf["nowhere"]
    stranger = people.as_person(people.member(factories.entry()))
    assert found(stranger, "external_id=P-1", shelf) == []
    assert stranger.get("/v1/offers/external:P-1").status_code == 404


def test_members_list_their_drafts(shelf: dict[str, str]) -> None:
    entry = Proposal.objects.get(external_id="P-1").entry
    draft = made(entry, is_open=False, title="Konsep")
    member = people.as_person(people.member(entry))
    assert found(member, "status=draft", {**shelf, "draft": draft}) == ["draft"]


def test_of_one_entry(api: Any, shelf: dict[str, str]) -> None:
    entry = Proposal.objects.get(external_id="P-1").entry
    name = ids.encode("organisation", entry.pk)
    assert found(api, f"entry={name}", shelf) == ["nowhere"]
    assert [one["id"] for one in api.get(f"/v1/entries/{name}/offers").json()["data"]] == [shelf["nowhere"]]
    assert api.get(f"/v1/entries/{name}/offers?kind=author_visit").json()["data"] == []
    assert api.get(f"/v1/entries/{name}/needs").json()["data"] == []
    assert api.get("/v1/entries/org_01kf3cb0s3f8q8r2d1kq8m8n8p/offers").status_code == 404
    other = factories.entry("organisation")
    with factories.recorded(settle=False):
        type(entry).objects.filter(pk=entry.pk).update(status="merged", merged_into=other)
    moved = api.get(f"/v1/entries/{name}/offers?limit=1")
    assert moved.status_code == 301
    assert moved["Location"].endswith(f"{ids.encode('organisation', other.pk)}/offers?limit=1")


def test_distance_is_told_from_near_or_from_the_entry_acted_for(api: Any, shelf: dict[str, str]) -> None:
    assert [one["distance_km"] for one in api.get("/v1/offers").json()["data"]] == [None, None, None]
    near = api.get("/v1/offers?near=-7.0,110.4").json()["data"]
    assert [one["distance_km"] for one in near] == [0.0, 400.0]
    school = factories.entry(latitude=-6.6, longitude=106.8, location_accuracy="point")
    teacher = people.as_person(people.member(school))
    assert [one["distance_km"] for one in teacher.get("/v1/offers").json()["data"]] == [0.0, 400.0, None]
    assert teacher.get(f"/v1/offers/{shelf['semarang']}").json()["distance_km"] == 400.0


def test_facets_of_very_many_are_counted_among_some_and_say_so(
    api: Any, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposal_filters, "MOST_COUNTED", 2)
    for name, facet in api.get("/v1/offers?facets=kind,status,level").json()["facets"].items():
        assert facet["approximate"] is True
        assert name == "level" or sum(one["count"] for one in facet["buckets"]) == 2
    monkeypatch.setattr(proposal_filters, "MOST_COUNTED", 3)
    assert api.get("/v1/offers?facets=kind").json()["facets"]["kind"]["approximate"] is False


def test_facets_count_the_filtered_list(api: Any, shelf: dict[str, str]) -> None:
    facets = api.get("/v1/offers?facets=kind,level,subject,status&include=total&limit=1").json()
    assert facets["total"] == {"value": 3, "relation": "eq"}
    told = {
        name: [(one["value"], one["count"]) for one in facet["buckets"]] for name, facet in facets["facets"].items()
    }
    assert told == {
        "kind": [("author_visit", 1), ("book_donation", 1), ("training", 1)],
        "level": [("b1", 2), ("c", 1)],
        "subject": [("reading", 1)],
        "status": [("open", 3)],
    }
    of_words = api.get("/v1/offers?facets=level&q=kancil&level=b1").json()["facets"]["level"]["buckets"]
    assert of_words == [{"value": "b1", "count": 2}]


@pytest.mark.parametrize("query", ["", "sort=deadline", "sort=-deadline", "near=-6,106", "q=buku", "sort=-updated_at"])
def test_pages_are_stable(api: Any, query: str) -> None:
    entry = verified(latitude=-6.6, longitude=106.8, location_accuracy="point")
    for number in range(5):
        made(entry, title=f"Buku {number}", deadline=datetime.date(2100, 1, 1) if number % 2 else None)
    whole = [one["id"] for one in api.get(f"/v1/offers?{query}").json()["data"]]
    assert len(whole) == 5
    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/offers?{query}&limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        pages += [one["id"] for one in page["data"]]
        cursor = page["next_cursor"]
    assert pages == whole


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=distance", "sort_needs"),
        ("near=-6,106&sort=distance,deadline", "sort_alone"),
        ("radius_km=5", "radius_without_near"),
        ("reaches=99", "unknown_region"),
        ("status=live", "invalid_choice"),
        ("deadline_from=besok", "invalid_date"),
        ("entry=off_01kf3cb0s3f8q8r2d1kq8m8n8p", "invalid_id"),
        (f"q={'a' * 201}", "query_too_long"),
        ("levle=b1", "unknown_parameter"),
    ],
)
def test_what_is_asked_wrongly_is_refused(api: Any, query: str, code: str) -> None:
    response = api.get(f"/v1/offers?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == code


def test_a_list_shows_the_first_lines_and_counts_all(api: Any) -> None:
    lines = [{"title": f"Judul {number}", "quantity": 1} for number in range(12)]
    one = made(verified(), lines=lines)
    (listed,) = api.get("/v1/offers").json()["data"]
    whole = api.get(f"/v1/offers/{one}").json()
    assert (len(listed["lines"]), listed["line_count"], listed["quantity"]) == (10, 12, 12)
    assert (len(whole["lines"]), whole["line_count"]) == (12, 12)
    assert listed == {**whole, "lines": whole["lines"][:10]}


def test_a_table_has_a_row_for_each(api: Any, shelf: dict[str, str]) -> None:
    response = api.get("/v1/offers?format=csv")
    head, *rows = b"".join(response.streaming_content).decode().splitlines()
    assert {"id", "title", "available", "reach_regions", "region_code"} <= set(head.split(","))
    assert len(rows) == 3


@pytest.mark.parametrize("who", ["anonymous", "member"])
@pytest.mark.parametrize("query", ["", "near=-6,106", "facets=kind,level", "expand=entry", "q=buku&level=b1"])
def test_fifty_need_no_more_statements_than_one(api: Any, who: str, query: str) -> None:
    entry = verified(latitude=-6.6, longitude=106.8, location_accuracy="point")
    for number in range(50):
        made(entry, is_open=number % 2 == 0 or who == "anonymous", title=f"Buku {number}")
    client = people.as_person(people.member(entry)) if who == "member" else api
    counts = []
    for limit in (1, 1, 50):  # the first asks what is asked once in the life of a process
        with statements.sent() as sent:
            rows = client.get(f"/v1/offers?{query}&limit={limit}&status=draft,open").json()["data"]
        counts.append(len(sent))
    assert len(rows) == 50
    assert counts[1] == counts[2] <= 16, [text[:200] for text, _ in sent]


def test_what_is_promised_is_told_in_lists(api: Any) -> None:
    one = api.get(f"/v1/offers/{made(verified())}").json()
    hold(one, 5)
    (listed,) = api.get("/v1/offers").json()["data"]
    assert (listed["available"], listed["promised"], listed["is_exhausted"]) == (0, 5, True)
