"""What stands around a request in tests: a publisher with an open offer, a school with a need, and those who act."""

import types
from typing import Any

from directory import clock
from partners.collaborations import moves, writing
from partners.models import Collaboration, Line
from tests import factories, people
from tests.partners import agreed


def world(*quantities: int, **line: Any) -> types.SimpleNamespace:
    """A verified publisher with an offer of so many copies a line, and a verified school."""
    factories.region("32.71", "Kota Bogor")
    publisher = agreed.verified("publisher", name="Pustaka Nusantara", region_id="32.71")
    school = agreed.verified("school", name="SDN 3 Sukamaju", region_id="32.71")
    offer = agreed.opened(publisher, *(quantities or (10, 5)))
    if line:
        Line.objects.filter(proposal=offer).update(**line)
    return types.SimpleNamespace(
        publisher=publisher,
        school=school,
        offer=offer,
        lines=lines(offer),
        asks=people.actor(people.member(school), school),
        gives=people.actor(people.member(publisher), publisher),
    )


def lines(proposal: Any) -> list[Line]:
    """The lines of an offer or need, as they are now."""
    return list(Line.objects.filter(proposal=proposal.pk).order_by("position"))


def school(name: str = "Sekolah lain") -> tuple[Any, Any]:
    """Another verified school, and who acts for it."""
    entry = agreed.verified("school", name=name)
    return entry, people.actor(people.member(entry), entry)


def wanted(given: Any, *quantities: int, least: int | None = None) -> list[dict[str, Any]]:
    """Lines of terms that ask for so many of each line of the offer."""
    pairs = zip(given.lines, quantities, strict=False)
    return [
        {"offer_line": line.pk, "quantity": quantity, **({"min_quantity": least} if least else {})}
        for line, quantity in pairs
        if quantity
    ]


def asked(
    given: Any, *quantities: int, by: Any = None, submit: bool = True, least: int | None = None, **values: Any
) -> Collaboration:
    """A request of the school to the offer."""
    said = {"message": "Mohon", "lines": wanted(given, *quantities, least=least), **values}
    return writing.create(said, target=("offer", given.offer.pk), submit=submit, by=by or given.asks, now=clock.now())


def accepted(given: Any, *quantities: int, **values: Any) -> Collaboration:
    """The same, accepted whole."""
    row = asked(given, *quantities, **values)
    return moves.accept(row.pk, revision=row.revision, by=given.gives, now=clock.now())
