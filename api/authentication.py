"""From a credential to an Actor; without one the caller is anonymous."""

import dataclasses

from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from directory import actors, clock
from partners.accounts import acting


class Credentials(authentication.BaseAuthentication):
    """Reads `Authorization: Bearer` and `Acting-Entry`; cookies are never read under /v1."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, actors.Actor]:
        """The actor of the key, or the anonymous one."""
        request_id = getattr(request._request, "id", "")
        header = request.headers.get("Authorization", "")
        if not header:
            return AnonymousUser(), dataclasses.replace(actors.ANONYMOUS, request_id=request_id)
        scheme, _, text = header.partition(" ")
        named = request.headers.get("Acting-Entry", "")
        is_bearer = scheme.lower() == "bearer"
        actor = acting.of_key(text.strip(), acting_entry=named, now=clock.now()) if is_bearer else None
        if actor is None:
            raise exceptions.AuthenticationFailed
        request._request.caller = actor.reference  # type: ignore[attr-defined]  # for the log
        return AnonymousUser(), dataclasses.replace(actor, request_id=request_id)

    def authenticate_header(self, request: Request) -> str:
        """The WWW-Authenticate challenge; makes the refusal a 401."""
        return "Bearer"
