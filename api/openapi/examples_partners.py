"""One example of every object of those who act, true to its schema (tests compare)."""

from typing import Any

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_SCHOOL = "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"
OBJECTS: dict[str, JSON] = {
    "me": {
        "object": "me",
        "kind": "user",
        "id": "usr_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "email": "sari@sekolah.example",
        "is_confirmed": True,
        "acting_entry": _SCHOOL,
        "roles": ["viewer", "editor", "approver", "receiver", "admin"],
        "scopes": ["entries:read", "entries:write"],
        "moderates": [],
        "entries": [{"id": _SCHOOL, "name": "SD NEGERI 3 SUKAMAJU", "roles": ["editor"]}],
        "requests_per_minute": 600,
    },
    "merge": {
        "object": "merge",
        "dry_run": False,
        "entry": _SCHOOL,
        "other": "sch_01kf3cb0s3f8q8r2d1kq8m8n8q",
        "event": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "changes": [
            {"what": "identifier", "action": "moved", "value": "npsn:20106343"},
            {"what": "name", "action": "added", "value": "alias SDN 3 Sukamaju"},
        ],
    },
    "duplicate": {
        "id": "dup_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "duplicate",
        "status": "open",
        "score": 0.9,
        "parts": {
            "name": 1.0,
            "place": 1.0,
            "district": 1.0,
            "regency": 1.0,
            "km": None,
            "form": 1.0,
            "identifier": 0.0,
        },
        "first": _SCHOOL,
        "second": "sch_01kf3cb0s3f8q8r2d1kq8m8n8q",
        "found_at": _AT,
        "decided_at": None,
    },
    "api_key": {
        "id": "key_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "api_key",
        "kind": "entry",
        "name": "Katalog sekolah",
        "entry": _SCHOOL,
        "public": "4fT0aB9z",
        "scopes": ["entries:read", "entries:write"],
        "created_at": _AT,
        "expires_at": "2027-01-31T03:15:00Z",
        "last_used_at": None,
        "revoked_at": None,
    },
    "claim": {
        "id": "clm_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "claim",
        "version": 3,
        "status": "open",
        "entry": _SCHOOL,
        "entry_name": "SD NEGERI 3 SUKAMAJU",
        "claimant": {"id": "usr_01kf3cb0s3f8q8r2d1kq8m8n8p", "name": "Sari", "email": "sari@sekolah.example"},
        "roles": ["viewer", "editor", "approver", "receiver", "admin"],
        "statement": "Saya guru pustakawan sejak 2019.",
        "is_founding": False,
        "is_contested": False,
        "evidence": [
            {
                "kind": "assignment_letter",
                "state": "given",
                "what": "jpeg",
                "name": None,
                "entry": None,
                "given_at": _AT,
                "checked_at": None,
                "checked_by": None,
                "expires_at": None,
                "tries_left": None,
            }
        ],
        "due_at": "2026-02-07T03:15:00Z",
        "decided_at": None,
        "reason": "",
        "allowed_actions": [
            {
                "name": "withdraw",
                "href": "/v1/claims/clm_01kf3cb0s3f8q8r2d1kq8m8n8p/withdraw",
                "enabled": True,
                "reason": None,
            },
            {
                "name": "accept",
                "href": "/v1/claims/clm_01kf3cb0s3f8q8r2d1kq8m8n8p/accept",
                "enabled": False,
                "reason": "role_needed",
            },
        ],
        "created_at": _AT,
        "updated_at": _AT,
    },
}
