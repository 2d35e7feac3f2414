"""State machines: one table says which action leads where and who may take it; listing and enforcing read it alike."""

import datetime
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from directory import actors, errors, journal

Row = Any  # of a model with `status`, `version` and `updated_at`
Guard = Callable[[Row, actors.Actor, datetime.datetime], errors.DomainError | None]
SYSTEM = "system"


class Move(NamedTuple):
    """One action: from which statuses it can be taken, where it leads, and who may take it."""

    sources: tuple[str, ...]
    target: str  # "" where the status stays as it is
    who: Mapping[str, str]  # what the actor is to the row -> the scope that their credential needs
    event: str  # what has happened then, in the journal
    guard: Guard | None = None  # a refusal that depends on more than the status
    otherwise: str = ""  # another status that it leads to where the verb finds it so


class Rule(NamedTuple):
    """One action, as a table is written and as the reference shows it."""

    sources: tuple[str, ...]
    target: str  # "" where the status stays as it is
    who: Mapping[str, str]  # standing -> scope
    event: str
    effect: str  # on terms, stock and time
    guards: tuple[Guard, ...] = ()
    otherwise: str = ""


def moves(rules: Mapping[str, Rule]) -> dict[str, Move]:
    """The moves of a table that is written as rules; of several guards the first that refuses speaks."""
    return {
        name: Move(rule.sources, rule.target, rule.who, rule.event, _first_of(rule.guards), rule.otherwise)
        for name, rule in rules.items()
    }


def _first_of(guards: tuple[Guard, ...]) -> Guard | None:
    def guard(row: Row, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
        return next((refused for one in guards if (refused := one(row, by, now))), None)

    return guard if guards else None


class Table(NamedTuple):
    """A machine: its moves, and the two questions that only its rows can answer."""

    name: str  # the object type, as in directory/ids.py
    moves: Mapping[str, Move]
    lock: Callable[[uuid.UUID, actors.Actor], Row]  # the row as the actor sees it, locked; raises Missing
    standing: Callable[[Row, actors.Actor], Collection[str]]  # what the actor is to the row


class Allowed(NamedTuple):
    """One action of a row: its name, and the refusal that now stands in its way, None when nothing does."""

    name: str
    refusal: errors.DomainError | None


def refusal(
    table: Table, action: str, row: Row, *, by: actors.Actor, now: datetime.datetime
) -> errors.DomainError | None:
    """Why the actor cannot take the action now: first the right (Forbidden), then the state (Conflict); None if free.

    The one function that decides; what it lets pass on a row that is not locked is only a forecast.
    """
    move = table.moves[action]
    return _no_right(move, table.standing(row, by), by) or _wrong_state(move, row) or _guarded(move, row, by, now)


def allowed(table: Table, row: Row, *, by: actors.Actor, now: datetime.datetime) -> list[Allowed]:
    """Every action that people can take, in the order of the table."""
    names = [name for name, move in table.moves.items() if set(move.who) != {SYSTEM}]
    return [Allowed(name, refusal(table, name, row, by=by, now=now)) for name in names]


def begin(
    table: Table, action: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = ""
) -> tuple[Row, journal.Event]:
    """Lock the row, and `step` on it. Raises Missing, Forbidden, Conflict."""
    return step(table, action, table.lock(key, by), by=by, now=now, reason=reason)


def step(
    table: Table,
    action: str,
    row: Row,
    *,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str = "",
    is_otherwise: bool = False,
) -> tuple[Row, journal.Event]:
    """The row, which is locked already, with the event of the action. Raises Forbidden, Conflict.

    The status is what it was until `finish`; the event knows where it leads: to the move's target, or `is_otherwise`.
    """
    refused = refusal(table, action, row, by=by, now=now)
    if refused is not None:
        raise refused
    move = table.moves[action]
    target = move.otherwise if is_otherwise else move.target
    event = journal.record(
        f"{table.name}.{move.event}",
        by=by,
        now=now,
        subject=(table.name, row.pk),
        reason=reason,
        status_before=row.status,
        status_after=target or row.status,
    )
    return row, event


def finish(row: Row, event: journal.Event, **fields: Any) -> Row:
    """Write the status that the event leads to, with further fields of the row. One statement."""
    values = {**fields, "status": event.status_after, "version": row.version + 1, "updated_at": event.at}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _no_right(move: Move, standing: Collection[str], by: actors.Actor) -> errors.DomainError | None:
    if by.kind == "anonymous":
        return errors.Forbidden("sign_in_needed")
    scopes = [scope for who, scope in move.who.items() if who in standing]
    if not scopes:
        return errors.Forbidden("role_needed", allowed=", ".join(move.who))
    if not by.scopes.intersection(scopes):
        return errors.Forbidden("missing_scope", value=scopes[0])
    return None


def _wrong_state(move: Move, row: Row) -> errors.DomainError | None:
    return None if row.status in move.sources else errors.Conflict("wrong_state", value=row.status)


def _guarded(move: Move, row: Row, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return move.guard(row, by, now) if move.guard else None
