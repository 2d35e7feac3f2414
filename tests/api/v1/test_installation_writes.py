"""Which library runs what, stated over HTTP by schools, vendors and moderators; who sees it, ends it, takes it away."""

import pytest

from directory import ids
from directory.models import Entry, Event, Installation, Library, Product
from partners.models import Letter
from tests import factories, people

pytestmark = pytest.mark.django_db


class Scene:
    """A school with a library, a vendor with a product, and whoever writes for them."""

    def __init__(self, *, opac_url=""):
        factories.region("32.71", "Kota Bogor")
        self.school = factories.entry(
            name="SD Pustaka", region_id="32.71", library={"exists": "yes", "opac_url": opac_url}
        )
        self.vendor = factories.entry("vendor", name="Rak Nusantara")
        with factories.recorded():
            self.product = Product.objects.create(name="Rak Digital", vendor=self.vendor)
        self.teacher = people.member(self.school)
        self.librarian = people.as_person(self.teacher)
        self.seller = people.as_person(people.member(self.vendor, "editor"))
        self.moderator = people.as_person(people.moderator("32"))
        self.anyone = people.client()
        self.product_id = ids.encode("product", self.product.pk)

    @property
    def history(self):
        return f"/v1/schools/{ids.encode('school', self.school.pk)}/installations"

    def state(self, client, **values):
        return client.post(self.history, {"product": self.product_id, **values})

    def seen_by(self, client):
        return [one["id"] for one in client.get(self.history).json()["data"]]


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def open_scene():
    return Scene(opac_url="https://opac.sd.example")


def address(one, verb=""):
    return f"/v1/installations/{one['id']}" + (f"/{verb}" if verb else "")


def test_a_school_speaks_for_itself(scene):
    response = scene.state(
        scene.librarian, product_version="9", hosting="cloud", from_date="2022-03-01", from_precision="month"
    )

    made = response.json()
    assert response.status_code == 201
    assert (made["stated_by"], made["status"], made["consented_at"]) == ("school", "shown", None)
    assert made["library"] == ids.encode("school", scene.school.pk)
    assert scene.anyone.get(response["Location"]).json() == made
    assert not Letter.objects.exists()
    event = Event.objects.get(type="installation.stated")
    assert (event.acting_entry_id, event.status_after) == (scene.school.pk, "shown")


def test_a_vendors_is_shown_at_once_where_the_catalogue_is_public(open_scene):
    made = open_scene.state(open_scene.seller, evidence="OPAC").json()

    assert (made["stated_by"], made["status"]) == ("vendor", "shown")
    assert open_scene.seen_by(open_scene.anyone) == [made["id"]]
    assert Letter.objects.get().to == open_scene.teacher.email


def test_a_vendors_waits_for_consent_where_there_is_none(scene):
    made = scene.state(scene.seller).json()
    other = people.as_person(people.member(factories.entry("vendor")))

    assert made["status"] == "awaiting_consent"
    for client in (scene.anyone, other, people.client(people.developer_key())):
        assert scene.seen_by(client) == []
        assert client.get(address(made)).status_code == 404
        assert client.get("/v1/installations").json()["data"] == []
        assert client.get(f"/v1/products/{scene.product_id}/libraries").json()["data"] == []
    for client in (scene.librarian, scene.seller, scene.moderator):
        assert client.get(address(made)).json() == made
        assert scene.seen_by(client) == [made["id"]]
    waiting = scene.librarian.get("/v1/installations?status=awaiting_consent").json()["data"]
    assert [one["id"] for one in waiting] == [made["id"]]
    assert scene.seller.get("/v1/installations?status=shown").json()["data"] == []


