"""One example of an offer, a need and what hangs on them, true to its schema (tests compare)."""

from typing import Any

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_RANDOM = "01kf3cb0s3f8q8r2d1kq8m8n8p"
_LINE: JSON = {
    "id": f"lin_{_RANDOM}",
    "external_id": "",
    "title": "Kancil dan Buaya",
    "isbn": "9786230012341",
    "level": "b1",
    "language": "id",
    "format": "print",
    "subject": "reading",
    "condition": "new",
    "unit": "copy",
    "contents": "",
    "weight_g": 180,
    "unit_value": None,
    "most_per_entry": 50,
    "starts_at": None,
    "ends_at": None,
    "quantity": 300,
    "available": 260,
    "promised": 30,
    "received": 10,
}
_OFFER: JSON = {
    "id": f"off_{_RANDOM}",
    "object": "offer",
    "version": 4,
    "status": "open",
    "kind": "book_donation",
    "entry": f"pub_{_RANDOM}",
    "entry_name": "Penerbit Rumah Cerita",
    "region": {"code": "32.71", "name": "Kota Bogor", "level": "regency"},
    "distance_km": 41.2,
    "title": "300 buku bacaan jenjang B",
    "description": "",
    "external_id": "",
    "reach": {"regions": ["53"], "kinds": ["school"], "verified_only": False, "remote_first": True},
    "transport": {"paid_by": "giver", "methods": ["courier"], "note": ""},
    "meeting": {
        "mode": "",
        "notice_days": None,
        "monthly_limit": None,
        "honorarium_by": "",
        "travel_by": "",
        "lodging_by": "",
    },
    "term_months": None,
    "conditions": "",
    "needs_signature": False,
    "waitlist_days": 5,
    "deadline": "2026-06-30",
    "quantity": 300,
    "available": 260,
    "promised": 30,
    "received": 10,
    "weight_g": 46_800,
    "is_weight_estimated": False,
    "line_count": 1,
    "lines": [_LINE],
    "attachments": [
        {
            "id": f"fil_{_RANDOM}",
            "object": "attachment",
            "name": "rak-buku.jpg",
            "type": "jpeg",
            "size_bytes": 240_318,
            "href": f"/v1/offers/off_{_RANDOM}/attachments/fil_{_RANDOM}",
            "created_at": _AT,
        }
    ],
    "was_reviewed": True,
    "reason": "",
    "review_due_at": None,
    "opened_at": _AT,
    "expires_at": "2026-06-30T17:00:00Z",
    "closed_at": None,
    "allowed_actions": [
        {"name": "pause", "href": f"/v1/offers/off_{_RANDOM}/pause", "enabled": True, "reason": None},
        {"name": "resume", "href": f"/v1/offers/off_{_RANDOM}/resume", "enabled": False, "reason": "wrong_state"},
    ],
    "created_at": _AT,
    "updated_at": _AT,
    "is_exhausted": False,
}
_NEED: JSON = {
    **{name: value for name, value in _OFFER.items() if name != "is_exhausted"},
    "id": f"ned_{_RANDOM}",
    "object": "need",
    "entry": f"sch_{_RANDOM}",
    "entry_name": "SD NEGERI 3 SUKAMAJU",
    "title": "300 buku bacaan kelas 1-3",
    "reach": {"regions": [], "kinds": [], "verified_only": False, "remote_first": False},
    "attachments": [],
    "allowed_actions": [],
    "partly_promised": True,
    "is_met": False,
}
_TEMPLATE: JSON = {
    "id": "early_picture_books",
    "object": "need_template",
    "forms": ["tk", "kb", "ra"],
    "kind": "book_donation",
    "title": "60 buku cerita bergambar untuk anak usia dini",
    "lines": [
        {
            "title": "Buku cerita bergambar, jenjang A",
            "quantity": 60,
            "level": "a",
            "subject": "reading",
            "format": "print",
            "unit": "copy",
        }
    ],
    "level_source": "BSKAP 030/P/2022",
}
_BATCH: JSON = {
    "object": "batch",
    "results": [{"external_id": "STOK-2026-11", "status": 201, "id": f"off_{_RANDOM}", "version": 1, "problem": None}],
}
OBJECTS: dict[str, JSON] = {
    "offer": _OFFER,
    "need": _NEED,
    "attachment": _OFFER["attachments"][0],
    "need_template": _TEMPLATE,
    "batch": _BATCH,
}
