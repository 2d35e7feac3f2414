"""The tables of api, for Django to find."""

from api.bodies import KeptBody
from api.idempotency import KeptAnswer
from api.throttling import RateCount

__all__ = ["KeptAnswer", "KeptBody", "RateCount"]
