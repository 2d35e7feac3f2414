"""From a credential to an Actor; without one the caller is anonymous."""

from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from directory import actors


class Credentials(authentication.BaseAuthentication):
    """Reads the Authorization header; cookies are never read under /v1."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, actors.Actor]:
        """The anonymous actor; a credential is refused as long as none can be issued."""
        if request.headers.get("Authorization"):
            raise exceptions.AuthenticationFailed
        return AnonymousUser(), actors.ANONYMOUS

    def authenticate_header(self, request: Request) -> str:
        """The WWW-Authenticate challenge; makes the refusal a 401."""
        return "Bearer"
