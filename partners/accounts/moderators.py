"""Staff of the association who decide about entries, each for some regions or for the whole country."""

import datetime
import uuid

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from directory import actors, errors, journal
from directory.regions import regions
from partners.accounts.users import User


def moderated_by(actor: actors.Actor, column: str) -> Q:
    """The condition that an actor moderates the region whose code is in `column`; without one every moderator does."""
    found = Q(**{column: None}) if actor.regions else Q(pk__in=[])
    for code in actor.regions:
        found |= regions.within(column, code) if code else Q(pk__isnull=False)
    return found


class Moderators(models.QuerySet["Moderator"]):
    """Questions about moderators."""

    def regions_of(self, user: uuid.UUID) -> tuple[str, ...]:
        """The codes of the regions a user moderates, "" for the whole country; none for everybody else."""
        return tuple(code or "" for code in self.filter(user=user).values_list("region_id", flat=True))

    def of_region(self, code: str) -> "Moderators":
        """The moderators of a region and of all above it; of an entry without a region all."""
        if not code:
            return self.all()
        parts = code.split(".")
        above = [".".join(parts[: length + 1]) for length in range(len(parts))]
        return self.filter(Q(region=None) | Q(region__in=above))


class Moderator(models.Model):
    """One person's right to decide about the entries of one region, or of the country."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("partners.User", on_delete=models.CASCADE, related_name="moderator_rights")
    region = models.ForeignKey(
        "directory.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="moderators"
    )  # null: the whole country
    created_at = models.DateTimeField()

    objects = Moderators.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", Coalesce("region", models.Value("")), name="moderator_once_per_region")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.region_id or 'the country'}"


@transaction.atomic
def appoint(email: str, *, region: str | None = None, by: actors.Actor, now: datetime.datetime) -> tuple[User, bool]:
    """Make the person of an address a moderator; a second time changes nothing. The user, and whether it is new.

    Decides no right: only the operator's command calls it. Raises Invalid `unknown_region`.
    """
    if region is not None and not regions.Region.objects.filter(code=region).exists():
        raise errors.Invalid("unknown_region", value=region)
    user = User.objects.filter(email__iexact=email).select_for_update().first()
    is_new = user is None
    user = user or User.objects.create_user(email)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if not Moderator.objects.filter(user=user, region=region).exists():
        event = journal.record("moderator.appointed", by=by, now=now, subject=("user", user.pk))
        Moderator.objects.create(user=user, region_id=region, created_at=event.at)
    return user, is_new
