"""One example of every object of what partners do together, true to its schema (tests compare)."""

from typing import Any

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_SCHOOL = "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"
_TERMS: JSON = {
    "number": 1,
    "side": "initiator",
    "message": "Perpustakaan kami baru dibuka kembali.",
    "conditions": "",
    "starts_on": None,
    "ends_on": None,
    "needed_by": "2026-03-31",
    "transport_method": "courier",
    "transport_paid_by": "giver",
    "created_at": _AT,
    "lines": [
        {
            "number": 1,
            "offer_line": "lin_01kf3cb0s3f8q8r2d1kq8m8n8p",
            "need_line": None,
            "title": "Kancil dan Buaya",
            "unit": "copy",
            "quantity": 40,
            "min_quantity": 20,
        }
    ],
}
OBJECTS: dict[str, JSON] = {
    "collaboration_letter": {
        "object": "collaboration_letter",
        "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "link": "https://mitra.example/undangan?kode=7KQ2M9XHC4TW",
        "text": "Untuk SDN 3 Sukamaju: Penerbit Bintang Kecil menawarkan kepada Anda 40 buku bacaan.",
        "whatsapp": "https://wa.me/?text=Untuk%20SDN%203%20Sukamaju",
        "expires_at": "2026-03-02T03:15:00Z",
    },
    "collaboration": {
        "id": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "collaboration",
        "version": 3,
        "status": "pending",
        "awaiting": "counterparty",
        "awaiting_me": True,
        "unread_count": 2,
        "role": "counterparty",
        "kind": "book_donation",
        "is_inquiry": False,
        "subject": "500 buku bacaan jenjang B",
        "initiator": _SCHOOL,
        "initiator_name": "SD NEGERI 3 SUKAMAJU",
        "initiator_trust_level": "verified",
        "counterparty": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "counterparty_name": "Pustaka Nusantara",
        "initiator_gives": False,
        "proposal": "off_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "needs_signature": False,
        "joins_waitlist": False,
        "waiting_since": None,
        "waitlist_position": None,
        "revision": 1,
        "accepted_revision": None,
        "terms": _TERMS,
        "agreed_lines": [],
        "reason_code": "",
        "note": "",
        "outcome": "",
        "close_asked_by": "",
        "deadlines": [{"name": "expire", "due_at": "2026-02-21T03:15:00Z"}],
        "created_at": _AT,
        "updated_at": _AT,
        "submitted_at": _AT,
        "accepted_at": None,
        "activated_at": None,
        "extended_at": None,
        "ended_at": None,
        "allowed_actions": [
            {
                "name": "accept",
                "href": "/v1/collaboration-requests/col_01kf3cb0s3f8q8r2d1kq8m8n8p/accept",
                "enabled": True,
                "reason": None,
            },
            {
                "name": "revise",
                "href": "/v1/collaboration-requests/col_01kf3cb0s3f8q8r2d1kq8m8n8p/revise",
                "enabled": False,
                "reason": "not_your_terms",
            },
        ],
    },
    "collaboration_terms": {
        "object": "collaboration_terms",
        "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "revisions": [_TERMS],
        "against": None,
        "changes": [{"change": "changed", "line": 1, "member": "quantity", "before": 60, "after": 40}],
    },
    "accept_many": {
        "object": "accept_many",
        "results": [
            {
                "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "status": 409,
                "answer": None,
                "problem": {
                    "type": "https://mitra.example/docs/problems#insufficient-quantity",
                    "title": "Kancil dan Buaya: diminta 40, tersedia 12.",
                    "status": 409,
                    "code": "insufficient_quantity",
                    "instance": "/v1/offers/off_01kf3cb0s3f8q8r2d1kq8m8n8p/accept-many",
                    "request_id": "01kf3cb0-7d1e",
                    "line": "lin_01kf3cb0s3f8q8r2d1kq8m8n8p",
                    "requested": 40,
                    "available": 12,
                },
            }
        ],
    },
}