def test_the_library_of_an_organisation_has_its_history_too(scene):
    library = factories.entry("organisation", name="Taman Baca Pelangi", region_id="32.71")
    members = people.as_person(people.member(library))
    history = f"/v1/organisations/{ids.encode('organisation', library.pk)}/installations"

    made = scene.seller.post(history, {"product": scene.product_id})

    assert (made.status_code, made.json()["status"]) == (201, "awaiting_consent")
    assert made.json()["library"] == ids.encode("organisation", library.pk)
    assert Letter.objects.get().to == library.memberships.get().user.email
    assert scene.anyone.get(history).json()["data"] == []
    assert members.post(address(made.json(), "consent")).json()["status"] == "shown"
    assert [one["id"] for one in scene.anyone.get(history).json()["data"]] == [made.json()["id"]]
    own = members.post(history, {"product": scene.product_id, "product_version": "2"}).json()
    assert own["stated_by"] == "school"  # the library itself
    elsewhere = f"/v1/schools/{ids.encode('organisation', library.pk)}/installations"
    assert scene.anyone.get(elsewhere).status_code == 404


def test_a_key_without_the_scope_does_not_see_what_waits(scene):
    made = scene.state(scene.seller).json()
    narrow = people.client(people.entry_key(scene.school, scopes=["members:read"], by=scene.teacher))
    assert narrow.get(address(made)).status_code == 404
    assert people.client(people.entry_key(scene.school, by=scene.teacher)).get(address(made)).status_code == 200


def test_the_library_consents_and_nobody_else(scene):
    made = scene.state(scene.seller).json()
    viewer = people.as_person(people.member(scene.school, "viewer"))

    for client in (scene.seller, scene.moderator, viewer):
        assert client.post(address(made, "consent")).json()["code"] == "role_needed"
    assert scene.anyone.post(address(made, "consent")).status_code == 404
    agreed = scene.librarian.post(address(made, "consent")).json()
    assert agreed["status"] == "shown"
    assert agreed["consented_at"]
    assert scene.seen_by(scene.anyone) == [made["id"]]
    assert scene.librarian.post(address(made, "consent")).json()["code"] == "wrong_state"


def test_a_vendor_that_nobody_has_checked_always_waits(open_scene):
    with factories.recorded():
        Entry.objects.filter(pk=open_scene.vendor.pk).update(trust_level="provisional")
    assert open_scene.state(open_scene.seller).json()["status"] == "awaiting_consent"


def test_the_catalogue_may_go_or_come_later_and_changes_nothing(open_scene):
    made = open_scene.state(open_scene.seller).json()
    with factories.recorded():
        Library.objects.update(opac_url="")
    waiting = open_scene.state(open_scene.seller, product_version="2").json()
    with factories.recorded():
        Library.objects.update(opac_url="https://opac.sd.example")

    assert waiting["status"] == "awaiting_consent"
    assert open_scene.seen_by(open_scene.anyone) == [made["id"]]


def test_the_library_removes_a_statement_and_the_vendor_does_not_repeat_it(open_scene):
    made = open_scene.state(open_scene.seller).json()

    assert open_scene.librarian.post(address(made, "remove"), {"reason": "Tidak benar"}).status_code == 204

    for client in (open_scene.anyone, open_scene.librarian, open_scene.seller, open_scene.moderator):
        assert client.get(address(made)).status_code == 404
        assert open_scene.seen_by(client) == []
    assert open_scene.librarian.post(address(made, "remove")).status_code == 404
    again = open_scene.state(open_scene.seller)
    assert (again.status_code, again.json()["code"]) == (409, "removed_by_library")
    assert open_scene.state(open_scene.librarian).status_code == 201
    assert Event.objects.get(type="installation.removed").reason == "Tidak benar"


def test_a_vendor_takes_its_own_back_and_may_state_it_anew(open_scene):
    made = open_scene.state(open_scene.seller).json()
    assert open_scene.seller.post(address(made, "remove")).status_code == 204
    assert open_scene.state(open_scene.seller).status_code == 201


def test_what_a_moderator_took_away_the_vendor_does_not_repeat(open_scene):
    made = open_scene.state(open_scene.seller).json()
    factories.region("33", "Jawa Tengah")
    assert people.as_person(people.moderator("33")).post(address(made, "remove")).json()["code"] == "role_needed"
    assert open_scene.moderator.post(address(made, "remove")).status_code == 204
    assert open_scene.state(open_scene.seller).json()["code"] == "removed_by_library"


