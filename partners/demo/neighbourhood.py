"""A living neighbourhood for the demo: offers, needs, requests in every state, parcels, visits, by the real verbs."""

import datetime
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import transaction

from directory import actors
from directory.demo import names
from directory.entries.entries import Entry
from partners.collaborations import endings, writing
from partners.collaborations import moves as requests
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import AgreedLine
from partners.demo import people, questions
from partners.fulfilment import counting, holding, planning, shipping
from partners.fulfilment.planning import Wanted
from partners.offers import moves as proposals
from partners.offers import writing as offers
from partners.offers.proposals import Proposal

PUBLISHERS, AUTHORS, VENDORS, SCHOOLS = 45, 25, 6, 150
OFFERS, NEEDS, REQUESTS = 200, 300, 150
DAY = datetime.timedelta(days=1)
TITLES = (
    "Kancil dan Buaya",
    "Timun Mas",
    "Si Pitung Kecil",
    "Asal Mula Danau",
    "Rumah di Atas Awan",
    "Petualangan di Hutan Rimba",
    "Sains untuk Anak",
    "Berhitung Itu Asyik",
    "Laut dan Isinya",
    "Pahlawan dari Desa",
    "Cerita dari Timur",
    "Kamus Bergambar",
)
LEVELS = ("a", "b1", "b2", "b3", "c", "d", "e")
# How far each request of the demo has come, in turn.
STORIES = (
    *["pending"] * 6,
    *["countered"] * 3,
    "draft",
    *["active"] * 4,
    *["sent"] * 3,
    *["counted"] * 2,
    *["received"] * 5,
    "damaged",
    "declined",
    "withdrawn",
    "expired",
    "cancelled",
    "signing",
    "visited",
)


class Partners(NamedTuple):
    """Who acts: by kind, each with its entry."""

    publishers: list[tuple[Entry, actors.Actor]]
    authors: list[tuple[Entry, actors.Actor]]
    vendors: list[tuple[Entry, actors.Actor]]
    schools: list[tuple[Entry, actors.Actor]]


def is_loaded() -> bool:
    """Whether the neighbourhood stands already."""
    return Proposal.objects.exists()


def load(*, by: actors.Actor, now: datetime.datetime, advance: Callable[[int], object] = lambda rows: None) -> None:
    """Fill the demo's directory with what its partners do; the same in every run but for ids and days.

    Each step is a transaction of its own; `advance` is told of each. The demo entries are there.
    """
    throws = names.dice("neighbourhood")
    partners = _partners(by=by, now=now - 200 * DAY)
    people.moderator(by=by, now=now - 200 * DAY)
    made: list[tuple[Proposal, actors.Actor]] = []
    for number in range(OFFERS):
        made.append(_offer(number, partners, throws, now=now))
        advance(1)
    for number in range(NEEDS):
        _need(number, partners, throws, now=now)
        advance(1)
    for number in range(REQUESTS):
        story = STORIES[number % len(STORIES)]
        _request(story, number, made, partners, throws, now=now)
        advance(1)
    questions.load(now=now)


@transaction.atomic
def _partners(*, by: actors.Actor, now: datetime.datetime) -> Partners:
    def some(kind: str, number: int) -> list[Entry]:
        found = Entry.objects.filter(kind=kind, status="active", region__isnull=False)
        return list(found.order_by("name_key", "pk")[:number])

    kinds = (("publisher", PUBLISHERS), ("author", AUTHORS), ("vendor", VENDORS), ("school", SCHOOLS))
    chosen = {kind: some(kind, number) for kind, number in kinds}
    known = {"publisher": [people.PUBLISHER], "school": [people.TEACHER, people.NEIGHBOUR]}
    people.verify([entry for entries in chosen.values() for entry in entries], by=by, now=now)
    acting: dict[str, list[tuple[Entry, actors.Actor]]] = {}
    for kind, entries in chosen.items():
        acting[kind] = [
            (entry, people.member(entry, by=by, now=now, email=email))
            for entry, email in itertools.zip_longest(entries, known.get(kind, []), fillvalue="")
        ]
    return Partners(acting["publisher"], acting["author"], acting["vendor"], acting["school"])


