"""The same POST twice has one effect and one answer: the verb and its answer are kept in one commit."""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Callable

import orjson
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpResponse
from rest_framework.request import Request

from api import errors as problems
from api import throttling
from directory import actors, errors

KEPT_FOR = datetime.timedelta(hours=48)
LONGEST = 255
_NOT_KEPT = {400, 401, 413, 415, 422, 428, 429}  # the caller mends these and sends the same key again
_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control", "Content-Language")


class KeptAnswer(models.Model):
    """The answer to one request with a key. The body is sealed with the caller's key, which is nowhere here."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("created_at", name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.status} of {self.created_at:%Y-%m-%d %H:%M}"


def once(
    request: Request, by: actors.Actor, act: Callable[[], HttpResponse], *, now: datetime.datetime
) -> HttpResponse:
    """The answer of `act`, or the kept one of an earlier request with the same key.

    Raises Invalid `invalid_idempotency_key`, Conflict `idempotency_in_flight`, DomainError `idempotency_key_reused`.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not key.isprintable() or not key.isascii() or not 1 <= len(key) <= LONGEST:
        raise errors.Invalid("invalid_idempotency_key", most=LONGEST)
    caller = by.reference or throttling.address_of(request._request)
    # As named: whoever adds an entry acts for it by the time the request comes again.
    entry = request.headers.get("Acting-Entry", "")
    digest = _hash(orjson.dumps([by.kind, caller, entry, request.method, request.path.rstrip("/"), key]))
    sent = [request.META.get("QUERY_STRING", ""), request.data]
    fingerprint = _hash(json.dumps(sent, sort_keys=True).encode())  # orjson refuses integers beyond 64 bits
    seal = Fernet(base64.urlsafe_b64encode(_hash(f"seal:{key}".encode())))
    with transaction.atomic():
        _lock(digest)
        kept = KeptAnswer.objects.filter(pk=digest, created_at__gt=now - KEPT_FOR).first()
        if kept is not None:
            return _replayed(kept, fingerprint, seal)
        response = _done(request, act)
        KeptAnswer.objects.update_or_create(
            pk=digest,
            defaults={
                "fingerprint": fingerprint,
                "status": response.status_code,
                "headers": {name: response[name] for name in _HEADERS if response.has_header(name)},
                "body": seal.encrypt(response.content),
                "created_at": now,
            },
        )
        return response


def _hash(data: bytes) -> bytes:
    return hmac.digest(settings.KEY_PEPPER.encode(), data, hashlib.sha256)


def _lock(digest: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        if not cursor.fetchone()[0]:
            raise errors.Conflict("idempotency_in_flight")


def _done(request: Request, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `act` answers; a refusal that is kept is an answer too, without the rows the verb wrote before it."""
    try:
        with transaction.atomic():
            return act()
    except Exception as error:
        response = problems.from_exception(request._request, error)
        if response is None or response.status_code in _NOT_KEPT or response.status_code >= 500:
            raise
        errors.settle(error)
        return response


def _replayed(kept: KeptAnswer, fingerprint: bytes, seal: Fernet) -> HttpResponse:
    if not hmac.compare_digest(bytes(kept.fingerprint), fingerprint):
        raise errors.DomainError("idempotency_key_reused")
    body = seal.decrypt(bytes(kept.body))
    response = HttpResponse(body, status=kept.status)
    del response["Content-Type"]
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def forget(*, now: datetime.datetime) -> int:
    """Remove answers that are no longer given."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]
