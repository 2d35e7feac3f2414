"""The tables of api, for Django to find."""

from api.bodies import KeptBody

__all__ = ["KeptBody"]