@transaction.atomic
def _offer(
    number: int, partners: Partners, throws: random.Random, *, now: datetime.datetime
) -> tuple[Proposal, actors.Actor]:
    kind = ("book_donation",) * 7 + ("author_visit", "training", "software_licence")
    entry, by, values = _told(kind[number % len(kind)], number, partners, throws)
    at = now - throws.randint(5, 150) * DAY
    values = {**values, "needs_signature": number % 29 == 3, "transport_paid_by": throws.choice(("giver", "receiver"))}
    row = offers.create("offer", values, entry=entry.pk, by=by, now=at)
    if number % 25 == 24:  # left as a draft
        return row, by
    row = proposals.publish("offer", row.pk, by=by, now=at + DAY)
    if number % 25 == 23:
        row = proposals.pause("offer", row.pk, by=by, now=at + 2 * DAY)
    elif number % 25 == 22:
        row = proposals.close("offer", row.pk, by=by, now=at + 3 * DAY)
    return row, by


def _told(
    kind: str, number: int, partners: Partners, throws: random.Random
) -> tuple[Entry, actors.Actor, dict[str, Any]]:
    """Who offers something of a kind, and what."""
    if kind == "author_visit":
        entry, by = partners.authors[number % len(partners.authors)]
        line = {"title": "Bercerita dan menulis bersama", "unit": "session", "quantity": 4}
        return entry, by, {"kind": kind, "title": "Kunjungan ke sekolah", "mode": "on_site", "lines": [line]}
    if kind == "training":
        entry, by = partners.vendors[number % len(partners.vendors)]
        line = {"title": "Pelatihan mengelola perpustakaan", "unit": "place", "quantity": 40, "subject": "library"}
        return entry, by, {"kind": kind, "title": "Pelatihan pustakawan sekolah", "mode": "hybrid", "lines": [line]}
    if kind == "software_licence":
        entry, by = partners.vendors[number % len(partners.vendors)]
        line = {"title": "Lisensi setahun", "unit": "seat", "quantity": 25}
        return entry, by, {"kind": kind, "title": "Lisensi gratis setahun", "term_months": 12, "lines": [line]}
    entry, by = partners.publishers[number % len(partners.publishers)]
    lines = [_book(throws, quantity=throws.choice((50, 100, 200, 300))) for _ in range(throws.randint(1, 4))]
    title = f"{sum(line['quantity'] for line in lines)} buku bacaan"
    methods = throws.sample(("courier", "pickup", "collection_point"), 2)
    return entry, by, {"kind": kind, "title": title, "transport_methods": methods, "lines": lines}


def _book(throws: random.Random, *, quantity: int) -> dict[str, Any]:
    return {
        "title": throws.choice(TITLES),
        "level": throws.choice(LEVELS),
        "language": "id",
        "format": "print",
        "subject": "reading",
        "condition": throws.choice(("new", "good")),
        "quantity": quantity,
        "weight_g": throws.choice((None, 180, 250, 320)),
        "unit_value": throws.choice((None, 25_000, 40_000)),
    }


@transaction.atomic
def _need(number: int, partners: Partners, throws: random.Random, *, now: datetime.datetime) -> None:
    entry, by = partners.schools[number % len(partners.schools)]
    lines = [
        {**_book(throws, quantity=throws.choice((20, 40, 60))), "unit_value": None} for _ in range(throws.randint(1, 3))
    ]
    total = sum(line["quantity"] for line in lines)
    values = {"kind": "book_donation", "title": f"{total} buku bacaan untuk perpustakaan kami", "lines": lines}
    at = now - throws.randint(3, 120) * DAY
    row = offers.create("need", values, entry=entry.pk, by=by, now=at)
    if number % 20:
        proposals.publish("need", row.pk, by=by, now=at + DAY)


