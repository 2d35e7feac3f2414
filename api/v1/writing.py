"""What every writing operation of /v1 shares: description, body, one effect for one key, conditions, answers."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import OperationalError, transaction
from django.http import HttpResponse
from rest_framework.request import Request

from api import conditional, idempotency, language
from api.v1 import inputs, resource
from directory import clock, errors

Method = TypeVar("Method", bound=Callable[..., HttpResponse])
TRIES = 3  # of what PostgreSQL ended to keep transactions apart
_TRY_AGAIN = {"40001", "40P01"}


@dataclass(frozen=True)
class Operation:
    """How the document describes a writing operation."""

    id: str
    summary: str
    scope: str
    body: type[inputs.Input] | str | None
    answer: Any
    status: int
    is_for_anyone: bool
    parameters: Sequence[str] = ()

    def body_of(self, view: Any) -> type[inputs.Input] | None:
        """The shape of what is sent; a text names the view's attribute that holds it."""
        return getattr(view, self.body) if isinstance(self.body, str) else self.body

    def named(self, view: Any) -> tuple[str, str]:
        """The operationId and the summary, with the name of the view's object put in."""
        spoken = view.spoken_name or view.object_name
        words = {"object": spoken, "Object": spoken.title()}
        return self.id.format(**words), self.summary.format(**words)


def writes(
    id: str,
    summary: str,
    *,
    scope: str = "",
    body: type[inputs.Input] | str | None = None,
    answer: Any = None,
    status: int = 200,
    is_for_anyone: bool = False,
    parameters: Sequence[str] = (),
) -> Callable[[Method], Method]:
    """Declare a writing action: its operationId and summary, the scope it needs, what is sent and what comes back.

    `answer` is a serializer class; left out it is the resource's own shape, `status=204` has none. The action
    itself parses, calls one verb and answers; refusals of the verb become problems, a deadlock is tried again.
    """
    operation = Operation(id, summary, scope, body, answer, status, is_for_anyone, parameters)

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if body is None:
                inputs.cleaned(inputs.Input, request)  # whoever sends members expects that they count

            def act() -> HttpResponse:
                return method(self, request, *args, **kwargs)

            if request.method == "POST":
                return _tried(lambda: idempotency.once(request, self.actor, act, now=clock.now()))
            return _tried(act)

        wrapped.operation = operation  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def _tried(act: Callable[[], HttpResponse]) -> HttpResponse:
    for number in range(TRIES):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _TRY_AGAIN or number == TRIES - 1:
                raise
        except errors.DomainError as error:
            errors.settle(error)
            raise
    raise AssertionError("unreachable")


class Writes:
    """For resources that are written to: the body, the condition and the answers of their actions."""

    request: Request

    def body(self, *, partial: bool = False) -> dict[str, Any]:
        """The cleaned members of the body, by the shape that the action declares."""
        shape = getattr(self, self.action).operation.body_of(self)  # type: ignore[attr-defined]
        return inputs.cleaned(shape, self.request, partial=partial)

    @property
    def is_dry_run(self) -> bool:
        """Whether the answer is all that is wanted; of an operation that declares the parameter `dry_run`."""
        given = self.request.query_params.get("dry_run", "false")
        if given not in ("true", "false"):
            raise errors.Invalid("invalid_choice", parameter="dry_run", value=given, allowed="true, false")
        return given == "true"

    @property
    def language(self) -> str:
        """The reader's."""
        return language.of(self.request._request)

    def version(self) -> int | None:
        """The version that `If-Match` names, None for `*`. Raises `if_match_required`."""
        return conditional.version(self.request._request)

    def answer_written(
        self, body: bytes, *, version: int | None = None, status: int = 200, location: str = "", is_secret: bool = False
    ) -> HttpResponse:
        """The object after the write."""
        response = HttpResponse(body, status=status, content_type="application/json")
        response["ETag"] = conditional.etag(body, version=version)
        response["Cache-Control"] = conditional.NEVER if is_secret else conditional.PRIVATE
        if location:
            response["Location"] = location
        return response

    def answer_row(self, row: Any, *, status: int = 200, location: str = "") -> HttpResponse:
        """The row after the write, as the resource or the action shows it."""
        shape = getattr(self, self.action).operation.answer or self.get_serializer_class()  # type: ignore[attr-defined]
        body = resource.dumps(shape().to_representation(row))
        return self.answer_written(body, version=getattr(row, "version", None), status=status, location=location)

    def answer_nothing(self) -> HttpResponse:
        """204."""
        return conditional.empty(204)
