"""Who acts: a frozen value that the floors above make from a credential and hand down."""

import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that reads or writes, for at most one entry."""

    kind: str  # anonymous, user, api_key, developer, system, command
    reference: str = ""  # what identifies it inside its kind: a user's id, a command's name
    acting_entry: uuid.UUID | None = None
    role: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    is_moderator: bool = False


ANONYMOUS = Actor(kind="anonymous")
SYSTEM = Actor(kind="system")


def command(name: str) -> Actor:
    """The operator at the command line, running the management command `name`."""
    return Actor(kind="command", reference=name)
