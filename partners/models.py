"""The tables of partners, for Django to find."""

from partners.accounts.api_keys import ApiKey
from partners.accounts.attainments import Attainment
from partners.accounts.consents import Consent
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import Membership
from partners.accounts.moderators import Moderator
from partners.accounts.professionals import Professional
from partners.accounts.users import User
from partners.mail import Letter
from partners.trust.claims import Claim
from partners.trust.digest import DigestSent
from partners.trust.evidence import Evidence, EvidenceFile
from partners.trust.flags import Flag
from partners.trust.freshness import ConfirmationAsked
from partners.trust.merges import MergedMembership
from partners.trust.suggestions import Suggestion

__all__ = [
    "ApiKey",
    "Attainment",
    "Claim",
    "ConfirmationAsked",
    "Consent",
    "DigestSent",
    "Evidence",
    "EvidenceFile",
    "Flag",
    "Invitation",
    "Letter",
    "Membership",
    "MergedMembership",
    "Moderator",
    "Professional",
    "Suggestion",
    "User",
]
