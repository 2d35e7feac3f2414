"""The rounds of the ledger test: who races for what, against the running server."""

import random
from collections.abc import Callable
from typing import Any

from directory import clock, ids
from directory.models import Entry
from partners.collaborations import waitlist
from tests import factories
from tests.ledger import checker, clients
from tests.ledger import world as worlds
from tests.ledger.clients import Call
from tests.ledger.world import Asked, World


def accept(world: World, one: Asked, *, revision: int = 1) -> Call:
    """The owner accepts a request."""
    path = f"/v1/collaboration-requests/{one.id}/accept"
    return Call("accept", "POST", path, {"revision": revision}, world.headers, one)


def race(port: int, *, clients_: int = 50) -> tuple[World, list[clients.Told]]:
    """All race for an offer of ten."""
    world = worlds.build(clients=clients_)
    return world, clients.at_once(port, [accept(world, one) for one in world.asked])


def two_lines(port: int, *, clients_: int = 50) -> tuple[World, list[clients.Told]]:
    """Each wants something of two lines, of which one is scarcer: all of it or nothing."""
    world = worlds.build(clients=clients_, quantities=(40, 8))
    return world, clients.at_once(port, [accept(world, one) for one in world.asked])


def opposite(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """Each request holds lines of two offers, named in either order."""
    world = worlds.build(clients=clients_, quantities=(12,), offers=2, both=True)
    return world, clients.at_once(port, [accept(world, one) for one in world.asked])


def mixed(port: int, *, clients_: int = 50) -> tuple[World, list[clients.Told]]:
    """Accepting, withdrawing, declining, revising and cancelling at once, twice each where it is accepting."""
    world = worlds.build(clients=clients_, quantities=(20,))
    calls = []
    for number, one in enumerate(world.asked):
        address = f"/v1/collaboration-requests/{one.id}"
        calls.append(accept(world, one))
        other = (
            accept(world, one),
            Call("withdraw", "POST", f"{address}/withdraw", {}, one.asker, one),
            Call("decline", "POST", f"{address}/decline", {"reason_code": "other"}, world.headers, one),
            Call("revise", "POST", f"{address}/revise", {"message": "Segera, mohon."}, one.asker, one),
            Call("cancel", "POST", f"{address}/cancel", {"note": "Batal."}, world.headers, one),
        )[number % 5]
        calls.append(other)
    random.shuffle(calls)
    return world, clients.at_once(port, calls)


def lowered(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """The owner lowers the total while they race."""
    world = worlds.build(clients=clients_, quantities=(20,))
    line = world.offers[0].lines.get()
    address = f"/v1/offers/{ids.encode('offer', world.offers[0].pk)}"
    lower = {"lines": [{"id": ids.encode("line", line.pk), "title": line.title, "quantity": 6}]}
    asking = {**world.headers, "If-Match": "*", "Content-Type": "application/merge-patch+json"}
    calls = [accept(world, one) for one in world.asked]
    calls.insert(len(calls) // 2, Call("lower", "PATCH", address, lower, asking, None))
    return world, clients.at_once(port, calls)


def suspended(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """The entry is hidden while they race: from then on nobody acts for it."""
    world = worlds.build(clients=clients_, quantities=(40,))

    def hide() -> None:
        with factories.recorded("entry.hidden", settle=False):
            Entry.objects.filter(pk=world.owner.pk).update(status="hidden")

    told = clients.at_once(port, [accept(world, one) for one in world.asked], before=hide)
    return world, [one._replace(call=one.call._replace(name="accept" if one.status == 200 else "late")) for one in told]


def many(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """Accepting many at once against accepting one by one."""
    world = worlds.build(clients=clients_)
    listed = [{"collaboration": one.id, "revision": 1} for one in world.asked]
    address = f"/v1/offers/{ids.encode('offer', world.offers[0].pk)}/accept-many"
    calls = [Call("many", "POST", address, {"requests": listed[start::2]}, world.headers) for start in (0, 1)]
    told = clients.at_once(port, [*calls, *(accept(world, one) for one in world.asked)])
    return world, [*told, *_single(world, told)]


def _single(world: World, told: list[clients.Told]) -> list[clients.Told]:
    """What accept-many said of each, as if it had been asked alone."""
    by_id = {one.id: one for one in world.asked}
    found = []
    for answer in told:
        for item in (
            answer.document.get("data", answer.document.get("results", [])) if answer.call.name == "many" else []
        ):
            call = accept(world, by_id[item["collaboration"]])
            found.append(
                answer._replace(call=call, status=item["status"], code=(item.get("problem") or {}).get("code", ""))
            )
    return found


def stale(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """The schools change their terms while the first revision is being accepted."""
    world = worlds.build(clients=clients_, quantities=(100,))
    calls = []
    for one in world.asked:
        address = f"/v1/collaboration-requests/{one.id}/revise"
        calls += [accept(world, one), Call("revise", "POST", address, {"message": "Lebih cepat."}, one.asker, one)]
    random.shuffle(calls)
    return world, clients.at_once(port, calls)


def waitlisted(port: int, *, clients_: int = 30) -> tuple[World, list[clients.Told]]:
    """Everything is promised and everybody else waits; what is cancelled meanwhile goes to those in line, who take it
    twice, while others withdraw and the owner accepts past them.
    """
    world = worlds.build(clients=clients_, joins_waitlist=True)
    told = clients.at_once(port, [accept(world, one) for one in world.asked])
    held = [one.call.about for one in told if one.status == 200]
    line = [one for one in world.asked if one not in held]
    waiting, passing = line[: 2 * len(line) // 3], line[2 * len(line) // 3 :]
    told += clients.at_once(port, [_verb("wait", one, world.headers, revision=1) for one in waiting])
    calls = [_verb("cancel", one, world.headers, note="Batal.") for one in held]
    calls += [_verb("withdraw", one, one.asker) for one in waiting[::4]] + [accept(world, one) for one in passing]
    told += clients.at_once(port, calls, before=lambda: _swept(3))
    _swept(1)
    return world, told + clients.at_once(
        port, [_verb("take", one, one.asker) for one in waiting * 2], before=lambda: _swept(1)
    )


def _verb(name: str, one: Asked, headers: dict[str, str], **body: Any) -> Call:
    return Call(name, "POST", f"/v1/collaboration-requests/{one.id}/{name}", body, headers, one)


def _swept(times: int) -> None:
    """What the worker does every minute."""
    for _ in range(times):
        waitlist.offer_released(now=clock.now())


ROUNDS: dict[str, Callable[..., tuple[World, list[clients.Told]]]] = {
    one.__name__: one for one in (race, two_lines, opposite, mixed, lowered, suspended, many, stale, waitlisted)
}
# By which round each broken variant shows.
SHOWN_BY = {
    "read_then_save": "race",
    "increment_without_guard": "race",
    "no_transaction": "two_lines",
    "event_after_commit": "race",
    "wrong_lock_order": "opposite",
    "missing_revision_check": "stale",
}


def played(name: str, port: int, *, is_quiet: bool = False, **how: Any) -> list[str]:
    """The violations of one round."""
    before = checker.deadlocks()
    world, told = ROUNDS[name](port, **how)
    return checker.violations(world, told, deadlocks=checker.deadlocks() - before, is_quiet=is_quiet)
