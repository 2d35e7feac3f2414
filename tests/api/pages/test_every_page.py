"""Who is answered what on every page of ours: a new page turns this red until it stands in the table."""

import pytest
from django.urls import get_resolver

from directory import ids
from tests import factories, people
from tests.api.pages import signing_in
from tests.partners.trust import around

pytestmark = pytest.mark.django_db
ACTORS = ("anonymous", "stranger", "viewer", "editor", "admin", "neighbour", "moderator")
ALL, SIGNED_IN = (200,) * 7, (302, 200, 200, 200, 200, 200, 200)
# Route -> what a GET answers to each of ACTORS. The entry is that in which viewer, editor and admin are; the claim
# is somebody else's, to another school of the regency, and the neighbour's school is verified.
TABLE = {
    "find": ALL,
    "entry": ALL,
    "suggest": ALL,
    "claim_new": SIGNED_IN,
    "claim": (302, 404, 404, 404, 404, 200, 200),
    "account_home": SIGNED_IN,
    "account_entries": SIGNED_IN,
    "account_tokens": SIGNED_IN,
    "account_members": (302, 404, 200, 200, 200, 404, 404),
    "account_keys": (302, 404, 403, 403, 200, 404, 404),
    "account_suggestions": (302, 404, 200, 200, 200, 404, 404),
    "claims_near": (302, 404, 200, 200, 200, 404, 404),
    "invitation": (404,) * 7,
    "parcel": (404,) * 7,
    "letter": (404,) * 7,
    "offer": (404,) * 7,
    "need": (404,) * 7,
    "requests": (302, 404, 200, 200, 200, 404, 404),
    "request": (302, 404, 404, 404, 404, 404, 404),
}


@pytest.fixture
def world():
    factories.region("32.71", "Kota Bogor")
    own, other = factories.entry(name="SD Sendiri", region_id="32.71"), around.school()
    claim = around.claim(other, people.user("Penggugat")).row
    who = {name: signing_in.person(name) for name in ACTORS[1:-1]}
    for role in ("admin", "editor", "viewer"):
        people.member(own, role, of=who[role])
    near = factories.entry(region_id="32.71", trust_level="verified", verified_at=factories.clock.now())
    people.member(near, of=who["neighbour"])
    moderator = signing_in.person("moderator")
    people.Moderator.objects.create(user=moderator, region_id="32", created_at=factories.clock.now())
    browsers = {name: signing_in.browser(one) for name, one in {**who, "moderator": moderator}.items()}
    named = {"entry": ids.encode("school", own.pk), "reference": ids.encode("school", own.pk)}
    of_nothing = {"shipment": "shipment", "collaboration": "collaboration", "proposal": "offer"}
    named |= {variable: ids.encode(name, claim.pk) for variable, name in of_nothing.items()}
    named["claim"] = ids.encode("claim", claim.pk)
    return {"anonymous": signing_in.browser(), **browsers}, named


def routes():
    """Name -> the variables of each page that api/pages/urls.py itself declares."""
    from api.pages import urls

    names = [pattern.name for pattern in urls.urlpatterns if getattr(pattern, "name", None)]
    return {name: get_resolver().reverse_dict.getlist(name)[0][0][0] for name in names}


def test_every_page_answers_each_as_written(world):
    browsers, named = world
    found = {}
    for name, (path, variables) in routes().items():
        address = "/" + path % {one: named[one] for one in variables}
        found[name] = tuple(browsers[who].get(address).status_code for who in ACTORS)
    assert found == TABLE


def test_no_form_of_any_page_does_anything_for_who_is_nobody(world):
    browsers, named = world
    for path, variables in routes().values():
        address = "/" + path % {one: named[one] for one in variables}
        for action in (
            "open",
            "accept",
            "decline",
            "vouch",
            "withdraw",
            "send_code",
            "create",
            "invite",
            "rename",
            "x",
        ):
            response = browsers["anonymous"].post(address, {"action": action})
            assert response.status_code in (302, 404, 405), (address, action)
            assert response.status_code != 302 or response["Location"].startswith("/account/login/")
