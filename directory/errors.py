"""Refusals of the domain: each carries a stable code of the error catalogue and what the caller can act on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


class DomainError(Exception):
    """A refusal; `code` stands in the catalogue, `params` fill its sentence."""

    because: "Sequence[DomainError]" = ()  # each single reason, where there can be several
    members: Mapping[str, Any] = {}  # what the answer says beside the sentence, such as what can be done instead
    # What remains to be done when the refused transaction is rolled back, where the refusal itself tells something.
    afterwards: Callable[[], None] | None = None

    def __init__(self, code: str, *, parameter: str | None = None, pointer: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameter = parameter  # of the query
        self.pointer = pointer  # into the body (RFC 6901 as a URI fragment)
        self.params = params


class Invalid(DomainError):
    """What was given is malformed or breaks a rule of its field."""


class Missing(DomainError):
    """There is no such thing, or the actor may not see it; both look the same."""


class Conflict(DomainError):
    """The state of the row does not allow it."""


class Forbidden(DomainError):
    """The actor sees the row but may not do this."""


class Several(Exception):
    """More than one refusal of one call."""

    def __init__(self, problems: list[DomainError]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def settle(error: BaseException) -> None:
    """Do what a refusal leaves to be done; who ends the transaction of a verb calls it when that is rolled back."""
    if isinstance(error, DomainError) and error.afterwards is not None:
        error.afterwards()
