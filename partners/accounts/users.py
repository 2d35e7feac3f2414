"""People with an account, who sign in by their e-mail address."""

import datetime
import uuid

import uuid_utils.compat
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower

from directory import actors, errors, ids, journal

LONGEST_NAME = 200


class Users(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None) -> "User":
        """An account that signs in by e-mail; without a password it cannot sign in."""
        user = self.model(email=email.strip().lower())  # as django-allauth keeps addresses
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `is_active` false: suspended, or erased."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)  # may open the moderation desk
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the e-mail address was proved

    objects = Users()
    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email


@transaction.atomic
def confirm(user: uuid.UUID, *, now: datetime.datetime) -> User:
    """Note that a person has proved the address; a second time (another address) the first date stays."""
    row = User.objects.select_for_update().get(pk=user)
    by = actors.Actor(kind="user", reference=ids.encode("user", row.pk), user=row.pk, is_confirmed=True)
    journal.record("user.confirmed", by=by, now=now, subject=("user", row.pk))
    if row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def rename(user: uuid.UUID, *, name: str, by: actors.Actor, now: datetime.datetime) -> User:
    """Change the name that fellow members see; a person's own only. Missing."""
    if user != by.user:
        raise errors.Missing("not_found")
    row = User.objects.select_for_update().get(pk=user)
    journal.record("user.renamed", by=by, now=now, subject=("user", row.pk))
    row.name = name
    row.save(update_fields=["name"])
    return row