def _request(
    story: str,
    number: int,
    made: list[tuple[Proposal, actors.Actor]],
    partners: Partners,
    throws: random.Random,
    *,
    now: datetime.datetime,
) -> None:
    """One request, and how far it has come. Each step is a transaction, as it would be."""
    wanted = {"signing": True}.get(story, False)
    kind = "author_visit" if story == "visited" else "book_donation"
    fitting = [
        (row, by) for row, by in made if row.status == "open" and row.kind == kind and row.needs_signature == wanted
    ]
    offer, owner = fitting[number % len(fitting)]
    _, by = partners.schools[(number * 7) % len(partners.schools)]
    at = now - throws.randint(30, 40) * DAY if story in _OLD else now - throws.randint(1, 4) * DAY
    line = offer.lines.order_by("position")[number % offer.lines.count()]
    quantity = min(line.available, 1 if kind == "author_visit" else throws.choice((10, 20, 30)))
    said = {
        "message": "Perpustakaan kami baru dibuka dan rak bacaannya masih kosong.",
        "lines": [{"offer_line": line.pk, "quantity": max(quantity, 1), "min_quantity": 1}],
    }
    row = writing.create(said, target=("offer", offer.pk), submit=story != "draft", by=by, now=at)
    for step in _steps(story, row, owner=owner, asker=by, throws=throws, at=at, now=now):
        with transaction.atomic():
            step()


_OLD = ("sent", "counted", "received", "damaged", "expired", "visited", "cancelled", "active")


def _steps(
    story: str,
    row: Collaboration,
    *,
    owner: actors.Actor,
    asker: actors.Actor,
    throws: random.Random,
    at: datetime.datetime,
    now: datetime.datetime,
) -> Iterator[Callable[[], object]]:
    """What happened to a request after it was sent, in order."""
    key, later = row.pk, at + DAY
    if story == "countered":
        yield lambda: requests.counter(key, {"message": "Bagaimana kalau 15 dahulu?"}, by=owner, now=later)
    elif story == "declined":
        yield lambda: requests.decline(key, reason_code="too_far", note="Maaf.", by=owner, now=later)
    elif story == "withdrawn":
        yield lambda: requests.withdraw(key, note="Sudah terpenuhi.", by=asker, now=later)
    elif story == "expired":
        yield lambda: requests.expire(key, by=actors.SYSTEM, now=now)
    elif story not in ("pending", "draft"):
        yield lambda: requests.accept(key, revision=1, by=owner, now=later)
        if story == "cancelled":
            yield lambda: endings.cancel(key, note="Gudang kebanjiran.", by=owner, now=later + DAY)
        elif story == "visited":
            yield lambda: _visit(key, owner=owner, asker=asker, now=now)
        elif story in ("sent", "counted", "received", "damaged"):
            yield lambda: _ship(story, key, owner=owner, asker=asker, throws=throws, at=later + 3 * DAY)


def _ship(
    story: str,
    key: Any,
    *,
    owner: actors.Actor,
    asker: actors.Actor,
    throws: random.Random,
    at: datetime.datetime,
) -> None:
    agreed = list(AgreedLine.objects.filter(collaboration=key))
    way = {"method": "courier", "courier": "Pos Indonesia", "tracking_number": f"P{throws.randint(10**9, 10**10)}"}
    shipment = planning.plan([Wanted(line.pk, line.quantity) for line in agreed], way, by=owner, now=at)
    shipping.dispatch(shipment.pk, by=owner, now=at + DAY)
    if story == "sent":
        return
    found = {}
    for line in shipment.lines.all():
        damaged = line.quantity // 5 if story == "damaged" else 0
        half = line.quantity // 2 if story == "counted" else line.quantity - damaged
        found[line.pk] = {"accepted": half, "damaged": damaged}
    counting.count(shipment.pk, found, is_last=story != "counted", by=asker, now=at + 9 * DAY)


def _visit(key: Any, *, owner: actors.Actor, asker: actors.Actor, now: datetime.datetime) -> None:
    line = AgreedLine.objects.get(collaboration=key)
    begins = now - 5 * DAY
    times = {"starts_at": begins, "ends_at": begins + datetime.timedelta(hours=2), "place": "Perpustakaan sekolah"}
    session = holding.schedule(line.pk, times, by=owner, now=begins - 7 * DAY)
    holding.hold(session.pk, attendance=42, by=owner, now=begins + DAY)
    holding.confirm(session.pk, by=asker, now=begins + 2 * DAY)
