"""Flags: somebody says that something must not stand so; three independent ones hide a weak entry until review."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Cast

from directory import actors, errors, ids, journal, vocabularies
from directory import permissions as rules
from directory.entries import editing
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.sources import Source
from directory.software.installations import Installation
from directory.software.products import Product
from directory.text import EMPTY
from partners import permissions, wording
from partners.accounts import moderators
from partners.accounts.professionals import Professional
from partners.trust import claim_moves, letters
from partners.trust.claims import Claim
from partners.trust.suggestions import Suggestion

HIDE_AT = 3  # flags of verified members, each of another entry
WEAK = ("listed", "provisional")  # levels of trust at which flags alone can hide
HIDDEN_BECAUSE = "flagged by three verified members; waits for a moderator"


class Subject(NamedTuple):
    """A sort of objects that can be flagged: those that an actor sees, and what names the entry that one belongs to.

    It depends on the entry's region who answers; "" where there is no entry.
    """

    seen: Callable[[actors.Actor], Any]
    entry: str


def _entries(kind: str) -> Callable[[actors.Actor], Any]:
    return lambda actor: Entry.objects.visible_to(actor).filter(kind=kind)


def _changes(actor: actors.Actor) -> Any:
    """The events that made or changed an entry that the actor sees; `about` is the entry, where it was done to one."""
    seen = Entry.objects.visible_to(actor)
    kept = journal.History.objects.filter(
        table_name="directory_entry",
        position=OuterRef("position"),
        event=OuterRef("pk"),
        entry_id__in=seen.values("pk"),
    )
    shown = journal.Event.objects.filter(Exists(kept) | Exists(seen.filter(first_event=OuterRef("pk"))))
    return shown.annotate(about=Case(When(subject_type__in=ids.ENTRIES, then=Cast("subject_id", models.UUIDField()))))


def _above(name: str) -> Any:
    return Flag._meta.apps.get_model("partners", name).objects


SUBJECTS: dict[str, Subject] = {
    **{kind: Subject(_entries(kind), "pk") for kind in ids.ENTRIES},
    "product": Subject(Product.objects.visible_to, "vendor_id"),
    "installation": Subject(Installation.objects.visible_to, "library_id"),
    "claim": Subject(Claim.objects.visible_to, "entry_id"),
    "suggestion": Subject(Suggestion.objects.visible_to, "entry_id"),
    "contact": Subject(Contact.objects.visible_to, "entry_id"),
    "professional": Subject(Professional.objects.visible_to, "school_id"),
    # Of rooms above: their tables are known by name.
    "offer": Subject(lambda actor: _above("Proposal").visible_to(actor).offers(), "entry_id"),
    "need": Subject(lambda actor: _above("Proposal").visible_to(actor).needs(), "entry_id"),
    "collaboration": Subject(lambda actor: _above("Collaboration").visible_to(actor), "initiator_id"),
    "source": Subject(lambda actor: Source.objects.all(), ""),
    "event": Subject(_changes, "about"),  # an item of a history
}


class Flags(models.QuerySet["Flag"]):
    """Questions about flags."""

    def visible_to(self, actor: actors.Actor) -> "Flags":
        """Those of the regions that the actor moderates."""
        return self.filter(moderators.moderated_by(actor, "entry__region_id"))

    def open(self) -> "Flags":
        """Those that nobody has answered."""
        return self.filter(status="open")

    def beside(self, row: "Flag") -> "Flags":
        """The open ones about the same object: they are answered together."""
        return self.open().filter(subject_type=row.subject_type, subject_id=row.subject_id)

    def verified(self) -> "Flags":
        """Those of verified members, each of which weighs."""
        return self.filter(is_of_verified=True)


class Flag(models.Model):
    """One person's word against one object."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    subject_type = models.CharField(max_length=16)  # as in directory/ids.py
    subject_id = models.UUIDField()
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="flags"
    )  # whose the object is; null: every moderator answers
    moved_from = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # whose it was, where that entry was merged into this one
    reason_code = models.CharField(max_length=16, choices=vocabularies.choices("flag_reason"))
    note = models.TextField(**EMPTY)
    author = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="flags")
    acting_entry = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="given_flags"
    )
    is_of_verified = models.BooleanField(default=False)  # its author acted for a verified entry
    has_hidden = models.BooleanField(default=False)  # it is one of those that took the entry out of sight
    status = models.CharField(max_length=10, choices=vocabularies.choices("flag_status"), default="open")
    answer = models.TextField(**EMPTY)
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="decided_flags"
    )

    objects = Flags.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=vocabularies.codes("flag_status")), name="flag_status_known"),
            models.CheckConstraint(
                condition=Q(reason_code__in=vocabularies.codes("flag_reason")), name="flag_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None) | ~Q(status="open") & Q(decided_at__isnull=False),
                name="flag_decided_iff_not_open",
            ),
            models.CheckConstraint(
                condition=Q(is_of_verified=False) | Q(author__isnull=False, acting_entry__isnull=False),
                name="flag_of_verified_has_somebody",
            ),
            models.UniqueConstraint("author", "subject_type", "subject_id", name="flag_once_of_a_person"),
        ]
        indexes = [
            models.Index("subject_type", "subject_id", name="flag_subject"),
            models.Index("entry", "id", name="flag_entry"),
            models.Index("created_at", name="flag_open", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.reason_code} of {self.subject_type} {self.subject_id}: {self.status}"


@transaction.atomic
def flag(reference: str, *, reason: str, note: str = "", by: actors.Actor, now: datetime.datetime) -> Flag:
    """Say what is wrong with the object of a public id that the actor sees.

    Raises Forbidden, Invalid `unknown_object`, Conflict `already_exists` for a person's second word on one object.
    One of a verified member suspends the claim by which an entry is held provisionally; three, each of another entry,
    hide an entry that is listed or provisional.
    """
    if by.kind != "anonymous":
        rules.require(permissions.RULES["suggest"], by=by)
    kind, key, entry = _subject(reference, by)
    acting = Entry.objects.filter(pk=by.acting_entry).first() if by.acting_entry else None
    if by.user and Flag.objects.filter(author=by.user, subject_type=kind, subject_id=key).exists():
        raise errors.Conflict("already_exists")
    row = Flag.objects.create(
        subject_type=kind,
        subject_id=key,
        entry_id=entry,
        reason_code=reason,
        note=note,
        author_id=by.user,
        acting_entry=acting,
        is_of_verified=bool(by.user and acting and acting.trust_level == "verified" and acting.pk != entry),
        created_at=now,
        updated_at=now,
    )
    journal.record("flag.raised", by=by, now=now, subject=("flag", row.pk), status_after="open")
    if row.is_of_verified and (kind in ids.ENTRIES or kind == "claim"):
        _suspend(row, by=by, now=now)
    if row.is_of_verified and kind in ids.ENTRIES:
        row.has_hidden = _weigh(row, now=now)
    return row


@transaction.atomic
def dismiss(flag: uuid.UUID, *, note: str = "", by: actors.Actor, now: datetime.datetime) -> list[Flag]:
    """Say that nothing is wrong, of all open flags on the object; what they had hidden is shown again.

    The flag itself comes first. Missing, Forbidden, Conflict `wrong_state`.
    """
    rows = _to_answer(flag, by=by)
    if any(row.has_hidden for row in rows) and Entry.objects.filter(pk=rows[0].subject_id, status="hidden").exists():
        editing.show(rows[0].subject_id, reason=ids.encode("flag", flag), by=by, now=now)
    return _answer(rows, "dismissed", note=note, by=by, now=now)


@transaction.atomic
def uphold(
    flag: uuid.UUID, *, note: str = "", hide: bool = False, by: actors.Actor, now: datetime.datetime
) -> list[Flag]:
    """Say that the flags on the object are right; what they had hidden stays so, and `hide` hides an entry now.

    The flag itself comes first. Missing, Forbidden, Conflict `wrong_state`, Invalid `only_entries_are_hidden`.
    """
    rows = _to_answer(flag, by=by)
    if hide and rows[0].subject_type not in ids.ENTRIES:
        raise errors.Invalid("only_entries_are_hidden", pointer="#/hide")
    if hide and not Entry.objects.filter(pk=rows[0].subject_id, status="hidden").exists():
        editing.hide(rows[0].subject_id, reason=ids.encode("flag", flag), by=by, now=now)
    return _answer(rows, "upheld", note=note, by=by, now=now)


def _subject(reference: str, by: actors.Actor) -> tuple[str, uuid.UUID, uuid.UUID | None]:
    """Type, key and entry of an object that the actor sees; an entry is locked, so flags are weighed in turn."""
    try:
        kind, key = ids.decode(reference)
    except errors.Invalid:
        raise errors.Invalid("unknown_object", pointer="#/object", value=reference) from None
    about = SUBJECTS.get(kind)
    rows = about.seen(by).filter(pk=key) if about else None
    if rows is not None and kind in ids.ENTRIES:
        rows = rows.select_for_update(of=("self",))
    found = rows.first() if rows is not None else None
    if about is None or found is None:
        raise errors.Invalid("unknown_object", pointer="#/object", value=reference)
    return kind, key, getattr(found, about.entry) if about.entry else None


def _suspend(row: Flag, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Stop the claim by which the entry is held provisionally, until a moderator decides it; not for a rival."""
    held = claim_moves.provisional_of(row.entry_id) if row.entry_id else None
    told: Any = Claim.objects.told_to(by)
    is_rival = held is not None and told.filter(pk=held, is_interested=True).exists()
    if held is not None and row.subject_id in (row.entry_id, held) and not is_rival:
        reason = wording.term("flag_reason", row.reason_code).id
        claim_moves.suspend(held, reason=reason, by=by, now=now, is_flag=True)


def _weigh(row: Flag, *, now: datetime.datetime) -> bool:
    """Hide the entry, which is locked, when enough verified members of different entries flag it; whether it did."""
    subject = Entry.objects.get(pk=row.subject_id)
    weighing = Flag.objects.beside(row).verified()
    if subject.trust_level not in WEAK or subject.status == "hidden":
        return False
    if weighing.values("acting_entry").distinct().count() < HIDE_AT:
        return False
    letters.tell_hidden(subject, now=now)
    editing.hide(subject.pk, reason=HIDDEN_BECAUSE, by=actors.SYSTEM, now=now)
    weighing.update(has_hidden=True)
    return True


def _to_answer(flag: uuid.UUID, *, by: actors.Actor) -> list[Flag]:
    """The flag and the other open ones on its object, locked in the order of ids."""
    seen = Flag.objects.visible_to(by).filter(pk=flag).select_related("entry").first()
    if seen is None:
        raise errors.Missing("not_found")
    region = seen.entry.region_id if seen.entry else None
    rules.require(permissions.RULES["answer_flag"], by=by, region=region)
    rows = list(Flag.objects.beside(seen).order_by("pk").select_for_update())
    if not any(row.pk == flag for row in rows):
        status = Flag.objects.values_list("status", flat=True).get(pk=flag)
        raise errors.Conflict("wrong_state", value=status)
    return sorted(rows, key=lambda row: row.pk != flag)


def _answer(rows: list[Flag], status: str, *, note: str, by: actors.Actor, now: datetime.datetime) -> list[Flag]:
    for row in rows:
        end(row, status, note=note, by=by, now=now)
    return rows


def end(row: Flag, status: str, *, note: str = "", by: actors.Actor, now: datetime.datetime) -> None:
    """Write the end of a locked flag; decides no right: whoever calls it has."""
    journal.record(
        f"flag.{status}",
        by=by,
        now=now,
        subject=("flag", row.pk),
        status_before=row.status,
        status_after=status,
    )
    values = {"status": status, "answer": note, "decided_at": now, "decided_by_id": by.user, "updated_at": now}
    for name, value in {**values, "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "version"])
