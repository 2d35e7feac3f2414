"""What members may do for the entry they act for: the table of this floor, everything else is refused."""

from directory.permissions import ADMINS, EDITORS, Rule

MEMBERS = frozenset({"viewer", "editor", "approver", "receiver", "admin"})
RULES = {
    "see_members": Rule("members:read", is_for_everybody=True),  # own memberships; whose else says `visible_to`
    "manage_members": Rule("members:write", ADMINS, is_for_persons=True),
    # Leave, hand over, accept an invitation: about oneself.
    "manage_own_membership": Rule("members:write", is_for_persons=True, is_for_everybody=True),
    "see_keys": Rule("keys:read", ADMINS, is_for_persons=True),
    "manage_keys": Rule("keys:write", ADMINS, is_for_persons=True),
    # To open one; what then can be done stands in the table of claims (partners/trust/claim_table.py).
    "claim": Rule("claims:write", is_for_persons=True, is_for_everybody=True),
    # What is held about a person, and the profile they write: nobody else's.
    "see_own_data": Rule("profile:read", is_for_persons=True, is_for_everybody=True),
    "change_own_data": Rule("profile:write", is_for_persons=True, is_for_everybody=True),
    # The school that somebody names as theirs, or a moderator.
    "confirm_professional": Rule(
        "profile:write", frozenset({"approver", "admin"}), is_for_moderators=True, is_for_persons=True
    ),
    # A person's tokens and developer keys: nobody else's.
    "manage_own_keys": Rule("keys:write", is_for_persons=True, is_for_everybody=True),
    # Anybody suggests and flags, signed in or not; a credential that is limited must include it.
    "suggest": Rule("suggestions:write", is_for_everybody=True),
    "see_suggestions": Rule("suggestions:read", is_for_everybody=True),
    "answer_suggestion": Rule("suggestions:write", EDITORS, is_for_moderators=True),
    "see_flags": Rule("moderation:read", is_for_moderators=True),
    "answer_flag": Rule("moderation:write", is_for_moderators=True),
    # Drafts; what then happens stands in the table of offers and needs (partners/offers/proposal_table.py).
    "edit_proposal": Rule("offers:write", EDITORS),
    # In the thread of a request that is seen, by one of its sides; how far one has read is a person's own.
    "write_message": Rule("collaborations:write", EDITORS),
    "read_thread": Rule("collaborations:read", is_for_persons=True, is_for_everybody=True),
    "read_counterparty": Rule("collaborations:read", EDITORS | {"receiver"}),
    "see_blocks": Rule("collaborations:read", MEMBERS),
    "manage_blocks": Rule("collaborations:write", frozenset({"approver", "admin"})),
    # To begin one and to change one's draft; the rest stands in partners/collaborations/transitions.py.
    "ask_collaboration": Rule("collaborations:write", EDITORS),
    "decide_collaborations": Rule("collaborations:decide", frozenset({"approver"})),
}
