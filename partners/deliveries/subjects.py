"""What events are about: the object as the reader sees it now, whose it is, and what of its past is for them."""

import functools
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import actors, errors, ids, journal
from directory.entries.entries import Entry
from partners.collaborations.collaborations import Collaboration
from partners.fulfilment.disputes import Dispute
from partners.fulfilment.sessions import Session
from partners.fulfilment.shipments import Shipment, collaborations_of
from partners.offers.proposals import PUBLIC, Proposal
from partners.trust.claims import Claim
from partners.trust.suggestions import Suggestion


class Kind(NamedTuple):
    """One kind of object: those that an actor sees, the columns of the entries whose it is, and what it is called."""

    model: Any
    seen: Callable[[actors.Actor], "QuerySet[Any]"]
    owners: tuple[str, ...]  # as Django's lookups name them
    title: Callable[[Any], str]
    scope: str = ""  # that a reader's credential needs
    first_only: str = ""  # the status in which it is the first owner's alone
    page: str = "/entries/{entry}/"  # where a member of `entry` reads it; {id} is its own


class Subject(NamedTuple):
    """The object of an event: its row, its title, and the entries whose it is."""

    row: Any
    title: str
    owners: tuple[uuid.UUID, ...]


def _proposals(direction: str) -> Kind:
    return Kind(
        Proposal,
        lambda by: Proposal.objects.visible_to(by).filter(direction=direction).select_related("entry"),
        ("entry_id",),
        lambda row: row.title,
        page=f"/{direction}s/{{id}}/",
    )


def _own_entry(kind: str) -> Kind:
    return Kind(
        Entry,
        lambda by: Entry.objects.filter(pk__in=[by.acting_entry] if by.roles and by.acting_entry else [], kind=kind),
        ("pk",),
        lambda row: row.name,
        "entries:read",
    )


_REQUEST = "/account/entries/{entry}/requests/{id}/"
KINDS: dict[str, Kind] = {
    "offer": _proposals("offer"),
    "need": _proposals("need"),
    "collaboration": Kind(
        Collaboration,
        lambda by: Collaboration.objects.visible_to(by),
        ("initiator_id", "counterparty_id"),
        lambda row: row.subject,
        "collaborations:read",
        "draft",
        page=_REQUEST,
    ),
    "shipment": Kind(
        Shipment,
        lambda by: Shipment.objects.visible_to(by).select_related("sender", "receiver"),
        ("sender_id", "receiver_id"),
        lambda row: row.sender.name,
        "collaborations:read",
        "planned",
        page="/kiriman/{id}",
    ),
    "dispute": Kind(
        Dispute,
        lambda by: Dispute.objects.visible_to(by).select_related("shipment__sender"),
        ("shipment__sender_id", "shipment__receiver_id"),
        lambda row: row.shipment.sender.name,
        "collaborations:read",
    ),
    "session": Kind(
        Session,
        lambda by: Session.objects.visible_to(by).select_related("agreed_line__collaboration"),
        ("agreed_line__collaboration__initiator_id", "agreed_line__collaboration__counterparty_id"),
        lambda row: row.agreed_line.collaboration.subject,
        "collaborations:read",
        page=_REQUEST,
    ),
    "claim": Kind(
        Claim,
        lambda by: Claim.objects.visible_to(by).select_related("entry"),
        ("entry_id",),
        lambda row: row.entry.name,
        "claims:read",
        page="/claims/{id}/",
    ),
    "suggestion": Kind(
        Suggestion,
        lambda by: Suggestion.objects.visible_to(by).select_related("entry"),
        ("entry_id",),
        lambda row: row.entry.name,
        "suggestions:read",
        page="/account/entries/{entry}/suggestions/",
    ),
    **{kind: _own_entry(kind) for kind in ids.ENTRIES},
}
NAMES = tuple(KINDS)


def told(events: Collection[journal.Event], by: actors.Actor) -> dict[uuid.UUID, Subject]:
    """The objects of those events that the actor may be told of, by the id of the event. One query for each kind."""
    keys: dict[str, set[uuid.UUID]] = defaultdict(set)
    for event in events:
        kind = KINDS.get(event.subject_type)
        if kind and (not kind.scope or kind.scope in by.scopes):
            keys[event.subject_type].add(uuid.UUID(event.subject_id))
    rows = {name: KINDS[name].seen(by).filter(pk__in=found).in_bulk() for name, found in keys.items()}
    shown = {}
    for event in events:
        row = rows.get(event.subject_type, {}).get(uuid.UUID(event.subject_id)) if event.subject_type in rows else None
        if row is not None and _is_for(event, row, by):
            shown[event.pk] = of(event.subject_type, row)
    return shown


def of(name: str, row: Any) -> Subject:
    """The object of a row."""
    kind = KINDS[name]
    return Subject(row, kind.title(row), tuple(_owner(row, column) for column in kind.owners))


def page(name: str, row: Any, entry: str) -> str:
    """The path of the page on which whoever acts for an entry, by its public id, reads an object. A query at most."""
    key = row.pk
    if name == "session":
        name, key = "collaboration", row.agreed_line.collaboration_id
    elif name == "shipment" and entry != ids.encode(row.receiver.kind, row.receiver_id):
        # Whoever counts it reads it there; its sender in the request that it carries something of.
        name, key = "collaboration", collaborations_of(key)[0]
    return KINDS[name].page.format(id=ids.encode(name, key), entry=entry)


def _owner(row: Any, column: str) -> uuid.UUID:
    found: uuid.UUID = functools.reduce(getattr, column.split("__"), row)
    return found


def _is_for(event: journal.Event, row: Any, by: actors.Actor) -> bool:
    """Whether what happened then is for a reader who sees the object today."""
    kind = KINDS[event.subject_type]
    is_of_first = by.acting_entry == _owner(row, kind.owners[0])
    if kind.first_only and event.status_after == kind.first_only:
        return is_of_first
    if event.subject_type in ("offer", "need"):
        return event.status_after in PUBLIC or is_of_first or by.moderates(row.entry.region_id)
    return True


def reference(text: str) -> tuple[str, uuid.UUID]:
    """Kind and key of a public id of something that events are about. Raises Invalid `unknown_object`."""
    try:
        name, key = ids.decode(text)
    except errors.Invalid:
        name, key = "", uuid.UUID(int=0)
    if name not in KINDS:
        raise errors.Invalid("unknown_object", parameter="object", value=text)
    return name, key
