"""The comparison with the document must itself be able to fail."""

import copy

import orjson
import pytest

from api.openapi import examples
from tests.contract import validating

HEADERS = {
    "Content-Type": "application/json",
    "ETag": 'W/"abc"',
    "Cache-Control": "public",
    "Link": '<https://x.example>; rel="license"',
    "Vary": "Accept",
    "X-Request-Id": "1",
    "API-Version": "1",
}


def answer(body, *, path="/v1/schools", query="", status=200, method="GET", headers=HEADERS):
    return validating.Answer(
        method=method, path=path, query=query, status=status, headers=headers, body=orjson.dumps(body)
    )


def page(**school):
    made = copy.deepcopy(examples.of("school", is_list=True))
    made["data"][0].update(school)
    return made


def test_a_true_answer_passes():
    validating.check(answer(page()))
    validating.check(answer(examples.of("school", is_list=False), path="/v1/schools/npsn:20106343/"))


def test_a_member_that_is_not_documented_fails():
    with pytest.raises(validating.BrokenPromise, match="secret"):
        validating.check(answer(page(secret=1)))


def test_an_unknown_member_deep_inside_fails_also_where_a_kind_is_chosen():
    body = page()
    body["data"][0]["region"]["path"][0]["secret"] = 1

    with pytest.raises(validating.BrokenPromise):
        validating.check(answer(body, path="/v1/entries"))


def test_a_list_that_is_a_bare_array_fails():
    with pytest.raises(validating.BrokenPromise, match="not of type"):
        validating.check(answer(page()["data"]))


def test_a_missing_member_fails_unless_fields_were_chosen():
    body = page()
    del body["data"][0]["name"]

    validating.check(answer(body, query="fields=address"))
    with pytest.raises(validating.BrokenPromise, match="name"):
        validating.check(answer(body))


def test_an_id_is_required_also_where_fields_were_chosen():
    body = page()
    del body["data"][0]["id"]

    with pytest.raises(validating.BrokenPromise, match="id"):
        validating.check(answer(body, query="fields=address"))


@pytest.mark.parametrize("name", sorted(set(HEADERS) - {"Content-Type", "Link"}))
def test_a_missing_header_fails(name):
    with pytest.raises(validating.BrokenPromise, match=name):
        validating.check(answer(page(), headers={one: text for one, text in HEADERS.items() if one != name}))


def test_an_unknown_header_fails():
    with pytest.raises(validating.BrokenPromise, match="x-powered-by"):
        validating.check(answer(page(), headers={**HEADERS, "X-Powered-By": "curiosity"}))


def test_a_status_and_a_media_type_that_are_not_documented_fail():
    with pytest.raises(validating.BrokenPromise, match="status"):
        validating.check(answer(page(), status=206))
    with pytest.raises(validating.BrokenPromise, match="media type"):
        validating.check(answer(page(), headers={**HEADERS, "Content-Type": "text/html"}))


def test_a_success_outside_the_document_fails():
    with pytest.raises(validating.BrokenPromise, match="refusal"):
        validating.check(answer({}, path="/v1/secrets"))


def test_a_write_that_is_not_documented_may_only_be_refused():
    with pytest.raises(validating.BrokenPromise, match="refusal"):
        validating.check(answer(page(), path="/v1/regions", method="POST"))


def test_a_body_where_there_must_be_none_fails():
    headers = {name: text for name, text in HEADERS.items() if name not in ("Link", "Content-Type")}

    with pytest.raises(validating.BrokenPromise, match="no body"):
        validating.check(answer(page(), status=304, headers=headers))


def test_wrong_formats_and_codes_fail():
    for wrong in ({"updated_at": "yesterday"}, {"form": "college"}, {"id": "sch_1"}, {"object": "publisher"}):
        with pytest.raises(validating.BrokenPromise):
            validating.check(answer(page(**wrong)))


def test_a_problem_with_a_code_outside_the_catalogue_fails():
    body = {"type": "https://x.example", "title": "", "status": 404, "code": "gone", "instance": "/", "request_id": "1"}
    headers = {
        **{name: text for name, text in HEADERS.items() if name not in ("ETag", "Link")},
        "Content-Type": validating.PROBLEM,
        "Content-Language": "id",
    }

    with pytest.raises(validating.BrokenPromise):
        validating.check(answer(body, path="/v1/schools/npsn:1", status=404, headers=headers))
    body["code"] = "not_found"
    validating.check(answer(body, path="/v1/schools/npsn:1", status=404, headers=headers))
