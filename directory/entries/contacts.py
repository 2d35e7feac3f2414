"""How to reach an entry, each value with who may see it; reading one that is not public is an event."""

import datetime
import uuid
from collections.abc import Collection, Mapping

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal, permissions, triggers, vocabularies
from directory.entries import editing, entries
from directory.text import EMPTY

FIELDS = ("kind", "value", "label", "visibility")
MOST_CONTACTS = 50  # of one entry
PHONES = ("phone", "whatsapp")
COUNTRY = "ID"  # of a number without a country's code
_email = EmailValidator()
_link = URLValidator(schemes=("http", "https"))


class Contacts(models.QuerySet["Contact"]):
    """Questions about contacts."""

    def visible_to(self, actor: actors.Actor) -> "Contacts":
        """The public ones, to whoever is signed in those for them, and to members all of the entry they act for.

        Those for `counterparties` are shown by partners/collaborations/revealing.py. Whoever acts by a claim that
        nobody has decided sees of what is not public only what was written for that entry by its own members.
        """
        seen = Q(visibility="public")
        if actor.kind != "anonymous" and "entries:read" in actor.scopes:
            seen |= Q(visibility="signed_in")
            if actor.acting_entry is not None:
                own = Q(entry=actor.acting_entry)
                seen |= own & Q(first_event__acting_entry_id=actor.acting_entry) if actor.is_provisional else own
        return self.filter(seen, entry__status__in=entries.statuses_seen_by(actor))


class Contact(journal.Row):
    """One address, number or link."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    entry = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=vocabularies.choices("contact_kind"))
    value = models.CharField(max_length=300)
    label = models.CharField(max_length=100, **EMPTY)
    # Not public unless somebody says so.
    visibility = models.CharField(
        max_length=16,
        choices=vocabularies.choices("visibility"),
        default="members_only",
        db_default="members_only",
    )

    objects = Contacts.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=vocabularies.codes("contact_kind")), name="contact_kind_known"),
            models.CheckConstraint(
                condition=Q(visibility__in=vocabularies.codes("visibility")), name="contact_visibility_known"
            ),
            models.UniqueConstraint("entry", "kind", "value", name="contact_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=("phone", "whatsapp")) | Q(value__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="contact_phone_in_e164",
            ),
        ]
        triggers = triggers.child()

    def __str__(self) -> str:
        return f"{self.kind} of {self.entry_id}"


def clean(kind: str, value: str) -> str:
    """The normal form of a value: E.164, an address, a link. Invalid `invalid_phone`, `invalid_email`, `invalid_url`.

    A number without a country's code is Indonesian, as people write them: `0812-...`, `62 812 ...`, `(021) ...`.
    """
    value = value.strip()
    if kind in PHONES:
        return _phone(value)
    check, code = (_email, "invalid_email") if kind == "email" else (_link, "invalid_url")
    try:
        check(value)
    except ValidationError:
        raise errors.Invalid(code, pointer="#/value", value=value) from None
    if kind == "email":
        name, _, domain = value.rpartition("@")
        return f"{name}@{domain.lower()}"
    return value


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, COUNTRY)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise errors.Invalid("invalid_phone", pointer="#/value", value=value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@transaction.atomic
def reveal(rows: Collection[Contact], *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> None:
    """Note that somebody reads these contacts: one event for each entry of which a value is not public."""
    for entry in {row.entry for row in rows if row.visibility != "public"}:
        journal.record("contact.revealed", by=by, now=now, subject=(entry.kind, entry.pk), reason=reason)


@transaction.atomic
def add(entry: uuid.UUID, values: Mapping[str, str], *, by: actors.Actor, now: datetime.datetime) -> Contact:
    """Give an entry a contact: `kind`, `value`, and if wanted `label` and `visibility` (else `members_only`).

    Raises Missing, Forbidden, Invalid as `clean`, Conflict `already_exists`, `too_many_contacts`.
    """
    owner = _editable(entry, by=by)
    row = Contact(entry=owner, **{**values, "value": clean(values["kind"], values["value"])})
    _check(row, by=by)
    if Contact.objects.filter(entry=owner).count() >= MOST_CONTACTS:
        raise errors.Conflict("too_many_contacts", most=MOST_CONTACTS)
    journal.record("contact.added", by=by, now=now, subject=(owner.kind, owner.pk))
    row.save(force_insert=True)
    return _read(row.pk)


@transaction.atomic
def change(
    entry: uuid.UUID,
    contact: uuid.UUID,
    values: Mapping[str, str],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Contact:
    """Give a contact other values; nothing is written where nothing differs. `version` is that of the entry.

    Raises Missing, Forbidden, Invalid as `clean`, Conflict `already_exists`, and `version_changed`.
    """
    owner, row = _held(entry, contact, by=by)
    if version is not None and owner.version != version:
        raise errors.DomainError("version_changed")
    wanted = {name: values.get(name, getattr(row, name)) for name in FIELDS}
    wanted["value"] = clean(wanted["kind"], wanted["value"])
    changed = [name for name in FIELDS if wanted[name] != getattr(row, name)]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        _check(row, by=by)
        journal.record("contact.changed", by=by, now=now, subject=(owner.kind, owner.pk))
        row.save(update_fields=changed)
    return _read(row.pk)


@transaction.atomic
def remove(entry: uuid.UUID, contact: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Take a contact away. Missing, Forbidden."""
    owner, row = _held(entry, contact, by=by)
    journal.record("contact.removed", by=by, now=now, subject=(owner.kind, owner.pk))
    row.delete()


def _editable(entry: uuid.UUID, *, by: actors.Actor) -> entries.Entry:
    owner = editing.seen(entry, by=by)
    permissions.require(permissions.RULES["edit_entry"], by=by, entry=owner.pk, region=owner.region_id)
    return owner


def _held(entry: uuid.UUID, contact: uuid.UUID, *, by: actors.Actor) -> tuple[entries.Entry, Contact]:
    owner = _editable(entry, by=by)
    row = Contact.objects.visible_to(by).filter(entry=owner, pk=contact).first()
    if row is None:
        raise errors.Missing("not_found")
    return owner, row


def _check(row: Contact, *, by: actors.Actor) -> None:
    if row.entry.kind == "author" and row.visibility == "public" and by.acting_entry != row.entry_id:
        # How to reach a person is public only where the person says so.
        raise errors.Forbidden("role_needed", allowed=", ".join(sorted(permissions.EDITORS)))
    same = Contact.objects.filter(entry=row.entry_id, kind=row.kind, value=row.value)
    if same.exclude(pk=row.pk).exists():
        raise errors.Conflict("already_exists")


def _read(key: uuid.UUID) -> Contact:
    return Contact.objects.select_related("entry", "first_event", "event").get(pk=key)
