"""What all operations of the document share: the problem, the envelope of lists, headers, enums of the vocabularies."""

from typing import Any

from api import errors
from directory import ids, vocabularies
from directory.entries import entries

JSON = dict[str, Any]
TEXT: JSON = {"type": "string"}
ID_CHARACTERS = "[0-7][0-9a-hjkmnp-tv-z]{25}"
BLANK: JSON = {"type": "string", "const": ""}
ENUMS = {"".join(part.title() for part in name.split("_")): name for name in vocabularies.VOCABULARIES}
_BY_CODES = {
    entries.SHOWN: "EntryStatus",
    **{tuple(vocabularies.codes(name)): component for component, name in ENUMS.items()},
}


def ref(name: str, *, section: str = "schemas") -> JSON:
    """A reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


def public_id(*names: str) -> JSON:
    """A TypeID of one of the object types."""
    prefixes = "|".join(ids.PREFIXES[name] for name in names)
    return {"type": "string", "pattern": f"^({prefixes})_{ID_CHARACTERS}$"}


def expandable(shape: str, *names: str, nullable: bool = False) -> JSON:
    """An id that `expand` replaces by the object it names."""
    null = [{"type": "null"}] if nullable else []
    return {"anyOf": [public_id(*names), ref(shape), *null], "description": f"An id; with `expand` the {shape}."}


def codes(values: list[str]) -> JSON:
    """One of the codes, by the name of the vocabulary when it is a whole one."""
    component = _BY_CODES.get(tuple(values))
    return ref(component) if component else {"type": "string", "enum": values}


def vocabulary_enums() -> JSON:
    """Every vocabulary as a component, with its labels."""
    return {component: _enum(name) for component, name in ENUMS.items()}


def _enum(name: str) -> JSON:
    terms = vocabularies.VOCABULARIES[name]
    lines = [f"- `{term.code}`: {term.en}" + (f" ({term.id})" if term.id != term.en else "") for term in terms]
    text = f"Labels: `/v1/vocabularies/{name}`. Later versions may add codes.\n\n" + "\n".join(lines)
    return {"type": "string", "enum": [term.code for term in terms], "description": text}


def envelope(item: JSON, *, with_total: bool, facets: bool, searches: bool) -> JSON:
    """The object around a page of a list."""
    members: JSON = {
        "data": {"type": "array", "items": item},
        "has_more": {"type": "boolean", "description": "Whether there is more behind this page."},
        "next_cursor": {
            "type": ["string", "null"],
            "description": "Give it as `cursor` to get the next page; `null` at the end.",
        },
    }
    if with_total:
        members["total"] = ref("Total")
    if facets:
        members["facets"] = ref("Facets")
    if searches:
        members["corrected"] = {
            "type": "string",
            "description": "What was probably meant, where words looked mistyped.",
        }
    return {"type": "object", "properties": members, "required": ["data", "has_more", "next_cursor"]}


# What of a refusal programs act on; each is there only with the codes that tell it.
_TOLD: JSON = {
    "line": {"type": "string", "description": "The line of which there is too little, or too much."},
    "requested": {"type": "integer", "description": "How much of it was asked for."},
    "available": {"type": "integer", "description": "How much of it there is."},
    "latest": {"type": "integer", "description": "The number of the terms that count now."},
    "collaboration": {"type": "string", "description": "The request that stands in the way."},
    "held_by": {"type": "array", "items": TEXT, "description": "The requests to which the line is promised."},
}
SCHEMAS: JSON = {
    "Total": {
        "type": "object",
        "description": "How many objects the filters match. `gte`: at least so many; counting stopped there.",
        "properties": {
            "value": {"type": "integer", "minimum": 0},
            "relation": {"type": "string", "enum": ["eq", "gte"]},
        },
        "required": ["value", "relation"],
    },
    "Facets": {
        "type": "object",
        "description": "The facets that were asked for, by name.",
        "additionalProperties": ref("Facet"),
    },
    "Facet": {
        "type": "object",
        "description": "How many objects have each value, most first and `unknown` last.",
        "properties": {
            "buckets": {"type": "array", "items": ref("FacetBucket")},
            "approximate": {
                "type": "boolean",
                "description": "Whether more than some 10,000 answer: then a fair sample of entries was counted, or"
                " 10,000 of the offers or needs.",
            },
        },
        "required": ["buckets", "approximate"],
    },
    "FacetBucket": {
        "type": "object",
        "description": "One value with its count.",
        "properties": {
            "value": {"type": "string", "description": "A code; give it to the filter of the same name."},
            "count": {"type": "integer", "minimum": 0},
        },
        "required": ["value", "count"],
    },
    "Problem": {
        "type": "object",
        "description": "A refusal (RFC 9457). Decide by `code`; `title` and `detail` are for people.",
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "Where the code is explained."},
            "title": {"type": "string", "description": "A sentence in the language of `Accept-Language`."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "code": {"type": "string", "description": "What went wrong; see the list of codes above."},
            "instance": {"type": "string", "description": "The path that was asked for."},
            "request_id": {"type": "string", "description": "Name it when you report a fault."},
            "errors": {
                "type": "array",
                "description": "Each fault of the request.",
                "items": ref("ProblemDetail"),
            },
            **_TOLD,
            "allowed_actions": {
                "type": "array",
                "description": "What can be done with the object instead, and why not.",
                "items": ref("AllowedAction"),
            },
        },
        "required": ["type", "title", "status", "code", "instance", "request_id"],
    },
    "ProblemDetail": {
        "type": "object",
        "description": "One fault of a request.",
        "properties": {
            "parameter": {"type": "string", "description": "The query parameter at fault."},
            "pointer": {"type": "string", "description": "Where in the body the fault is: a JSON Pointer (RFC 6901)."},
            "code": {"type": "string", "description": "What is wrong with it; see the list of codes above."},
            "detail": {"type": "string", "description": "A sentence in the language of `Accept-Language`."},
            "suggestion": {"type": "string", "description": "What may have been meant."},
            **_TOLD,
        },
        "required": ["code", "detail"],
    },
}

_HEADERS: JSON = {
    "ETag": ("A tag of these bytes, for `If-None-Match`.", 'W/"3-8cdd0b6c4a4b0b6f3e"', '^W/".+"$'),
    "PageETag": ("A tag of a page, for `If-None-Match`; a download has none.", 'W/"8cdd0b6c4a4b0b6f3e"', '^W/".+"$'),
    "Cache-Control": ("For how long it may be kept.", "public, max-age=60, stale-while-revalidate=600", None),
    "Vary": ("Request headers that the answer depends on.", "Accept, Accept-Language, Authorization", None),
    "RateLimit-Policy": (
        "How many requests (`q`) a caller has in how many seconds (`w`).",
        '"default";q=3000;w=60',
        '^"[a-z]+";q=[0-9]+;w=[0-9]+$',
    ),
    "RateLimit": (
        "How many requests remain (`r`), and the seconds until they are all there again (`t`).",
        '"default";r=2988;t=41',
        '^"[a-z]+";r=[0-9]+;t=[0-9]+$',
    ),
    "Idempotent-Replayed": ("The answer of an earlier request with the same `Idempotency-Key`.", "true", "^true$"),
    "Link": (
        "The address of the next page (`next`) and of the data's licence (`license`).",
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        'rel="(license|next)"',
    ),
    "Location": ("Where it is now.", "/v1/schools/sch_01kf3cb0s3f8q8r2d1kq8m8n8p", None),
    "X-Request-Id": ("The id of this request: your own, or one made here.", "01kf3cb0-7d1e", "^[A-Za-z0-9._-]{1,64}$"),
    "API-Version": ("The version of the API.", "1", "^1$"),
    "Content-Language": ("The language of labels and sentences.", "id", "^(id|en)$"),
    "Retry-After": ("Seconds to wait before trying again.", "5", "^[0-9]+$"),
    "WWW-Authenticate": ("How to give credentials.", "Bearer", None),
    "Allow": ("The methods that there are.", "GET, HEAD, OPTIONS", None),
}


# What is private has no licence; 401 and 404 of an address that there is not come before anything is counted.
_SOMETIMES = {"Link", "PageETag", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"}


def headers() -> JSON:
    """The response headers as components."""
    return {
        name: {
            "description": text,
            "required": name not in _SOMETIMES,
            "schema": {"type": "string", **({"pattern": pattern} if pattern else {})},
            "example": example,
        }
        for name, (text, example, pattern) in _HEADERS.items()
    }


_ALWAYS = ("Vary", "X-Request-Id", "API-Version", "RateLimit-Policy", "RateLimit")


def with_headers(*names: str) -> JSON:
    """References to headers, with those that every answer carries."""
    return {name: ref(name, section="headers") for name in (*names, *_ALWAYS)}


def file(media_type: str) -> JSON:
    """The answer of an address that gives a file."""
    return {
        "description": "The file, to be saved; its name is in `Content-Disposition`.",
        "headers": with_headers("ETag", "Cache-Control"),
        "content": {media_type: {"schema": {"type": "string", "contentMediaType": media_type}}},
    }


# Name of the response -> the code that its example shows, and headers of its own.
_PROBLEMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "BadRequest": ("validation_error", ()),
    "Unauthorized": ("invalid_credentials", ("WWW-Authenticate",)),
    "Forbidden": ("missing_scope", ("Idempotent-Replayed",)),
    "NotFound": ("not_found", ("Idempotent-Replayed",)),
    "MethodNotAllowed": ("method_not_allowed", ("Allow",)),
    "NotAcceptable": ("not_acceptable", ()),
    "Conflict": ("wrong_state", ("Idempotent-Replayed",)),
    "Gone": ("erased", ()),
    "PreconditionFailed": ("version_changed", ()),
    "ContentTooLarge": ("body_too_large", ()),
    "UnsupportedMediaType": ("unsupported_media_type", ()),
    "KeyReused": ("idempotency_key_reused", ()),
    "PreconditionRequired": ("if_match_required", ()),
    "TooManyRequests": ("too_many_requests", ("Retry-After",)),
    "InternalError": ("internal_error", ()),
    "Unavailable": ("unavailable", ("Retry-After",)),
}
BY_STATUS = {str(errors.CATALOGUE[code].status): name for name, (code, _) in _PROBLEMS.items()}


def responses() -> JSON:
    """The responses that operations share."""
    moved = "The entry was merged into another; follow `Location`, and store its id."
    return {
        **{name: _problem(code, own) for name, (code, own) in _PROBLEMS.items()},
        "NotModified": {
            "description": "Nothing has changed since the answer with the ETag of `If-None-Match`.",
            "headers": with_headers("ETag", "Cache-Control"),
        },
        "Moved": {"description": moved, "headers": with_headers("Location", "Cache-Control")},
    }


_DESCRIPTIONS = {
    "missing_scope": "You see it, but may not do this; `code` says what is missing: a scope, a role, a person.",
    "wrong_state": "The state of things does not allow it; `code` says which.",
}


def _problem(code: str, own: tuple[str, ...]) -> JSON:
    problem = errors.CATALOGUE[code]
    example: JSON = {
        "type": f"https://docs.example.org/problems#{code.replace('_', '-')}",
        "title": problem.en.replace("{allowed}", "json").replace("{value}", "..."),
        "status": problem.status,
        "code": code,
        "instance": "/v1/schools",
        "request_id": "01kf3cb0-7d1e",
    }
    if code == "validation_error":
        detail = errors.CATALOGUE["unknown_parameter"].en.format(value="provinsi")
        example["errors"] = [{"parameter": "provinsi", "code": "unknown_parameter", "detail": detail}]
    return {
        "description": _DESCRIPTIONS.get(code, problem.en.replace("{allowed}", "see the parameter `format`")),
        "headers": with_headers("Cache-Control", "Content-Language", *own),
        "content": {"application/problem+json": {"schema": ref("Problem"), "example": example}},
    }