def test_nobody_removes_what_is_not_about_them(open_scene):
    own = open_scene.state(open_scene.librarian).json()
    viewer = people.as_person(people.member(open_scene.school, "viewer"))
    for client in (open_scene.seller, viewer, people.as_person(people.member(factories.entry()))):
        assert client.post(address(own, "remove")).json()["code"] == "role_needed"
    assert open_scene.seen_by(open_scene.anyone) == [own["id"]]


def test_a_moderator_states_and_checks(scene):
    own = scene.state(scene.moderator).json()
    assert own["stated_by"] == "verified"
    assert own["verified_at"]
    school = scene.state(scene.librarian).json()
    assert scene.librarian.post(address(school, "verify")).json()["code"] == "role_needed"
    assert scene.moderator.post(address(school, "verify")).json()["verified_at"]
    waiting = scene.state(scene.seller).json()
    assert scene.moderator.post(address(waiting, "verify")).json()["code"] == "wrong_state"
    factories.region("33", "Jawa Tengah")
    assert people.as_person(people.moderator("33")).post(address(school, "verify")).status_code == 403


def test_others_state_nothing(scene):
    viewer = people.as_person(people.member(scene.school, "viewer"))
    outsider = people.as_person(people.member(factories.entry()))
    narrow = people.client(people.entry_key(scene.school, scopes=["entries:read"], by=scene.teacher))
    assert scene.state(scene.anyone).json()["code"] == "sign_in_needed"
    for client, code in ((viewer, "role_needed"), (outsider, "role_needed"), (narrow, "missing_scope")):
        refused = scene.state(client)
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert not Installation.objects.exists()


def test_a_product_that_is_hidden_looks_like_none(scene):
    with factories.recorded():
        hidden = Product.objects.create(name="X", vendor=factories.entry("vendor", status="hidden"))
    faults = []
    for product in (ids.encode("product", hidden.pk), "prd_01kf3cb0s3f8q8r2d1kq8m8n8p"):
        (fault,) = scene.librarian.post(scene.history, {"product": product}).json()["errors"]
        faults.append({**fault, "detail": fault["detail"].replace(product, "")})
    assert faults[0] == faults[1]
    assert (faults[0]["pointer"], faults[0]["code"]) == ("#/product", "invalid_id")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"from_date": "2022-01-01"}, ("#/from_precision", "precision_needed")),
        ({"until_precision": "year"}, ("#/until_date", "precision_needed")),
        ({"from_date": "2022-05-17", "from_precision": "month"}, ("#/from_date", "not_first_day")),
        ({"until_date": "2022-05-01", "until_precision": "year"}, ("#/until_date", "not_first_day")),
        (
            {
                "from_date": "2022-01-01",
                "from_precision": "year",
                "until_date": "2022-01-01",
                "until_precision": "day",
            },
            ("#/until_date", "dates_not_in_order"),
        ),
        ({"from_date": "kemarin", "from_precision": "day"}, ("#/from_date", "invalid_value")),
        ({"from_date": "2022-02-30", "from_precision": "day"}, ("#/from_date", "invalid_value")),
        ({"hosting": "awan"}, ("#/hosting", "unknown_choice")),
        ({"product": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"}, ("#/product", "invalid_id")),
        ({"product": 7}, ("#/product", "invalid_id")),
        ({"stated_by": "verified"}, ("#/stated_by", "unknown_field")),
        ({"status": "shown"}, ("#/status", "unknown_field")),
        ({"evidence": "x" * 501}, ("#/evidence", "too_long")),
    ],
)
def test_every_fault_is_told_with_its_place(scene, values, fault):
    response = scene.state(scene.librarian, **values)
    assert response.status_code == 400
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [fault]
    assert not Installation.objects.exists()


def test_the_same_is_stated_once(scene):
    year = {"from_date": "2022-01-01", "from_precision": "year"}
    assert scene.state(scene.librarian, **year).status_code == 201
    assert scene.state(scene.librarian, **year).json()["code"] == "already_exists"
    assert scene.state(scene.librarian, **year, product_version="9").status_code == 201
    assert scene.state(scene.seller, **year).status_code == 201


