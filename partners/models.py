"""The tables of partners, for Django to find."""

from partners.accounts.users import User

__all__ = ["User"]
