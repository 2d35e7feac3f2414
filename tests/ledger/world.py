"""What a round of the ledger test is about: an offer that is too small, and those who race for it."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from directory import clock, ids
from partners.collaborations import writing as requests
from partners.models import Line, Proposal
from tests import people
from tests.partners import agreed

_numbers = itertools.count(1)


@dataclass
class Asked:
    """One request that waits for its answer."""

    id: str
    key: Any
    wanted: tuple[int, ...]
    asker: dict[str, str]  # headers


@dataclass
class World:
    """Offers of one publisher, and a request of each school to each of them in turn."""

    owner: Any
    headers: dict[str, str]
    offers: list[Proposal]
    totals: dict[Any, int]
    asked: list[Asked] = field(default_factory=list)


def headers(person: Any, entry: Any) -> dict[str, str]:
    """The credential of a person who acts for an entry."""
    return {
        "Authorization": f"Bearer {people.token(person)}",
        "Acting-Entry": ids.encode(entry.kind, entry.pk),
        "Content-Type": "application/json",
    }


def build(
    *, clients: int, quantities: tuple[int, ...] = (10,), offers: int = 1, both: bool = False, **more: Any
) -> World:
    """A publisher with that many offers, and one request of each of so many schools.

    A school asks for one to three of each line; with `both`, of the first line of each offer in one request.
    """
    publisher = agreed.verified("publisher", name=f"Penerbit {next(_numbers)}")
    owner = people.member(publisher)
    opened = [agreed.opened(publisher, *quantities) for _ in range(offers)]
    rows = [list(Line.objects.filter(proposal=offer.pk).order_by("position")) for offer in opened]
    made = World(
        owner=publisher,
        headers=headers(owner, publisher),
        offers=opened,
        totals={line.pk: line.total for lines in rows for line in lines},
    )
    for number in range(clients):
        school = agreed.verified("school", name=f"Sekolah {next(_numbers)}")
        person = people.member(school)
        lines = [lines[0] for lines in rows] if both else rows[number % offers]
        wanted = tuple(1 + (number + place) % 3 for place in range(len(lines)))
        if both and number % 2:  # named in the opposite order
            lines, wanted = lines[::-1], wanted[::-1]
        said = [{"offer_line": line.pk, "quantity": quantity} for line, quantity in zip(lines, wanted, strict=True)]
        values = {"lines": said, "kind": "book_donation", "initiator_gives": False, "subject": "Buku", **more}
        row = requests.create(
            values,
            target=("entry", publisher.pk) if both else ("offer", lines[0].proposal_id),
            submit=True,
            by=people.actor(person, school),
            now=clock.now(),
        )
        made.asked.append(Asked(ids.encode("collaboration", row.pk), row.pk, wanted, headers(person, school)))
    return made
