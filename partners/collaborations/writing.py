"""Beginning a collaboration request: a draft to an offer, a need or any listed entry, changed until it is submitted."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal
from directory import permissions as rules
from directory.entries import entries
from partners import permissions
from partners.collaborations import moves, revisions
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.transitions import TABLE
from partners.offers.proposals import Proposal

MOST_LIVE = 500  # that one entry has begun and that have not ended: a flood stops here
OF_DRAFTS = ("subject", "is_inquiry", "joins_waitlist")  # what can be changed beside the terms


@transaction.atomic
def create(
    values: Mapping[str, Any],
    *,
    target: tuple[str, uuid.UUID],
    submit: bool = False,
    by: actors.Actor,
    now: datetime.datetime,
) -> Collaboration:
    """A request of the entry acted for to a target: ("offer" | "need" | "entry", its key); a draft, or sent at once.

    To an entry alone `kind` and `initiator_gives` are needed; an offer or a need says both. Raises Forbidden, Invalid
    (`unknown_target`, `own_entry`, those of the terms), Conflict `too_many_open`, and those of `moves.submit`.
    """
    acting = by.acting_entry
    rules.require(permissions.RULES["ask_collaboration"], by=by, entry=acting)
    proposal, counterparty = _target(target, by)
    if counterparty == acting:
        raise errors.Invalid("own_entry")
    # Behind the entry's lock the bound holds.
    entries.Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=acting)
    live = Collaboration.objects.filter(initiator=acting, ended_at=None)
    if live.count() >= MOST_LIVE:
        raise errors.Conflict("too_many_open", most=MOST_LIVE)
    row = Collaboration(
        id=uuid_utils.compat.uuid7(),
        initiator_id=acting,
        counterparty_id=counterparty,
        proposal=proposal,
        kind=proposal.kind if proposal else _needed(values, "kind"),
        initiator_gives=proposal.direction == "need" if proposal else _needed(values, "initiator_gives"),
        needs_signature=proposal.needs_signature if proposal else False,
        created_at=now,
        updated_at=now,
    )
    _assign(row, {"subject": proposal.title if proposal else "", **values})
    event = journal.record(
        "collaboration.drafted", by=by, now=now, subject=("collaboration", row.pk), status_after="draft"
    )
    row.save(force_insert=True)
    _write(row, values, event=event, by=by, now=now)
    row.save(update_fields=["revision", "is_inquiry"])
    return moves.submit(row.pk, by=by, now=now) if submit else row


@transaction.atomic
def change(
    collaboration: uuid.UUID,
    values: Mapping[str, Any],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Collaboration:
    """Change a draft of one's own; `lines` are replaced whole.

    Raises Missing, Forbidden, Invalid, Conflict `wrong_state`, and `version_changed`.
    """
    row = TABLE.lock(collaboration, by)
    rules.require(permissions.RULES["ask_collaboration"], by=by, entry=row.initiator_id)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.status != "draft":
        raise errors.Conflict("wrong_state", value=row.status)
    event = journal.record(
        "collaboration.changed",
        by=by,
        now=now,
        subject=("collaboration", row.pk),
        status_before="draft",
        status_after="draft",
    )
    said = revisions.as_given(row)
    _assign(row, values)
    revisions.remove(row)
    _write(row, {**said, **values}, event=event, by=by, now=now)
    row.version, row.updated_at = row.version + 1, now
    row.save(update_fields=[*OF_DRAFTS, "revision", "version", "updated_at"])
    return row


def _target(target: tuple[str, uuid.UUID], by: actors.Actor) -> tuple[Proposal | None, uuid.UUID]:
    """The offer or need, if it is to one, and the entry that is asked; unseen ones and none at all look the same."""
    direction, key = target
    if direction == "entry":
        if not entries.Entry.objects.listed().filter(pk=key).exists():
            raise errors.Invalid("unknown_target", pointer="#/entry")
        return None, key
    seen = Proposal.objects.visible_to(by).filter(direction=direction, pk=key)
    found = seen.exclude(status__in=("draft", "in_review")).first() or seen.filter(entry=by.acting_entry).first()
    if found is None:
        raise errors.Invalid("unknown_target", pointer=f"#/{direction}")
    return found, found.entry_id


def _needed(values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        raise errors.Invalid("required_member", pointer=f"#/{name}", value=name)
    return values[name]


def _assign(row: Collaboration, values: Mapping[str, Any]) -> None:
    for name in OF_DRAFTS:
        if name in values:
            setattr(row, name, values[name])
    if not row.subject:
        raise errors.Invalid("required_member", pointer="#/subject", value="subject")


def _write(
    row: Collaboration, values: Mapping[str, Any], *, event: journal.Event, by: actors.Actor, now: datetime.datetime
) -> None:
    if row.is_inquiry and values.get("lines"):
        raise errors.Invalid("inquiry_has_no_lines", pointer="#/lines")
    revisions.write(row, values, side="initiator", event=event, by=by, now=now)
