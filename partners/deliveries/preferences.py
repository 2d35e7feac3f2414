"""How a person wants to be told of what happens for an entry: at once, once a day, or not by mail."""

import datetime
import uuid

from django.core import signing
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, ids, journal, vocabularies
from directory import permissions as rules
from partners import permissions
from partners.accounts import acting

_SIGNER = signing.Signer(salt="partners.deliveries.preferences")


class Preference(models.Model):
    """One person's choice for one entry; where there is no row the defaults hold."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("partners.User", on_delete=models.CASCADE, related_name="notification_preferences")
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="notification_preferences")
    # `daily`: deadlines still come at once.
    mail = models.CharField(max_length=7, choices=vocabularies.choices("mail_frequency"), default="daily")
    language = models.CharField(max_length=2, choices=vocabularies.choices("mail_language"), default="id")
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "entry", name="preference_once"),
            models.CheckConstraint(
                condition=Q(mail__in=vocabularies.codes("mail_frequency")), name="preference_mail_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=vocabularies.codes("mail_language")), name="preference_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail} to {self.user_id} for {self.entry_id}"


def of(user: uuid.UUID, entry: uuid.UUID) -> Preference:
    """The choice, or the defaults in a row that is not kept."""
    return Preference.objects.filter(user=user, entry=entry).first() or Preference(user_id=user, entry_id=entry)


def own(by: actors.Actor) -> Preference:
    """A person's choice for the entry acted for. Raises Forbidden, Invalid `acting_entry_required`."""
    rules.require(permissions.RULES["see_own_data"], by=by)
    return of(by.person, acting.entry_needed(by))


@transaction.atomic
def change(*, values: dict[str, str], version: int | None, by: actors.Actor, now: datetime.datetime) -> Preference:
    """Choose anew, for the entry acted for: `mail`, `language`.

    Raises Forbidden, Invalid `acting_entry_required`, and `version_changed` when it is no longer of `version`.
    """
    rules.require(permissions.RULES["change_own_data"], by=by)
    return _write(by.person, acting.entry_needed(by), values, version=version, by=by, now=now)


def unsubscribe_token(user: uuid.UUID, entry: uuid.UUID) -> str:
    """What stands in the link of a mail that ends such mails. It opens nothing else, and does not expire."""
    return _SIGNER.sign_object([user.hex, entry.hex])


def of_token(token: str) -> Preference:
    """The choice that a link is about. Raises Missing."""
    try:
        user, entry = map(uuid.UUID, _SIGNER.unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        raise errors.Missing("not_found") from None
    return of(user, entry)


@transaction.atomic
def unsubscribe(token: str, *, request_id: str, now: datetime.datetime) -> Preference:
    """End the mails that a link came with, whoever follows it: it was in the person's mailbox. Raises Missing."""
    row = of_token(token)
    reference = ids.encode("user", row.user_id)
    by = actors.Actor(kind="user", reference=reference, user=row.user_id, request_id=request_id)
    return _write(row.user_id, row.entry_id, {"mail": "never"}, version=None, by=by, now=now)


def _write(
    user: uuid.UUID,
    entry: uuid.UUID,
    values: dict[str, str],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Preference:
    Preference.objects.get_or_create(user_id=user, entry_id=entry)
    row = Preference.objects.select_for_update().get(user=user, entry=entry)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    journal.record("notifications.changed", by=by, now=now, subject=("user", user))
    for name, value in {**values, "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "version"])
    return row
