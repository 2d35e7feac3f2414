"""What is held about a person, whole, to take away; and a person erased, while facts and the seal stay."""

import datetime
import hashlib
import hmac
import itertools
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import models, transaction

from directory import actors, errors, ids, journal
from directory import permissions as rules
from directory.entries import erasing
from directory.entries.entries import Entry
from partners import permissions
from partners.accounts import consents, holdings, leaving, professionals
from partners.accounts.users import User

ENTRY_CHOICES = ("keep", "hide")  # of the author's entry that the person is


class Part(NamedTuple):
    """What becomes of one kind of data: erased, blanked (it stays without what is personal) or kept, and why."""

    name: str
    fate: str
    count: int
    why: holdings.Why


@dataclass
class Report:
    """What erasing does, or did, and the entries it reaches, by public id."""

    parts: list[Part] = field(default_factory=list)
    listed_again: list[str] = field(default_factory=list)  # nobody acts for them any more
    hidden: list[str] = field(default_factory=list)
    confirmation: str = ""  # to be sent with the request that really erases

    def add(self, name: str, fate: str, count: int, why: holdings.Why) -> None:
        """One more part; nothing of nothing is left out."""
        if count:
            self.parts.append(Part(name, fate, count, why))


def export(user: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> dict[str, Any]:
    """Everything held about the person, as one JSON-able document. Forbidden for everybody else.

    One statement for each table.
    """
    rules.require(permissions.RULES["see_own_data"], by=by)
    if by.user != user:
        raise errors.Missing("not_found")
    row = User.objects.get(pk=user)
    account = ("email", "name", "is_active", "is_staff", "created_at", "confirmed_at", "last_login")
    return {
        "object": "export",
        "id": ids.encode("user", row.pk),
        "exported_at": now,
        "account": {name: getattr(row, name) for name in account},
        "held": {line.name: [_shown(one, line.shown) for one in line.rows(row)] for line in holdings.HELD},
    }


def _shown(row: models.Model, columns: Sequence[str]) -> dict[str, Any]:
    return {name: _value(row, name) for name in columns}


def _value(row: models.Model, name: str) -> Any:
    """A column as the API writes it: ids with their prefix."""
    declared = row._meta.get_field(name)
    if name == "id":
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(row).__name__).lower()
        return ids.encode(name, row.pk) if name in ids.PREFIXES else str(row.pk)
    if isinstance(declared, models.ForeignKey):
        other = getattr(row, name)
        return ids.encode(other.kind, other.pk) if isinstance(other, Entry) else getattr(row, declared.attname)
    value = getattr(row, name)
    return str(value) if isinstance(value, uuid.UUID) else value


def erase(
    user: uuid.UUID,
    *,
    entry: str = "keep",
    confirmation: str = "",
    dry_run: bool = False,
    by: actors.Actor,
    now: datetime.datetime,
) -> Report:
    """Take a person out of everything, at once and for ever; with `dry_run` do all of it and keep nothing.

    `entry="hide"` also empties and hides the author's entry that is the person. Raises Missing, Forbidden, Conflict
    `hand_over_first` while the person is the last admin of an entry that has other members, and
    `confirmation_needed` unless the caller sends what the dry run answered.
    """
    with transaction.atomic():
        report = _erase(user, entry=entry, by=by, now=now)
        if dry_run:
            transaction.set_rollback(True)
        elif by.kind != "command" and not hmac.compare_digest(report.confirmation, confirmation):
            raise errors.Conflict("confirmation_needed")
    return report


