"""What becomes of offers, needs, requests, their threads and blocks when their entry is merged, and of an undo."""

from django.db.models import Exists, OuterRef, Q

from partners.collaborations import endings
from partners.collaborations.blocks import Block, Blocks
from partners.collaborations.collaborations import BOUND, LIVE, Collaboration, Collaborations
from partners.collaborations.threads import Message, Messages
from partners.offers.proposals import Proposal, Proposals
from partners.trust.following import Merge, Reference, take


def _asked_there(merge: Merge) -> Collaborations:
    """Those between the two, which nobody can have with themselves: what is live is ended, and all stay. And what
    unchecked people asked for and nobody has accepted: where the entry is gone nobody can, and it expires.
    """
    both = Q(initiator=merge.gone, counterparty=merge.into) | Q(initiator=merge.into, counterparty=merge.gone)
    rows = Collaboration.objects.filter(both, status__in=LIVE).select_related("initiator", "counterparty")
    for row in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        endings.dissolve(row, by=merge.by, now=merge.now)
    unchecked = Q(pk__in=[]) if merge.come_along else Q(initiator=merge.gone, status__in=LIVE) & ~Q(status__in=BOUND)
    return Collaboration.objects.filter(both | unchecked)


def _said_in_what_stays(merge: Merge) -> Messages:
    """The messages of the requests that stay; the requests have moved before."""
    staying = Collaboration.objects.filter(Q(initiator=merge.gone) | Q(counterparty=merge.gone))
    return Message.objects.filter(entry=merge.gone, collaboration__in=staying)


def _promised_unchecked(merge: Merge) -> Proposals:
    """All, where nobody comes along; else none, but one whose `external_id` the other entry uses too loses it, for it
    names one thing.
    """
    own = Proposal.objects.filter(entry=merge.gone)
    if not merge.come_along:
        return own
    there = Proposal.objects.filter(entry=merge.into, direction=OuterRef("direction"))
    same = there.filter(external_id=OuterRef("external_id"))
    take(merge, own.filter(Exists(same)).exclude(external_id=""), "external_id")
    return own.none()


def _blocked_there(merge: Merge) -> Blocks:
    """Those between the two and those that the other one has too; all, where nobody comes along: they were about, or
    by, people who act for nobody now.
    """
    of_either = Block.objects.filter(Q(entry=merge.gone) | Q(other=merge.gone))
    if not merge.come_along:
        return of_either
    by_it = Block.objects.filter(entry=merge.into, other=OuterRef("other"), kind=OuterRef("kind"))
    about_it = Block.objects.filter(entry=OuterRef("entry"), other=merge.into, kind=OuterRef("kind"))
    between = Q(entry=merge.gone, other=merge.into) | Q(entry=merge.into, other=merge.gone)
    there = Q(Exists(by_it), entry=merge.gone) | Q(Exists(about_it), other=merge.gone)
    return of_either.filter(between | there)


REFERENCES = (
    Reference(Collaboration, "initiator", "collaboration", _asked_there),
    Reference(Collaboration, "counterparty", "collaboration", _asked_there),
    Reference(Message, "entry", None, _said_in_what_stays),
    Reference(Proposal, "entry", "", _promised_unchecked),
    Reference(Block, "entry", None, _blocked_there),  # who is blocked is never told
    Reference(Block, "other", None, _blocked_there),
)
