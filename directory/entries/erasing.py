"""What the directory forgets of a person: rows that say something of them, and what the history keeps of such rows."""

import datetime
import re
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from directory import actors, errors, journal
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.names import EntryName
from directory.entries.relations import Relation

NOBODY = "Dihapus"  # an entry must have a name
# Of an author's entry all that tells who it is; kind, roles and levels stay as numbers for statistics.
_TEXTS = ("address", "postal_code", "website", "description_id", "description_en", "location_accuracy")


def _names(text: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)


def mentions(text: str, *, name: str) -> bool:
    """Whether a text holds a name as words of its own: not "Ani" in "Tani"."""
    return bool(name) and _names(name).search(text) is not None


def without(text: str, *words: str) -> str:
    """The text with names and addresses that stand in it as words of their own taken out."""
    for word in filter(None, words):
        text = _names(word).sub("…", text)
    return text


def forget_contacts(*, email: str, name: str, by: actors.Actor, now: datetime.datetime) -> int:
    """Remove an address from every entry, and a name from the labels of all contacts; in the history too.

    Returns how many contacts it was. Call it inside a transaction.
    """
    rows = Contact.objects.filter(Q(kind="email", value__iexact=email) | Q(label__icontains=name or email))
    found = 0
    for row in rows.select_related("entry").order_by("entry", "pk"):
        is_theirs = row.value.casefold() == email.casefold()
        if not is_theirs and not mentions(row.label, name=name) and email.casefold() not in row.label.casefold():
            continue
        journal.record("contact.erased", by=by, now=now, subject=(row.entry.kind, row.entry_id))
        if is_theirs:
            row.delete()
        else:
            row.label = ""
            row.save(update_fields=["label"])
        found += 1
    kept = journal.History.objects.filter(table_name="directory_contact")
    journal.erase(kept.filter(data__value__iexact=email), value="", label="")
    for text in filter(None, (name, email)):
        journal.erase(kept.filter(data__label__icontains=text), label="")
    return found


def forget_author(entry: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> int:
    """Remove how to reach the person of an author's entry; the name stays, as it stands on books. In the history too.

    Returns how many contacts it was. Call it inside a transaction.
    """
    row = _author(entry)
    journal.record("entry.contacts_erased", by=by, now=now, subject=(row.kind, row.pk))
    count, _ = Contact.objects.filter(entry=row).delete()
    journal.erase(journal.History.objects.filter(table_name="directory_contact", entry_id=entry), value="", label="")
    return count


def empty_author(entry: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Take an author's entry out of sight and everything out of it that says who it was; in the history too.

    The id stays, so that what points to it points to nobody. Call it inside a transaction.
    """
    row = _author(entry)
    journal.record(
        "entry.erased", by=by, now=now, subject=(row.kind, row.pk), status_before=row.status, status_after="hidden"
    )
    for model in (Contact, EntryName, Identifier):
        model._default_manager.filter(entry=row).delete()
    Relation.objects.filter(Q(entry=row) | Q(target=row)).delete()
    row.name, row.status, row.region = NOBODY, "hidden", None
    row.latitude = row.longitude = None
    row.languages = []
    for name in _TEXTS:
        setattr(row, name, "")
    row.save(update_fields=["name", "name_key", "status", "region", "latitude", "longitude", "languages", *_TEXTS])
    _blank_history_of(entry)
    return row


def _author(entry: uuid.UUID) -> Entry:
    row = Entry.objects.filter(pk=entry, kind="author").select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


# Codes, of which none tells who somebody is; everything else that is text is emptied.
_CODES = ("kind", "status", "visibility", "trust_level", "scheme", "type", "checked_what")


def _blank_history_of(entry: uuid.UUID) -> None:
    """Empty every text that the history keeps of an entry's rows."""
    for model in (Entry, Contact, EntryName, Identifier):
        texts = {
            str(field.column): [] if isinstance(field, ArrayField) else ""
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | ArrayField) and field.name not in _CODES
        }
        journal.erase(journal.History.objects.filter(table_name=model._meta.db_table, entry_id=entry), **texts)


def forget_reasons(*, email: str, name: str) -> int:
    """Empty the reasons of events in which somebody is named; the seal stays whole. Returns how many.

    Call it inside a transaction, with an event recorded.
    """
    named = Q(reason__icontains=email) | (Q(reason__icontains=name) if name else Q())
    rows = journal.Event.objects.filter(named).values_list("pk", "reason")
    keys = [key for key, text in rows if email.casefold() in text.casefold() or mentions(text, name=name)]
    return journal.erase_reasons(journal.Event.objects.filter(pk__in=keys))
