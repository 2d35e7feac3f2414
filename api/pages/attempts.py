"""Sign-in throttling: wrong passwords are counted by single statements on the unlogged table of api/throttling.py.

allauth counts in the cache, several statements under a lock that it may fail to get. For a password that is too weak.
"""

import datetime
from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import connection

from api import throttling

PERIOD = 15 * 60  # seconds


class Limit(NamedTuple):
    """So many failures are let through; they are forgotten once PERIOD has passed without another."""

    name: str
    most: int


# From one address five at one account. Somebody who tries one account from many addresses, or many accounts from one,
# meets a wider limit: a narrow one would let anybody lock out anybody, and a gateway of a provider hides thousands.
ACCOUNT_AND_ADDRESS = Limit("sign-in", 5)
ACCOUNT = Limit("sign-in of account", 50)
ADDRESS = Limit("sign-in from address", 500)

# `window` is the minute in which all is forgotten if nothing more comes.
_SPEND = """
INSERT INTO api_ratecount AS kept (bucket, "window", spent) VALUES (%(bucket)s, %(until)s, 1)
ON CONFLICT (bucket) DO UPDATE SET "window" = excluded."window",
    spent = CASE WHEN kept."window" <= %(minute)s THEN 1 ELSE kept.spent + 1 END
WHERE kept."window" <= %(minute)s OR kept.spent < %(most)s
RETURNING spent
"""
_GIVE_BACK = "UPDATE api_ratecount SET spent = spent - 1 WHERE bucket = ANY(%s) AND spent > 0"


def spend(account: str, address: str, *, now: datetime.datetime) -> bool:
    """Count an attempt before the password is looked at; False when it may not be made.

    Two attempts at once can therefore not both be the fifth. Whoever has the right password gives it back.
    """
    seconds = int(now.timestamp())
    minute, until = seconds // 60, -(-(seconds + PERIOD) // 60)
    with connection.cursor() as cursor:
        for bucket, limit in zip(_buckets(account, address), _LIMITS, strict=True):
            cursor.execute(_SPEND, {"bucket": bucket, "minute": minute, "until": until, "most": limit.most})
            if cursor.fetchone() is None:
                return False
    return True


def give_back(account: str, address: str) -> None:
    """Uncount an attempt that was none; earlier failures stay, or a right password in between would hide them."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [_buckets(account, address)])


def forget_account(account: str, address: str) -> None:
    """Let somebody try again who has just proved by mail that the account is theirs."""
    throttling.RateCount.objects.filter(bucket__in=_buckets(account, address)[:2]).delete()


_LIMITS = (ACCOUNT_AND_ADDRESS, ACCOUNT, ADDRESS)


def _buckets(account: str, address: str) -> list[str]:
    account = account.strip().lower()
    names = (f"{account} {address}", account, address)
    return [throttling.bucket_of(f"{limit.name}: {name}") for limit, name in zip(_LIMITS, names, strict=True)]


def cache_key(key: str, prefix: str, version: int) -> str:
    """The KEY_FUNCTION of the cache: a keyed hash, so that the table holds no addresses."""
    return throttling.bucket_of(f"cache:{prefix}:{version}:{key}")


def forget(*, now: datetime.datetime) -> int:
    """Remove what the cache need not keep any more, and sessions that have ended. (Django does neither by itself.)"""
    Session.objects.filter(expire_date__lt=now).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_cache WHERE expires < %s", [now])
        return int(cursor.rowcount)
