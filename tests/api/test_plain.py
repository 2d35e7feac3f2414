"""What is asked for plainly is answered by a shorter way, and in no byte otherwise."""

import pytest

from api import plain

ASKED = [
    "/v1/entries",
    "/v1/schools?limit=2&sort=name&include=total",
    "/v1/schools?region=nowhere",
    "/v1/schools?limit=x",
    "/v1/schools?q=sd&facets=form",
    "/v1/schools?nothing=1",
    "/v1/schools/npsn:00000000",
    "/v1/schools/a%2Fb",
    "/v1/suggest?q=negeri",
    "/v1/regions",
    "/v1/products",
    "/v1/vocabularies",
    "/v1/changes?limit=1",
    "/v1/professionals",
]
NOT_COMPARED = {"X-Request-Id", "RateLimit"}


def told(response):
    body = response.content
    if response.status_code >= 400:
        body = {key: value for key, value in response.json().items() if key != "request_id"}
    return response.status_code, body, {k: v for k, v in response.headers.items() if k not in NOT_COMPARED}


@pytest.mark.parametrize("address", ASKED)
def test_both_ways_say_the_same(api, world, address, monkeypatch):
    plainly = told(api.get(address, headers={"Accept": "application/json"}))
    monkeypatch.setattr(plain, "_view", lambda request: None)
    assert told(api.get(address, headers={"Accept": "application/json"})) == plainly


def test_an_object_is_the_same_both_ways(api, world, monkeypatch):
    one = api.get("/v1/schools?limit=1").json()["data"][0]["id"]
    plainly = told(api.get(f"/v1/schools/{one}"))
    monkeypatch.setattr(plain, "_view", lambda request: None)
    assert told(api.get(f"/v1/schools/{one}")) == plainly


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/v1/schools?format=csv", {}),
        ("/v1/schools", {"Accept": "text/csv"}),
        ("/v1/schools", {"Authorization": "Bearer nothing"}),
        ("/v1/schools/", {}),
        ("/v1/me", {}),
        ("/v1/schools/npsn:1/history", {}),
        ("/v1/", {}),
    ],
)
def test_all_else_goes_the_whole_way(rf, address, headers):
    assert plain._view(rf.get(address, headers=headers)) is None
