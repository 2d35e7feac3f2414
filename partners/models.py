"""The tables of partners, for Django to find."""

from partners.accounts.api_keys import ApiKey
from partners.accounts.attainments import Attainment
from partners.accounts.consents import Consent
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import Membership
from partners.accounts.moderators import Moderator
from partners.accounts.professionals import Professional
from partners.accounts.users import User
from partners.agreements.agreements import Agreement, Signature, SigningCode
from partners.collaborations.blocks import Block
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.deadlines import Deadline
from partners.collaborations.terms import AgreedLine, TermLine, Terms
from partners.collaborations.threads import Message, MessageFile
from partners.collaborations.timeline import ReadMarker
from partners.deliveries.deliveries import Delivery
from partners.deliveries.preferences import Preference
from partners.deliveries.routing import RoutingPlace
from partners.fulfilment.destinations import Destination
from partners.fulfilment.disputes import Dispute, DisputeLine, Statement
from partners.fulfilment.handovers import HandoverRecord
from partners.fulfilment.sessions import Attendee, Session
from partners.fulfilment.shipments import Count, Shipment, ShipmentLine
from partners.mail import Letter
from partners.offers.attachments import Attachment
from partners.offers.lines import Line
from partners.offers.proposals import Proposal
from partners.offers.stock import Movement
from partners.trust.claims import Claim
from partners.trust.digest import DigestSent
from partners.trust.evidence import Evidence, EvidenceFile
from partners.trust.flags import Flag
from partners.trust.following import MovedReference
from partners.trust.freshness import ConfirmationAsked
from partners.trust.merges import MergedMembership
from partners.trust.suggestions import Suggestion

__all__ = [
    "AgreedLine",
    "Agreement",
    "ApiKey",
    "Attachment",
    "Attainment",
    "Attendee",
    "Block",
    "Claim",
    "Collaboration",
    "ConfirmationAsked",
    "Consent",
    "Count",
    "Deadline",
    "Delivery",
    "Destination",
    "DigestSent",
    "Dispute",
    "DisputeLine",
    "Evidence",
    "EvidenceFile",
    "Flag",
    "HandoverRecord",
    "Invitation",
    "Letter",
    "Line",
    "Membership",
    "MergedMembership",
    "Message",
    "MessageFile",
    "Moderator",
    "MovedReference",
    "Movement",
    "Preference",
    "Professional",
    "Proposal",
    "ReadMarker",
    "RoutingPlace",
    "Session",
    "Shipment",
    "ShipmentLine",
    "Signature",
    "SigningCode",
    "Statement",
    "Suggestion",
    "TermLine",
    "Terms",
    "User",
]
