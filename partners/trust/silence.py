"""What happens to suggestions and flags when nobody answers: moderators see them, they end, addresses are forgotten."""

import datetime
import uuid
from collections.abc import Callable

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from directory import actors, journal
from directory import permissions as rules
from directory.entries.entries import Entry
from partners.accounts import memberships
from partners.trust import flags, suggestions
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

TO_MODERATORS_AFTER = datetime.timedelta(days=14)
SUGGESTION_LAPSES_AFTER = datetime.timedelta(days=90)
FLAG_LAPSES_AFTER = datetime.timedelta(days=90)
CONTACT_KEPT_FOR = datetime.timedelta(days=90)  # after the answer


def hand_on(*, now: datetime.datetime) -> int:
    """Show to the moderators what editors left unanswered, and what no editor is left to answer. Returns how many."""
    editors = memberships.Membership.objects.acting().filter(entry=OuterRef("entry"), roles__overlap=[*rules.EDITORS])
    due = Q(created_at__lte=now - TO_MODERATORS_AFTER) | ~Exists(editors)
    rows = Suggestion.objects.open().filter(due, is_for_moderators=False)
    return _each(rows, lambda key: _hand_on(key, now=now))


def lapse_suggestions(*, now: datetime.datetime) -> int:
    """End the suggestions that nobody answered, and tell their authors. Returns how many."""
    rows = Suggestion.objects.open().filter(created_at__lte=now - SUGGESTION_LAPSES_AFTER)
    return _each(rows, lambda key: _lapse_suggestion(key, now=now))


def lapse_flags(*, now: datetime.datetime) -> int:
    """End the flags that nobody answered, but for those that hide something: it waits for a moderator."""
    rows = Flag.objects.open().filter(created_at__lte=now - FLAG_LAPSES_AFTER, has_hidden=False)
    return _each(rows, lambda key: _lapse_flag(key, now=now))


def forget_contacts(*, now: datetime.datetime) -> int:
    """Forget the addresses of those whose suggestion was answered long ago. Returns how many."""
    answered = Suggestion.objects.filter(decided_at__lte=now - CONTACT_KEPT_FOR).exclude(contact="")
    return answered.update(contact="")


def forget_erased() -> int:
    """Forget what was suggested and noted about people whose entry was erased: it quotes what the entry said of them.

    Returns how many suggestions that were.
    """
    erased = journal.Event.objects.filter(
        type="entry.erased", subject_type=OuterRef("kind"), subject_id=Cast(OuterRef("pk"), models.CharField())
    )
    gone = Entry.objects.filter(Exists(erased), kind="author", status="hidden")
    Flag.objects.filter(entry__in=gone).exclude(note="", answer="").update(note="", answer="")
    return Suggestion.objects.filter(entry__in=gone).delete()[0]


def _each(rows: "models.QuerySet[models.Model]", act: Callable[[uuid.UUID], bool]) -> int:
    """Act on each row in a transaction of its own; an answer that comes in between counts, and the row is passed."""
    return sum(act(key) for key in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _hand_on(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    row = Suggestion.objects.open().select_for_update().filter(pk=key, is_for_moderators=False).first()
    if row is None:
        return False
    journal.record("suggestion.handed_on", by=actors.SYSTEM, now=now, subject=("suggestion", key))
    row.is_for_moderators, row.updated_at, row.version = True, now, row.version + 1
    row.save(update_fields=["is_for_moderators", "updated_at", "version"])
    return True


@transaction.atomic
def _lapse_suggestion(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    row = Suggestion.objects.open().select_for_update(of=("self",)).select_related("entry").filter(pk=key).first()
    if row is None:
        return False
    suggestions.answer(row, "lapsed", by=actors.SYSTEM, now=now)
    return True


@transaction.atomic
def _lapse_flag(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    row = Flag.objects.open().select_for_update().filter(pk=key, has_hidden=False).first()
    if row is None:
        return False
    flags.end(row, "lapsed", by=actors.SYSTEM, now=now)
    return True
