"""Suggestions: what anybody proposes to change of an entry, until its editors or a moderator answer, or nobody does."""

import datetime
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, ids, journal, vocabularies
from directory import permissions as rules
from directory.entries import editing, entries, members
from directory.text import EMPTY
from partners import permissions
from partners.accounts import memberships, moderators
from partners.trust import letters

MOST_OPEN = 100  # of one entry: a flood stops here
ACTIONS = ("accept", "decline", "withdraw")
DECIDED = ("accepted", "accepted_in_part", "declined", "withdrawn", "lapsed")


class Suggestions(models.QuerySet["Suggestion"]):
    """Questions about suggestions."""

    def visible_to(self, actor: actors.Actor) -> "Suggestions":
        """One's own, an editor's those of the entry acted for, a moderator's those that came to the moderators."""
        seen = _handed_to(actor)
        if actor.user:
            seen |= Q(author=actor.user)
        if actor.acting_entry and actor.roles & rules.EDITORS:
            seen |= Q(entry=actor.acting_entry)
        return self.filter(seen)

    def handed_to(self, actor: actors.Actor) -> "Suggestions":
        """Those that came to the moderators, of the regions that the actor moderates."""
        return self.filter(_handed_to(actor))

    def open(self) -> "Suggestions":
        """Those that nobody has answered."""
        return self.filter(status="open")


def _handed_to(actor: actors.Actor) -> Q:
    return moderators.moderated_by(actor, "entry__region_id") & Q(is_for_moderators=True)


class Suggestion(models.Model):
    """One proposal: the members to change with their new values, and what the entry said there when it was made."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="suggestions")
    moved_from = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # the entry it was made to, where that was merged into this one
    changes = models.JSONField()
    before = models.JSONField()
    reason = models.TextField()
    author = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions"
    )  # null: not signed in, or a key
    contact = models.EmailField(**EMPTY)  # to tell the outcome; nobody reads it, and it is forgotten
    digest = models.BinaryField(max_length=32, unique=True)  # of the secret by which its author follows it
    is_for_moderators = models.BooleanField()
    status = models.CharField(max_length=16, choices=vocabularies.choices("suggestion_status"), default="open")
    accepted = ArrayField(models.CharField(max_length=40), default=list)  # the members that were taken over
    decline_reason = models.CharField(max_length=16, choices=vocabularies.choices("decline_reason"), **EMPTY)
    note = models.TextField(**EMPTY)  # with the answer, to the author
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="decided_suggestions"
    )

    objects = Suggestions.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("suggestion_status")), name="suggestion_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None) | Q(status__in=DECIDED, decided_at__isnull=False),
                name="suggestion_decided_iff_not_open",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason="") & ~Q(status="declined")
                | Q(status="declined", decline_reason__in=vocabularies.codes("decline_reason")),
                name="suggestion_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(accepted__len=0) & ~Q(status__in=("accepted", "accepted_in_part"))
                | Q(status__in=("accepted", "accepted_in_part"), accepted__len__gt=0),
                name="suggestion_accepts_something",
            ),
            models.CheckConstraint(condition=~Q(changes={}), name="suggestion_changes_something"),
        ]
        indexes = [
            models.Index("entry", "id", name="suggestion_entry"),
            models.Index("author", "id", name="suggestion_author", condition=Q(author__isnull=False)),
            models.Index("created_at", name="suggestion_open", condition=Q(status="open")),
            models.Index("decided_at", name="suggestion_contact", condition=~Q(contact="")),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.changes)} of {self.entry_id}: {self.status}"


def digest(secret: str) -> bytes:
    """What is kept of the secret that is told once."""
    return hmac.digest(settings.KEY_PEPPER.encode(), f"suggestion:{secret}".encode(), hashlib.sha256)


def opened_by(secret: str, *, key: uuid.UUID | None = None) -> Suggestion:
    """The suggestion of a secret, which is that of `key` if one is named. Missing when it opens nothing."""
    row = Suggestion.objects.filter(digest=digest(secret)).select_related("entry").first()
    if row is None or key not in (None, row.pk):
        raise errors.Missing("not_found")
    return row


@transaction.atomic
def suggest(
    entry: uuid.UUID,
    proposed: Mapping[str, Any],
    *,
    reason: str,
    contact: str = "",
    by: actors.Actor,
    now: datetime.datetime,
) -> tuple[Suggestion, str]:
    """Propose other values for members of an entry; returns the row and the secret by which its author follows it.

    Raises Missing, Forbidden `missing_scope`, Conflict `too_many_suggestions`, Invalid `nothing_to_change` and what
    `members.difference` raises. Its editors hear of it, and moderators at once where it has none, or where it is
    about that by which the entry is known.
    """
    row = editing.seen(entry, by=by)
    if by.kind != "anonymous":
        rules.require(permissions.RULES["suggest"], by=by)
    changes, before = members.difference(row, proposed)
    if not changes:
        raise errors.Invalid("nothing_to_change", pointer="#/changes")
    waiting = Suggestion.objects.open().filter(entry=row)
    if waiting.count() >= MOST_OPEN:
        raise errors.Conflict("too_many_suggestions", most=MOST_OPEN)
    is_first = not waiting.filter(created_at__gt=now - letters.AT_MOST_EVERY).exists()
    secret = secrets.token_urlsafe(24)
    made = Suggestion.objects.create(
        entry=row,
        changes=changes,
        before=before,
        reason=reason,
        author_id=by.user,
        contact=contact,
        digest=digest(secret),
        is_for_moderators=not has_editors(row.pk) or bool(changes.keys() & {*editing.REVIEWED}),
        created_at=now,
        updated_at=now,
    )
    journal.record("suggestion.made", by=by, now=now, subject=("suggestion", made.pk), status_after="open")
    if is_first:
        letters.tell_editors(made, now=now)
    return made, secret


@transaction.atomic
def accept(
    suggestion: uuid.UUID, *, fields: Collection[str] = (), by: actors.Actor, now: datetime.datetime
) -> Suggestion:
    """Take the proposed values over, all or those of `fields`, by the actor's own right to edit.

    Raises Missing, Forbidden (also `review_needed`, of what only a moderator may take over), Conflict `wrong_state`
    and what `editing.change` raises; then nothing is taken over.
    """
    row = _locked(Suggestion.objects.visible_to(by).filter(pk=suggestion))
    check("accept", row, by=by)
    unknown = set(fields) - row.changes.keys()
    if unknown:
        raise errors.Invalid(
            "invalid_choice", pointer="#/fields", value=", ".join(sorted(unknown)), allowed=", ".join(row.changes)
        )
    chosen = [name for name in row.changes if not fields or name in fields]
    status = "accepted" if len(chosen) == len(row.changes) else "accepted_in_part"
    answer(row, status, by=by, now=now, accepted=chosen)
    values = members.revived(row.entry.kind, {name: row.changes[name] for name in chosen})
    reason = ids.encode("suggestion", row.pk)
    row.entry = editing.change(row.entry_id, values, version=None, by=by, now=now, reason=reason)
    return row


@transaction.atomic
def decline(
    suggestion: uuid.UUID, *, reason: str, note: str = "", by: actors.Actor, now: datetime.datetime
) -> Suggestion:
    """Leave the entry as it is, and say why. Missing, Forbidden, Conflict `wrong_state`."""
    row = _locked(Suggestion.objects.visible_to(by).filter(pk=suggestion))
    check("decline", row, by=by)
    return answer(row, "declined", by=by, now=now, decline_reason=reason, note=note)


@transaction.atomic
def withdraw(suggestion: uuid.UUID, *, secret: str = "", by: actors.Actor, now: datetime.datetime) -> Suggestion:
    """Take one's own suggestion back, as its author or by its secret. Missing, Conflict `wrong_state`."""
    own = Q(digest=digest(secret)) if secret else Q(author=by.user, author__isnull=False)
    row = _locked(Suggestion.objects.filter(own, pk=suggestion))
    check("withdraw", row, by=by, is_author=True)
    return answer(row, "withdrawn", by=by, now=now)