def _erase(user: uuid.UUID, *, entry: str, by: actors.Actor, now: datetime.datetime) -> Report:
    row = User.objects.select_for_update().filter(pk=user, is_active=True).first()
    if row is None or (by.kind != "command" and by.user != user):
        raise errors.Missing("not_found")
    if by.kind != "command":
        rules.require(permissions.RULES["change_own_data"], by=by)
    report = Report()
    left = leaving.leave_all(user, by=by, now=now)
    journal.record("person.erased", by=by, now=now, subject=("user", user))
    consents.end_all(user, how="command" if by.kind == "command" else "api", now=now)
    counts = {line.name: line.rows(row).count() for line in holdings.HELD}
    professionals.erase(user)
    for line in holdings.HELD:
        line.forget(row, now=now)
        report.add(line.name, line.fate, counts[line.name], line.why)
    _forget_in_texts(row)
    _forget_elsewhere(row, report)
    _forget_in_directory(row, left, report, entry=entry, by=by, now=now)
    _anonymise(row, now=now)
    report.add("account", "blanked", 1, holdings.YOURS)
    report.confirmation = _confirmation(user, entry, report, now=now)
    return report


def _forget_in_directory(
    row: User, left: Sequence[Entry], report: Report, *, entry: str, by: actors.Actor, now: datetime.datetime
) -> None:
    found = erasing.forget_contacts(email=row.email, name=row.name, by=by, now=now)
    for one in left:
        public = ids.encode(one.kind, one.pk)
        report.listed_again.append(public)
        if one.kind == "author" and entry == "hide":
            erasing.empty_author(one.pk, by=by, now=now)
            report.hidden.append(public)
        elif one.kind == "author":
            found += erasing.forget_author(one.pk, by=by, now=now)
    reasons = erasing.forget_reasons(email=row.email, name=row.name)
    report.add("contacts", "erased", found, holdings.YOURS)
    report.add("reasons", "erased", reasons, holdings.YOURS)
    report.add("entries", "kept", len(left) - len(report.hidden), holdings.FACTS)
    report.add("author_entries", "erased", len(report.hidden), holdings.YOURS)


def _forget_in_texts(row: User) -> None:
    """Take the person out of what others wrote to each other here; the texts themselves stay."""
    said = [word for word in (row.email, row.name) if word]
    for model, columns in holdings.TEXTS:
        named = models.Q()
        for column, word in itertools.product(columns, said):
            named |= models.Q(**{f"{column}__icontains": word})
        for text in apps.get_model(model)._default_manager.filter(named).select_for_update(of=("self",)):
            for column in columns:
                setattr(text, column, erasing.without(getattr(text, column), *said))
            text.save(update_fields=columns)


def _forget_elsewhere(row: User, report: Report) -> None:
    """Delete what other apps keep of the person: sign-in addresses, second factors, groups."""
    row.groups.clear()
    row.user_permissions.clear()
    count = 0
    for relation in User._meta.related_objects:
        model = relation.related_model
        is_ours = model._meta.app_label in ("partners", "directory", "api")
        if not is_ours and relation.on_delete is models.CASCADE and not relation.many_to_many:
            count += model._default_manager.filter(**{relation.field.name: row}).delete()[0]
    report.add("sign_in", "erased", count + _end_sessions(row), holdings.YOURS)


def _end_sessions(row: User) -> int:
    """Delete every session of the person, which keeps the address they signed in with. Returns how many."""
    # A session names its person inside what is encoded, so all are read; that is rare, and rows are few and small.
    own = [one.pk for one in Session.objects.iterator() if one.get_decoded().get(SESSION_KEY) == str(row.pk)]
    return Session.objects.filter(pk__in=own).delete()[0]


def _anonymise(row: User, *, now: datetime.datetime) -> None:
    row.email, row.name = holdings.nobody(now), ""
    row.is_active = row.is_staff = row.is_superuser = False
    row.confirmed_at = row.last_login = None
    row.set_unusable_password()
    row.save()


def _confirmation(user: uuid.UUID, entry: str, report: Report, *, now: datetime.datetime) -> str:
    """What proves that the caller has seen what would happen, today."""
    said = repr((str(user), entry, sorted(report.listed_again), sorted(report.hidden), now.date().isoformat()))
    return hmac.digest(settings.KEY_PEPPER.encode(), f"erase:{said}".encode(), hashlib.sha256)[:12].hex()
