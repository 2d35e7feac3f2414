"""What somebody may do to an entry: one table for this floor, everything else is refused."""

import uuid
from typing import NamedTuple

from directory import actors, errors


class Rule(NamedTuple):
    """Who may do something: the scope a credential needs, the roles of which one is enough, and moderators."""

    scope: str
    roles: frozenset[str] = frozenset()
    is_for_moderators: bool = False  # of the entry's region
    is_for_persons: bool = False  # never with a key, whatever its scopes
    is_for_everybody: bool = False  # who has an account: it is about things of their own


EDITORS = frozenset({"editor", "approver", "admin"})
ADMINS = frozenset({"admin"})
RULES = {
    "create_entry": Rule("entries:write", is_for_persons=True, is_for_everybody=True),
    "edit_entry": Rule("entries:write", EDITORS, is_for_moderators=True),
    "confirm_entry": Rule("entries:write", EDITORS),  # that it still holds, only who acts for it can say
    "close_entry": Rule("entries:write", frozenset({"approver", "admin"}), is_for_moderators=True),
    "hide_entry": Rule("moderation:write", is_for_moderators=True),
    "merge_entries": Rule("moderation:write", is_for_moderators=True, is_for_persons=True),
    "see_duplicates": Rule("moderation:read", is_for_moderators=True),
    "decide_duplicates": Rule("moderation:write", is_for_moderators=True, is_for_persons=True),
    "create_product": Rule("entries:write", EDITORS, is_for_moderators=True),
    "edit_product": Rule("entries:write", EDITORS, is_for_moderators=True),
    # For the library that it is about, or for the vendor of the product: whoever speaks.
    "state_installation": Rule("entries:write", EDITORS),
    "consent_to_installation": Rule("entries:write", EDITORS),
    "remove_installation": Rule("entries:write", EDITORS, is_for_moderators=True),
    "verify_installation": Rule("moderation:write", is_for_moderators=True),
}


def require(rule: Rule, *, by: actors.Actor, entry: uuid.UUID | None = None, region: str | None = None) -> None:
    """Let an action on something of `entry`, which lies in `region`, pass.

    Raises Forbidden `sign_in_needed`, `missing_scope`, `person_needed` or `role_needed`.
    """
    if by.kind == "anonymous":
        raise errors.Forbidden("sign_in_needed")
    if rule.scope not in by.scopes:
        raise errors.Forbidden("missing_scope", value=rule.scope)
    if rule.is_for_persons and by.kind in ("api_key", "developer"):
        raise errors.Forbidden("person_needed")
    if rule.is_for_everybody:
        return
    if entry is not None and by.acting_entry == entry and by.roles & rule.roles:
        return
    # Who moderates by a token needs its scope for that, whatever the action is for others.
    as_moderator = "moderation:read" if rule.scope.endswith(":read") else "moderation:write"
    if rule.is_for_moderators and by.moderates(region) and as_moderator in by.scopes:
        return
    raise errors.Forbidden("role_needed", allowed=", ".join(sorted(rule.roles)) or "moderator")
