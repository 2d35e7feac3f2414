"""Who acts: a frozen value that the floors above make from a credential and hand down."""

import uuid
from dataclasses import dataclass, replace

from directory import errors

# What a credential may be limited to; who signs in with a password has them all.
SCOPES = (
    "entries:read",
    "entries:write",
    "members:read",
    "members:write",
    "keys:read",
    "keys:write",
    "claims:read",
    "claims:write",
    "suggestions:read",
    "suggestions:write",
    "offers:read",
    "offers:write",
    "collaborations:read",
    "collaborations:write",
    "collaborations:decide",
    "profile:read",
    "profile:write",
    "moderation:read",
    "moderation:write",
)
ALL_SCOPES = frozenset(SCOPES)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that reads or writes, for at most one entry."""

    kind: str  # anonymous, user, api_key, developer, system, command
    reference: str = ""  # what identifies it inside its kind: a user's id, a command's name
    user: uuid.UUID | None = None  # the person, where one is behind it; a key acts for its entry, not for a person
    is_confirmed: bool = False  # the person's e-mail address is
    acting_entry: uuid.UUID | None = None
    roles: frozenset[str] = frozenset()  # in the entry acted for
    is_provisional: bool = False  # the right to act rests on a claim that nobody has decided
    scopes: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()  # that are moderated; "" is the whole country
    request_id: str = ""  # of the request that the act came with, for the journal

    @property
    def is_moderator(self) -> bool:
        """Whether it may see what is hidden."""
        return bool(self.regions)

    @property
    def person(self) -> uuid.UUID:
        """The person behind it; Forbidden `person_needed` where there is none."""
        if self.user is None:
            raise errors.Forbidden("person_needed")
        return self.user

    def moderates(self, region: str | None) -> bool:
        """Whether it decides about the entries of a region; those without one are every moderator's."""
        if not region:
            return self.is_moderator
        return any(code == "" or (region + ".").startswith(code + ".") for code in self.regions)


ANONYMOUS = Actor(kind="anonymous")
SYSTEM = Actor(kind="system", scopes=ALL_SCOPES, regions=("",))


def system(within: Actor) -> Actor:
    """The system, as part of what somebody does: its events carry the same request."""
    return replace(SYSTEM, request_id=within.request_id)


def command(name: str) -> Actor:
    """The operator at the command line, running the management command `name`."""
    return Actor(kind="command", reference=name, scopes=ALL_SCOPES, regions=("",))
