"""What becomes of offers, needs and requests when their entry is merged: they go on with the one that stays."""

import datetime
import uuid

from django.db.models import Exists, OuterRef, Q

from directory import actors
from partners.collaborations import endings
from partners.collaborations.collaborations import LIVE, Collaboration, Collaborations
from partners.offers.proposals import Proposal, Proposals
from partners.trust.following import Reference


def _of_both(gone: uuid.UUID, *, into: uuid.UUID, by: actors.Actor, now: datetime.datetime) -> Collaborations:
    """The requests between the two, which nobody can have with themselves: what is live is ended, and all stay."""
    both = Q(initiator=gone, counterparty=into) | Q(initiator=into, counterparty=gone)
    rows = Collaboration.objects.filter(both, status__in=LIVE).select_related("initiator", "counterparty")
    for row in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        endings.dissolve(row, by=by, now=now)
    return Collaboration.objects.filter(both)


def _known_there(gone: uuid.UUID, *, into: uuid.UUID, by: actors.Actor, now: datetime.datetime) -> Proposals:
    """None stays; one whose `external_id` the other entry uses too loses it, for it names one thing."""
    same = Proposal.objects.filter(entry=into, direction=OuterRef("direction"), external_id=OuterRef("external_id"))
    Proposal.objects.filter(Exists(same), entry=gone).exclude(external_id="").update(external_id="")
    return Proposal.objects.none()


REFERENCES = (
    Reference(Collaboration, "initiator", "collaboration", _of_both),
    Reference(Collaboration, "counterparty", "collaboration", _of_both),
    Reference(Proposal, "entry", "", _known_there),
)
