"""The request headers of the document."""

from typing import Any

from api.openapi import components

JSON = dict[str, Any]
REQUEST_HEADERS: JSON = {
    "ActingEntry": {
        "name": "Acting-Entry",
        "in": "header",
        "description": "With a personal token: the id of the entry you act for, where you can act for several.",
        "schema": components.TEXT,  # no pattern: of callers who act for nobody it is not read
        "example": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Any text of your own, for 48 hours: the same request again has no second effect, and the "
        "answer of the first comes back.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        "example": "01kf3cb0-create-1",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the object you read, so that nobody's change is lost; `*` changes it as it is. "
        "Required by PATCH.",
        "schema": components.TEXT,
        "example": 'W/"3-8cdd0b6c4a4b0b6f3e"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of an answer you hold: when nothing has changed, 304 comes without a body.",
        "schema": components.TEXT,
        "example": 'W/"3-8cdd0b6c4a4b0b6f3e"',
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "`id` (the default) or `en`: the language of labels and of the sentences in problems.",
        "schema": {"type": "string", "default": "id"},
        "example": "en",
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your own id for this request, to find it again in logs; another one is made if it is odd.",
        "schema": components.TEXT,
        "example": "01kf3cb0-7d1e",
    },
}
