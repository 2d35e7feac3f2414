"""What the journal tells of a region: the events about its entries and about what people do with those."""

from typing import Any

from django.db.models import CharField, Model, Q
from django.db.models.functions import Cast

from directory import actors, ids
from directory.entries.contacts import Contact
from directory.entries.duplicates import Duplicate
from directory.entries.entries import Entry
from directory.software.installations import Installation
from partners.accounts.api_keys import ApiKey
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import Membership
from partners.trust.claims import Claim
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

# Object type -> its rows, and the ways from one to the entry whose region counts. What two partners do together lies
# in no region, and tells of both: it is the country's.
_SUBJECTS: dict[tuple[str, ...], tuple[type[Model], tuple[str, ...]]] = {
    ids.ENTRIES: (Entry, ("",)),
    ("contact",): (Contact, ("entry__",)),
    ("installation",): (Installation, ("library__",)),
    ("duplicate",): (Duplicate, ("first__", "second__")),
    ("membership",): (Membership, ("entry__",)),
    ("invitation",): (Invitation, ("entry__",)),
    ("api_key",): (ApiKey, ("entry__",)),
    ("claim",): (Claim, ("entry__",)),
    ("suggestion",): (Suggestion, ("entry__",)),
    ("flag",): (Flag, ("entry__",)),
}


def within(by: actors.Actor, path: str = "") -> Q:
    """The condition that the entry at `path` lies in a region that is moderated."""
    if "" in by.regions:
        return Q()
    found = Q(pk__in=[])
    for code in by.regions:
        found |= Q(**{f"{path}region_id__gte": code, f"{path}region_id__lt": f"{code}/"})
    return found


def events(by: actors.Actor) -> Q:
    """The condition that an event tells of a region that is moderated: all, for moderators of the country."""
    if "" in by.regions:
        return Q()
    found = Q(pk__in=[])
    for names, (model, paths) in _SUBJECTS.items():
        there = Q(pk__in=[])
        for path in paths:
            there |= within(by, path)
        rows: Any = model._default_manager.filter(there)
        found |= Q(subject_type__in=names, subject_id__in=rows.values_list(Cast("pk", CharField())))
    return found
