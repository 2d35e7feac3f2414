"""The tables of partners, for Django to find."""

from partners.accounts.api_keys import ApiKey
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import Membership
from partners.accounts.moderators import Moderator
from partners.accounts.users import User
from partners.mail import Letter

__all__ = ["ApiKey", "Invitation", "Letter", "Membership", "Moderator", "User"]