def has_editors(entry: uuid.UUID) -> bool:
    """Whether somebody can answer for the entry."""
    acting = memberships.Membership.objects.acting().filter(entry=entry)
    return acting.filter(roles__overlap=[*rules.EDITORS]).exists()


def check(action: str, row: Suggestion, *, by: actors.Actor, is_author: bool = False) -> None:
    """Let an action of ACTIONS pass; `is_author`: the actor has shown the secret. Forbidden, Conflict `wrong_state`.

    What it says of a row that is not locked is a forecast, and of an owner's review only `accept` itself knows.
    """
    if action == "withdraw":
        if not is_author and (by.user is None or by.user != row.author_id):
            raise errors.Forbidden("role_needed", allowed="author")
        if by.kind != "anonymous":
            rules.require(permissions.RULES["suggest"], by=by)
    else:
        wanted = [permissions.RULES["answer_suggestion"], *([rules.RULES["edit_entry"]] if action == "accept" else [])]
        for rule in wanted:
            rules.require(rule, by=by, entry=row.entry_id, region=row.entry.region_id)
    if row.status != "open":
        raise errors.Conflict("wrong_state", value=row.status)
    if action == "accept" and row.entry.status not in entries.SHOWN:  # merged since
        raise errors.Conflict("wrong_state", value=row.entry.status)


def refusals(row: Suggestion, *, by: actors.Actor, is_author: bool = False) -> dict[str, str | None]:
    """Every action with the code of the refusal that now stands in its way, None when nothing does."""
    return {action: _refusal(action, row, by=by, is_author=is_author) for action in ACTIONS}


def _refusal(action: str, row: Suggestion, *, by: actors.Actor, is_author: bool) -> str | None:
    try:
        check(action, row, by=by, is_author=is_author)
    except errors.DomainError as refused:
        return refused.code
    return None


def _locked(rows: models.QuerySet[Suggestion]) -> Suggestion:
    row = rows.select_for_update(of=("self",)).select_related("entry").first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def answer(row: Suggestion, status: str, *, by: actors.Actor, now: datetime.datetime, **fields: Any) -> Suggestion:
    """Write the end of a locked suggestion and tell its author; decides no right: whoever calls it has."""
    journal.record(
        f"suggestion.{status}",
        by=by,
        now=now,
        subject=("suggestion", row.pk),
        status_before=row.status,
        status_after=status,
    )
    values = {**fields, "status": status, "decided_at": now, "decided_by_id": by.user, "updated_at": now}
    for name, value in {**values, "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "version"])
    letters.tell_author(row, now=now)
    return row
