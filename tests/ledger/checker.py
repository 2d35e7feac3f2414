"""What must hold after a round, whoever raced for what: each broken promise is one line of the report."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models import F, Q, Sum

from directory.models import Event
from partners.models import AgreedLine, Collaboration, Line, Movement
from partners.offers import stock
from tests.ledger.clients import UNKNOWN, Told
from tests.ledger.world import World

SOON = 2.0  # seconds until a loser is answered; looked at where the machine is quiet
GRANTING = ("accept", "take")


def violations(world: World, told: Sequence[Told], *, deadlocks: int = 0, is_quiet: bool = False) -> list[str]:
    """The promises that were broken; empty when all hold."""
    return [
        *_counters(world),
        *_allocations(world, told),
        *_events(world),
        *_revisions(told),
        *_answers(told, is_quiet=is_quiet),
        *_under_sold(world, told),
        *_line(world),
        *([f"{deadlocks} deadlocks"] if deadlocks else []),
    ]


def deadlocks() -> int:
    """How many deadlocks the database has ended so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _counters(world: World) -> Iterator[str]:
    """Within bounds, what the ledger says, what was agreed, and no total but the owner's own."""
    for drift in stock.drifts():
        yield f"line {drift.line}: {drift.state} is {drift.counted}, the ledger says {drift.ledger}"
    for line in Line.objects.filter(pk__in=world.totals):
        outside = Movement.objects.filter(line=line).aggregate(
            came=Sum("quantity", filter=Q(source=""), default=0), went=Sum("quantity", filter=Q(target=""), default=0)
        )
        if line.total != outside["came"] - outside["went"]:
            yield f"line {line.pk}: its total is {line.total}, its owner has said {outside['came'] - outside['went']}"
        held = AgreedLine.objects.filter(Q(term_line__offer_line=line) | Q(term_line__need_line=line))
        reserved = held.aggregate(all=Sum("reserved", default=0))["all"]
        if line.reserved != reserved:
            yield f"line {line.pk}: {line.reserved} are reserved, {reserved} are agreed"


def _allocations(world: World, told: Sequence[Told]) -> Iterator[str]:
    """Every acceptance that was acknowledged has its allocation, and every allocation its acknowledgement."""
    answers = {}
    for one in told:
        if one.call.name in GRANTING:
            answers.setdefault(one.call.about.key, []).append(one.status)
    rows = Collaboration.objects.filter(pk__in=[one.key for one in world.asked]).prefetch_related("agreed_lines")
    for row in rows:
        statuses = answers.get(row.pk, [])
        is_allocated = row.accepted_revision is not None and bool(row.agreed_lines.all())
        if 200 in statuses and not is_allocated:
            yield f"{row.pk}: was told to be accepted, and nothing is allocated"
        if is_allocated and not {200, UNKNOWN} & set(statuses):
            yield f"{row.pk}: is allocated, and nobody was told so: {statuses}"
        if statuses.count(200) > 1:
            yield f"{row.pk}: was accepted {statuses.count(200)} times"


def _events(world: World) -> Iterator[str]:
    """One event for each transition, and one version for each event."""
    for row in Collaboration.objects.filter(pk__in=[one.key for one in world.asked]):
        events = Event.objects.filter(subject_type="collaboration", subject_id=str(row.pk))
        if events.count() != row.version:
            yield f"{row.pk}: version {row.version} after {events.count()} events"
        accepted = events.filter(type__in=("collaboration.accepted", "collaboration.taken")).count()
        if accepted != (row.accepted_at is not None):
            yield f"{row.pk}: accepted at {row.accepted_at}, in {accepted} events"
    moved = Movement.objects.filter(collaboration__in=[one.key for one in world.asked], target="reserved")
    reserving = ("collaboration.accepted", "collaboration.offered")
    strange = moved.exclude(event__type__in=reserving).values_list("event__type", flat=True).distinct()
    for name in strange:
        yield f"the ledger was written within {name}"


def _revisions(told: Sequence[Told]) -> Iterator[str]:
    """Whoever accepted a revision got that one."""
    for one in told:
        if one.call.name == "accept" and one.status == 200:
            bound = Collaboration.objects.values_list("accepted_revision", flat=True).get(pk=one.call.about.key)
            if bound != one.call.body["revision"]:
                yield f"{one.call.about.id}: revision {one.call.body['revision']} was accepted, {bound} binds"


def _answers(told: Sequence[Told], *, is_quiet: bool) -> Iterator[str]:
    """No failure but 503, and whoever loses is answered soon."""
    for status, number in Counter(one.status for one in told if one.status >= 500 and one.status != 503).items():
        yield f"{number} answers of {status}"
    if is_quiet and (late := [one.seconds for one in told if 400 <= one.status < 500 and one.seconds > SOON]):
        yield f"{len(late)} losers waited, up to {max(late):.1f} s"


def _line(world: World) -> Iterator[str]:
    """Nobody waits for what is there."""
    for row in Collaboration.objects.in_turn().filter(pk__in=[one.key for one in world.asked]):
        yield f"{row.pk}: waits, and there is enough"


def _under_sold(world: World, told: Sequence[Told]) -> Iterator[str]:
    """Nobody was refused for want of what is there, in rounds in which nothing is given back."""
    if {one.call.name for one in told} != {"accept"}:
        return
    left = dict(Line.objects.filter(pk__in=world.totals).values_list("pk", "available"))
    for one in told:
        if one.code != "insufficient_quantity":
            continue
        wanted = Collaboration.objects.get(pk=one.call.about.key).terms.get(number=F("collaboration__revision")).lines
        lines = wanted.values_list("offer_line", "quantity")
        if all(left[line] >= quantity for line, quantity in lines):
            yield f"{one.call.about.id}: was refused {list(lines)}, and {left} are left"
