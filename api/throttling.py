"""How often a caller may ask: one table of limits, counted by one atomic statement on an unlogged table."""

import datetime
import functools
import hashlib
import hmac
import ipaddress
import threading
from typing import NamedTuple

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest

from directory import actors

WINDOW = 60  # seconds
# Of public reads a worker process takes so many at once: a statement for each would cost more than the read itself.
# What it does not use by the end of the window is lost, so such a limit may be reached that much too early.
BLOCK = 20
# Of what anybody may write, signed in or not: how many an hour from one address, and from one caller with a credential.
HOUR = 3600
HOURLY = {"suggestions": (20, 60), "flags": (20, 60), "entries": (0, 30), "codes": (60, 120), "attachments": (0, 120)}


class RateCount(models.Model):
    """What one caller has spent in its last window; the table is unlogged, a crash empties it."""

    bucket = models.CharField(max_length=32, primary_key=True)
    window = models.BigIntegerField()  # its last minute, whatever its length
    spent = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.bucket}: {self.spent}"


class Standing(NamedTuple):
    """How a caller stands after this request."""

    limit: int
    remaining: int  # below 0: this request was one too many
    seconds: int  # until the window ends
    name: str = "default"
    window: int = WINDOW

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes them."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.window}',
            "RateLimit": f'"{self.name}";r={max(self.remaining, 0)};t={self.seconds}',
        }


_SPEND = """
INSERT INTO api_ratecount AS kept (bucket, "window", spent) VALUES (%(bucket)s, %(window)s, %(number)s)
ON CONFLICT (bucket) DO UPDATE SET "window" = excluded."window",
    spent = CASE WHEN kept."window" = excluded."window" THEN kept.spent + excluded.spent ELSE excluded.spent END
WHERE kept."window" <> excluded."window" OR kept.spent + excluded.spent <= %(limit)s
RETURNING spent
"""
_blocks: dict[str, tuple[int, int, int]] = {}  # bucket -> window, left of the block, remaining behind it
_lock = threading.Lock()
_MOST_BLOCKS = 10_000


def spend(bucket: str, *, limit: int, now: datetime.datetime, number: int = 1, seconds: int = WINDOW) -> int:
    """Count requests of a bucket in a window of so many seconds, whole minutes; what remains, or -1. One statement."""
    window = (int(now.timestamp()) // seconds + 1) * seconds // WINDOW - 1
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"bucket": bucket, "window": window, "number": number, "limit": limit})
        row = cursor.fetchone()
    return limit - row[0] if row else -1


def _spend_of_block(bucket: str, *, limit: int, now: datetime.datetime) -> int:
    window = int(now.timestamp()) // WINDOW
    with _lock:
        of_window, left, behind = _blocks.get(bucket, (0, 0, 0))
        if of_window != window or (left == 0 and behind > 0):
            if len(_blocks) >= _MOST_BLOCKS:
                _blocks.clear()
            left = min(BLOCK, limit if of_window != window else behind)
            behind = spend(bucket, limit=limit, now=now, number=left)
        if behind < 0 or left == 0:  # nothing more in this window, and nobody has to ask again
            _blocks[bucket] = (window, 0, 0)
            return -1
        _blocks[bucket] = (window, left - 1, behind)
        return behind + left - 1


def standing(request: HttpRequest, actor: actors.Actor, *, now: datetime.datetime) -> Standing:
    """Count this request of its caller, and say how the caller stands."""
    kind = {"api_key": "entry"}.get(actor.kind, actor.kind)
    limit = settings.RATE_LIMITS[kind]
    is_exact = actor.kind != "anonymous" or request.method not in ("GET", "HEAD")
    bucket = bucket_of(f"{kind}:{actor.reference or address_of(request)}")
    left = (spend if is_exact else _spend_of_block)(bucket, limit=limit, now=now)
    return Standing(limit, left, WINDOW - int(now.timestamp()) % WINDOW)


def hourly(request: HttpRequest, actor: actors.Actor, name: str, *, now: datetime.datetime) -> Standing:
    """Count one act of its caller that anybody may do, by the tighter limit of HOURLY."""
    of_address, of_caller = HOURLY[name]
    limit = of_caller if actor.reference else of_address
    bucket = bucket_of(f"{name}:{actor.reference or address_of(request)}")
    left = spend(bucket, limit=limit, now=now, seconds=HOUR)
    return Standing(limit, left, HOUR - int(now.timestamp()) % HOUR, name, HOUR)


def bucket_of(text: str) -> str:
    """The name of a bucket: a keyed hash, so that the table holds no addresses."""
    return _hashed(text, settings.KEY_PEPPER)


@functools.lru_cache(maxsize=1000)
def _hashed(text: str, key: str) -> str:
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256)[:16].hex()


def address_of(request: HttpRequest) -> str:
    """Whose request it is, of IPv6 the /64; `X-Forwarded-For` counts only as far as our own proxy wrote it."""
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2].strip()
    return _network(given)


@functools.lru_cache(maxsize=1000)
def _network(given: str) -> str:
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def forget(*, now: datetime.datetime) -> int:
    """Remove what no window needs any more."""
    return RateCount.objects.filter(window__lt=int(now.timestamp()) // WINDOW - 1).delete()[0]
