"""Compares answers of /v1 with the OpenAPI document, operation by operation, every object closed to unknown members."""

import copy
import functools
import re
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import jsonschema_rs
import orjson

from api import errors
from api.openapi import components, document

# What every answer may have without the document saying so: of HTTP, of the browser's safety, of CORS.
COMMON_HEADERS = {
    "content-type",
    "content-length",
    "content-disposition",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "access-control-allow-origin",
    "access-control-expose-headers",
}
PREFLIGHT_HEADERS = {"access-control-allow-methods", "access-control-allow-headers", "access-control-max-age"}
OUTSIDE = ("/v1/openapi.json", "/v1/openapi.yaml")  # the document does not describe itself
PROBLEM = "application/problem+json"
DOWNLOADS = ("text/csv", "application/x-ndjson")  # of the whole list, so without a tag


class Answer(NamedTuple):
    """What was asked and what came."""

    method: str
    path: str
    query: str
    status: int
    headers: Mapping[str, str]
    body: bytes | None  # None: streamed, and not to be read here


class BrokenPromise(AssertionError):
    """An answer is not what the document says."""


def check(answer: Answer) -> None:
    """Raise BrokenPromise when an answer of /v1 is not what the document says."""
    try:
        _check(answer)
    except (AssertionError, jsonschema_rs.ValidationError) as error:
        asked = f"{answer.method} {answer.path}?{answer.query} -> {answer.status}"
        raise BrokenPromise(f"{asked}: {error}\n{(answer.body or b'')[:2000]!r}") from None


def of_client(response: Any) -> Answer:
    """The answer that Django's test client got."""
    request = response.request
    assert not SimpleCookie(response.cookies), "/v1 sets no cookies"
    return Answer(
        method=request["REQUEST_METHOD"],
        path=request["PATH_INFO"],
        query=request.get("QUERY_STRING", ""),
        status=response.status_code,
        headers=response.headers,
        body=None if response.streaming else response.content,
    )


def _check(answer: Answer) -> None:
    if answer.method == "OPTIONS" and answer.status == 204:
        return _check_headers(answer, {}, {*PREFLIGHT_HEADERS, "allow", "x-request-id", "api-version", "vary"})
    operation = _operation(answer)
    if operation is None:
        if answer.path in OUTSIDE and answer.status in (200, 304):
            return None
        described = _resolved({"$ref": f"#/components/responses/{_outside(answer.status)}"})
    else:
        assert str(answer.status) in operation["responses"], "the status is not documented"
        described = _resolved(operation["responses"][str(answer.status)])
    _check_headers(answer, described.get("headers", {}), set())
    _check_body(answer, described.get("content", {}))
    return None


def _outside(status: int) -> str:
    """The response of a path or method that is in no document."""
    assert status in (400, 404, 405), "only a refusal may come from what is not documented"
    return {400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed"}[status]


def _operation(answer: Answer) -> dict[str, Any] | None:
    method = "get" if answer.method == "HEAD" else answer.method.lower()
    for pattern, operations in _paths():
        if pattern.fullmatch(answer.path):
            return operations.get(method)
    return None


def _media(answer: Answer) -> str:
    found = next((text for name, text in answer.headers.items() if name.lower() == "content-type"), "")
    return found.partition(";")[0]


def _check_headers(answer: Answer, described: Mapping[str, Any], also: set[str]) -> None:
    given = {name.lower(): text for name, text in answer.headers.items()}
    for name, header in described.items():
        header = _resolved(header)
        is_required = header["required"] or (name == "ETag" and _media(answer) not in DOWNLOADS)
        assert name.lower() in given or not is_required, f"the header {name} is missing"
        if name.lower() in given:
            _validate(header["schema"], given[name.lower()])
    unknown = given.keys() - {name.lower() for name in described} - COMMON_HEADERS - also
    assert not unknown, f"headers that the document does not know: {sorted(unknown)}"


def _check_body(answer: Answer, content: Mapping[str, Any]) -> None:
    if answer.body is None or not content or answer.method == "HEAD":
        assert not (answer.body and not content), "there must be no body"
        assert content or "content-type" not in map(str.lower, answer.headers), "no body has no type"
        return
    media = _media(answer)
    assert media in content, f"the media type {media!r} is not documented"
    if media in DOWNLOADS or not media.endswith("json"):
        return
    value = orjson.loads(answer.body)
    given = parse_qs(answer.query, keep_blank_values=True)
    is_sparse = "fields" in given and answer.status == 200 and media == "application/json"
    _validator(orjson.dumps(content[media]["schema"]), is_sparse=is_sparse).validate(value)
    if media == PROBLEM:
        assert value["status"] == answer.status, "the problem tells another status"
        assert {value["code"], *(one["code"] for one in value.get("errors", []))} <= errors.CATALOGUE.keys()


def _validate(schema: dict[str, Any], value: Any) -> None:
    _validator(orjson.dumps(schema), is_sparse=False).validate(value)


@functools.cache
def _validator(schema: bytes, *, is_sparse: bool) -> Any:
    """A validator of a schema of the document, its objects closed; sparse: only id and object are required."""
    whole = {**orjson.loads(schema), "components": closed(document.whole()["components"])}
    if is_sparse:
        whole = copy.deepcopy(whole)
        for shape in _shapes(whole, whole):
            shape["required"] = ["id", "object"]
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _shapes(schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object schemas that `fields` thins out: of a list those in `data`, else the schema itself."""
    while "$ref" in schema:
        schema = functools.reduce(lambda found, part: found[part], schema["$ref"].split("/")[1:], whole)
    if "oneOf" in schema:
        for one in schema["oneOf"]:
            yield from _shapes(one, whole)
    elif "data" in schema.get("properties", {}):
        yield from _shapes(schema["properties"]["data"]["items"], whole)
    else:
        yield schema


def closed(schema: Any) -> Any:
    """The same schemas, with no members beyond those described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    is_open_object = schema.get("type") == "object" and "additionalProperties" not in schema
    return {
        **{name: closed(one) for name, one in schema.items()},
        **({"additionalProperties": False} if is_open_object and "properties" in schema else {}),
    }


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    _, _, section, name = value["$ref"].split("/")
    # 405 and Allow belong to no operation, so the document has dropped them.
    outside = {"responses": components.responses(), "headers": components.headers()}
    found = document.whole()["components"][section].get(name) or outside[section][name]
    return _resolved(found)


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The paths as patterns, those with fewer variables first; a slash at the end is free."""
    paths = document.whole()["paths"]
    return [
        (re.compile(re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(path)) + "/?"), paths[path])
        for path in sorted(paths, key=lambda path: path.count("{"))
    ]
