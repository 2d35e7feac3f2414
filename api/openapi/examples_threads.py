"""One example of every object of threads, events and notifications, true to its schema (tests compare)."""

from typing import Any

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_SCHOOL = "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"
_EVENT, _REQUEST = "evt_01kf3cb0s3f8q8r2d1kq8m8n8p", "col_01kf3cb0s3f8q8r2d1kq8m8n8p"
_FILE: JSON = {
    "id": "mfl_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "object": "message_file",
    "message": "msg_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "name": "gerbang.jpg",
    "type": "jpeg",
    "size_bytes": 182044,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "created_at": _AT,
}
_MESSAGE: JSON = {
    "id": "msg_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "object": "message",
    "collaboration": _REQUEST,
    "entry": _SCHOOL,
    "author": None,
    "text": "Buku dapat kami jemput hari Kamis. Apakah ada yang menerima di gerbang?",
    "files": [_FILE],
    "created_at": _AT,
}
OBJECTS: dict[str, JSON] = {
    "message_file": _FILE,
    "message": _MESSAGE,
    "timeline_item": {
        "id": _EVENT,
        "object": "timeline_item",
        "type": "collaboration.message_sent",
        "at": _AT,
        "actor": {"kind": "member", "entry": _SCHOOL, "by": None},
        "before": "accepted",
        "after": "accepted",
        "message": _MESSAGE,
        "file": None,
    },
    "event": {
        "id": _EVENT,
        "type": "collaboration.accepted",
        "at": _AT,
        "actor": {"kind": "member", "entry": _SCHOOL, "by": None},
        "object": {"id": _REQUEST, "object": "collaboration", "version": 3, "status": "accepted"},
        "before": "pending",
    },
    "notification": {
        "id": "ntf_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "notification",
        "event": _EVENT,
        "type": "collaboration.accepted",
        "at": _AT,
        "entry": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "actor": {"kind": "member", "entry": _SCHOOL, "by": None},
        "subject": {"id": _REQUEST, "object": "collaboration", "title": "Hibah buku bacaan jenjang B"},
        "text": {"id": "Permintaan diterima.", "en": "The request was accepted."},
        "read_at": None,
    },
    "notification_preferences": {
        "object": "notification_preferences",
        "entry": _SCHOOL,
        "version": 1,
        "mail": "daily",
        "language": "id",
    },
    "read_marker": {
        "object": "read_marker",
        "collaboration": _REQUEST,
        "up_to": _EVENT,
        "unread_count": 2,
    },
    "block": {
        "id": "blk_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "block",
        "kind": "mute",
        "entry": _SCHOOL,
        "created_at": _AT,
    },
}