def test_a_vendor_has_at_most_ten_waiting_in_one_library(scene):
    for number in range(10):
        assert scene.state(scene.seller, product_version=str(number)).status_code == 201
    refused = scene.state(scene.seller, product_version="10")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_waiting")


def patch(client, one, body, *, match=None):
    match = match or client.get(address(one))["ETag"]
    return client.patch(address(one), body, headers={"If-Match": match})


def test_only_who_stated_it_corrects_it(open_scene):
    own = open_scene.state(open_scene.librarian).json()
    vendors = open_scene.state(open_scene.seller).json()
    checked = open_scene.state(open_scene.moderator, product_version="3").json()

    assert patch(open_scene.librarian, own, {"product_version": "9", "evidence": None}).json()["product_version"] == "9"
    assert patch(open_scene.seller, vendors, {"hosting": "cloud"}).json()["hosting"] == "cloud"
    assert patch(open_scene.moderator, checked, {"hosting": "cloud"}).json()["hosting"] == "cloud"
    for client, foreign in (
        (open_scene.librarian, vendors),
        (open_scene.seller, own),
        (open_scene.moderator, own),
        (open_scene.librarian, checked),
    ):
        assert patch(client, foreign, {"hosting": "desktop"}).status_code == 403
    (fault,) = patch(open_scene.librarian, own, {"product": open_scene.product_id}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("#/product", "unknown_field")


def test_a_correction_needs_the_version_that_was_read(scene):
    own = scene.state(scene.librarian).json()
    first = scene.librarian.get(address(own))["ETag"]
    assert scene.librarian.patch(address(own), {"hosting": "cloud"}).status_code == 428
    assert patch(scene.librarian, own, {"hosting": "cloud"}, match=first).json()["version"] == 2
    assert patch(scene.librarian, own, {"hosting": "desktop"}, match=first).status_code == 412
    assert patch(scene.librarian, own, {"hosting": "cloud"}).json()["version"] == 2
    (fault,) = patch(scene.librarian, own, {"from_date": "2022-01-01"}).json()["errors"]
    assert fault["pointer"] == "#/from_precision"


def test_what_a_library_consented_to_it_is_asked_again(scene):
    made = scene.state(scene.seller).json()
    scene.librarian.post(address(made, "consent"))
    Letter.objects.all().delete()

    changed = patch(scene.seller, made, {"evidence": "Lain"}).json()

    assert (changed["status"], changed["consented_at"]) == ("awaiting_consent", None)
    assert scene.seen_by(scene.anyone) == []
    assert Letter.objects.count() == 1
    patch(scene.seller, made, {"evidence": "Lain lagi"})
    assert Letter.objects.count() == 1


def test_it_ends_once_by_who_stated_it_or_the_library(open_scene):
    made = open_scene.state(open_scene.seller, from_date="2022-01-01", from_precision="year").json()
    end = {"until_date": "2025-07-01", "until_precision": "month"}
    outsider = people.as_person(people.member(factories.entry()))
    assert outsider.post(address(made, "end"), end).status_code == 403
    early = open_scene.librarian.post(address(made, "end"), {"until_date": "2021-01-01", "until_precision": "year"})
    assert early.json()["errors"][0]["code"] == "dates_not_in_order"
    assert open_scene.librarian.post(address(made, "end"), {}).status_code == 400
    ended = open_scene.librarian.post(address(made, "end"), end).json()
    assert (ended["until_date"], ended["until_precision"]) == ("2025-07-01", "month")
    assert open_scene.seller.post(address(made, "end"), end).json()["code"] == "wrong_state"
    own = open_scene.state(open_scene.librarian).json()
    assert open_scene.seller.post(address(own, "end"), end).status_code == 403


def test_the_same_post_with_a_key_has_one_effect_and_one_letter(scene):
    answers = [
        scene.seller.post(scene.history, {"product": scene.product_id}, headers={"Idempotency-Key": "satu"})
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert (Installation.objects.count(), Letter.objects.count()) == (1, 1)
