"""The OpenAPI document: committed as generated, the same everywhere, complete, with examples that are true."""

import re
from io import StringIO

import jsonschema_rs
import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import URLPattern, URLResolver, get_resolver

from api import errors
from api.management.commands import openapi
from api.openapi import components, document, parameters, prose
from tests.contract import validating

FILES = {"application/octet-stream", "application/pdf", "text/calendar"}


def operations(whole):
    return [(path, method, one) for path, methods in whole["paths"].items() for method, one in methods.items()]


def resolved(whole, value):
    while "$ref" in value:
        section, name = value["$ref"].split("/")[-2:]
        value = whole["components"][section][name]
    return value


def test_the_committed_document_is_the_generated_one():
    call_command("openapi", check=True)


def test_a_document_that_differs_is_shown_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(openapi, "PATH", tmp_path / "openapi.yaml")
    with pytest.raises(CommandError, match=r"Run: manage.py openapi(.|\n)*more lines"):
        call_command("openapi", check=True)

    call_command("openapi", stdout=StringIO())

    call_command("openapi", check=True)


def test_no_setting_changes_the_committed_document(settings):
    before = document.as_yaml(document.whole())
    settings.PUBLIC_URL = settings.DOCS_URL = "https://elsewhere.example"
    settings.DATA_LICENCE, settings.DATA_LICENCE_URL, settings.PORT = "ODbL-1.0", "https://odbl.example", 1

    assert document.as_yaml(document.whole.__wrapped__()) == before
    assert "elsewhere" not in before
    assert "localhost" not in before


def test_the_served_document_names_this_place(client):
    served = client.get("/v1/openapi.json").json()

    assert served["servers"] == [{"url": settings.PUBLIC_URL}]
    assert served["info"]["license"] == prose.LICENCE
    assert served["paths"] == document.whole()["paths"]
    assert yaml.safe_load(client.get("/v1/openapi.yaml").content) == served


def test_every_route_of_v1_is_documented(whole):
    documented = {re.sub(r"{[^}]+}", "{}", path) for path in whole["paths"]}

    assert set(_routes(get_resolver())) - {"/v1/openapi.json", "/v1/openapi.yaml"} == documented


def _routes(resolver, prefix="/"):
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"\(\?P<\w+>[^)]*\)", "{}", str(pattern.pattern)).strip("^$").removesuffix("/?")
        path = path.replace(r"\Z", "").removesuffix("/?")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/v1"):
            yield path


def test_every_operation_says_what_the_contract_asks_for(whole):
    tags = {tag["name"]: tag["description"] for tag in whole["tags"]}
    for path, method, operation in operations(whole):
        responses = operation["responses"]
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
        assert operation["summary"], path
        assert operation["description"], path
        assert all(tags[tag] for tag in operation["tags"]), path
        assert {"400", "401", "403", "406", "429", "500", "503"} <= responses.keys()
        assert ("404" in responses) == ("{" in path or path == "/v1/me/professional")  # which not everybody has
        done = [resolved(whole, one) for status, one in responses.items() if status in ("200", "201")]
        assert done or "204" in responses, path
        for one in done:
            is_file = len(one["content"]) == 1 and not FILES.isdisjoint(one["content"])
            assert is_file or "example" in one["content"]["application/json"], path
            assert {"ETag", "Cache-Control", "X-Request-Id", "RateLimit"} <= one["headers"].keys()
        if method == "get":
            assert "304" in responses
            assert operation["security"][0] == {}
        else:
            assert {"409", "413", "415"} <= responses.keys(), path
            assert ("422" in responses) == (method == "post")
            assert ("428" in responses) == (method == "patch")
            names = {resolved(whole, one)["name"] for one in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method == "post"), path
            for media in operation.get("requestBody", {"content": {}})["content"].values():
                assert media["example"], path


def test_every_scope_is_one_that_a_credential_can_have(whole):
    from directory import actors

    asked = {scope for _, _, one in operations(whole) for way in one["security"] for scope in way.get("bearer", [])}

    assert "entries:write" in asked
    assert asked <= set(actors.SCOPES)


def test_operation_ids_and_summaries_are_unique(whole):
    for member in ("operationId", "summary"):
        named = [operation[member] for _, _, operation in operations(whole)]
        assert len(set(named)) == len(named)


def test_every_list_has_an_envelope_with_a_name(whole):
    lists = [
        (path, one)
        for path, method, one in operations(whole)
        if method == "get" and one["operationId"].startswith(("list", "suggest"))
    ]

    assert len(lists) >= 15
    for path, operation in lists:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema["$ref"].endswith("List"), path


def test_every_parameter_is_described_and_its_example_is_allowed(whole):
    for path, _, operation in operations(whole):
        for parameter in operation["parameters"]:
            parameter = resolved(whole, parameter)
            assert len(parameter["description"]) > 15, (path, parameter["name"])
            if "example" in parameter:
                validator(whole, parameter["schema"]).validate(parameter["example"])


def test_no_parameter_is_described_that_no_list_takes(whole):
    taken = {resolved(whole, one)["name"] for _, _, operation in operations(whole) for one in operation["parameters"]}

    assert taken >= parameters._TEXTS.keys()


def test_every_example_is_true_to_its_schema(whole):
    for _, _, operation in operations(whole):
        for response in operation["responses"].values():
            for media in resolved(whole, response).get("content", {}).values():
                if "example" in media:
                    validator(whole, media["schema"]).validate(media["example"])


def test_every_example_of_what_is_sent_is_true_to_its_schema(whole):
    for _, _, operation in operations(whole):
        for media in operation.get("requestBody", {"content": {}})["content"].values():
            validator(whole, media["schema"]).validate(media["example"])


def validator(whole, schema):
    return jsonschema_rs.Draft202012Validator(
        {**validating.closed(schema), "components": validating.closed(whole["components"])}, validate_formats=True
    )


def test_an_entry_is_told_by_its_object(whole):
    entry = whole["components"]["schemas"]["Entry"]

    assert entry["discriminator"]["propertyName"] == "object"
    for kind, reference in entry["discriminator"]["mapping"].items():
        assert resolved(whole, {"$ref": reference})["properties"]["object"]["const"] == kind


def test_everything_that_is_referred_to_is_there_and_everything_there_is_referred_to(whole):
    used = set(document._references(whole))
    there = {f"#/components/{section}/{name}" for section, named in whole["components"].items() for name in named}

    assert used == there - {"#/components/securitySchemes/bearer"}  # named by `security`, not by a reference


def test_objects_stay_open_for_members_to_come(whole):
    assert "additionalProperties: false" not in document.as_yaml(whole)


def test_every_problem_code_stands_in_the_introduction(whole):
    for code, problem in errors.CATALOGUE.items():
        assert f"| `{code}` | {problem.status} |" in whole["info"]["description"]


def test_every_vocabulary_of_the_document_has_its_codes_from_the_directory(whole):
    found = whole["components"]["schemas"].keys() & components.ENUMS.keys()

    assert {"Form", "Ownership", "Kind", "LibraryExists", "RegionLevel"} <= found
    for name in found:
        assert whole["components"]["schemas"][name] == components.vocabulary_enums()[name]
