"""What every view of /v1 does around its action: know and count the caller, refuse as a problem."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from rest_framework import exceptions, viewsets
from rest_framework.request import Request

from api import authentication, parsers, renderers, throttling
from api import errors as problems
from directory import actors, clock, errors


class View(viewsets.GenericViewSet):  # type: ignore[type-arg]
    """The base of all resources."""

    authentication_classes = (authentication.Credentials,)
    content_negotiation_class = renderers.Negotiation
    renderer_classes: Any = (renderers.Json,)
    parser_classes: Any = (parsers.Json, parsers.MergePatch)
    standing: throttling.Standing | None = None  # of the caller, once this request is counted

    @property
    def is_writing(self) -> bool:
        """Whether the action is one that api/v1/writing.py declares."""
        return hasattr(getattr(self, self.action or "", None), "operation")

    @property
    def actor(self) -> actors.Actor:
        """Who asks."""
        actor: actors.Actor = self.request.auth
        return actor

    def count(self, request: Request, actor: actors.Actor) -> None:
        """Count the request of a caller; raises `too_many_requests`."""
        self.standing = throttling.standing(request._request, actor, now=clock.now())
        if self.standing.remaining < 0:
            raise errors.DomainError("too_many_requests")

    def count_hourly(self, name: str) -> None:
        """Count an act that anybody may do; raises `too_many_requests`."""
        standing = throttling.hourly(self.request._request, self.actor, name, now=clock.now())
        if standing.remaining < 0:
            self.standing = standing
            raise errors.DomainError("too_many_requests")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tell the caller how it stands."""
        response = super().finalize_response(request, response, *args, **kwargs)
        self.tell(response)
        return response

    def tell(self, response: HttpResponseBase) -> None:
        """Write into the answer how often its caller may still ask."""
        for name, value in self.standing.headers.items() if self.standing else ():
            response[name] = value
        if response.status_code == 429 and self.standing:
            response["Retry-After"] = str(self.standing.seconds)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None of Django REST framework's: `Allow` belongs to 405, `Vary` is set for all of /v1."""
        return {}

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """A refusal as a problem document; a fault of ours goes on to Django."""
        if isinstance(exc, exceptions.AuthenticationFailed):  # or keys could be tried for ever
            try:
                self.count(self.request, actors.ANONYMOUS)
            except errors.DomainError as limit:
                exc = limit
        allowed = ", ".join(self.allowed_methods)
        response = problems.from_exception(self.request._request, exc, allowed=allowed)
        if response is None:
            raise exc
        return response

    @property
    def allowed_methods(self) -> list[str]:
        """What the address takes."""
        names = {*self.action_map, "options", *(("head",) if "get" in self.action_map else ())}
        return sorted(name.upper() for name in names)
