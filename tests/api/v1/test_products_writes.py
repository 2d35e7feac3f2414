"""Products written over HTTP: by whom, under which conditions, and every fault of a body."""

import pytest

from directory import ids
from directory.models import Event, Product
from tests import factories, people

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Rak Digital",
    "website": "https://rak.example",
    "licence": "GPL-3.0-or-later OR MIT",
    "hosting": ["cloud"],
    "standards": ["marc21", "marc21"],
    "services": ["training"],
    "price_model": "free",
}


@pytest.fixture
def vendor():
    return factories.entry("vendor", name="Rak Nusantara")


@pytest.fixture
def editor(vendor):
    return people.as_person(people.member(vendor, "editor"))


@pytest.fixture
def product(editor):
    return editor.post("/v1/products", NEW).json()


def address(product, verb=""):
    return f"/v1/products/{product['id']}" + (f"/{verb}" if verb else "")


def patch(client, product, body, *, match=None):
    match = match or client.get(address(product))["ETag"]
    return client.patch(address(product), body, headers={"If-Match": match})


def test_an_editor_of_a_vendor_adds_its_product(vendor, editor, api):
    response = editor.post("/v1/products", NEW)

    made = response.json()
    assert response.status_code == 201
    assert made["vendor"] == ids.encode("vendor", vendor.pk)
    assert (made["version"], made["standards"], made["is_retired"]) == (1, ["marc21"], False)
    assert api.get(response["Location"]).json() == made
    event = Event.objects.get(type="product.created")
    assert (event.acting_entry_id, event.subject_id) == (vendor.pk, str(Product.objects.get().pk))


def test_an_office_that_publishes_software_adds_it_and_a_school_does_not():
    office = factories.entry("organisation", kind_row={"type": "government_office"})
    assert people.as_person(people.member(office)).post("/v1/products", {"name": "INLIS"}).status_code == 201
    refused = people.as_person(people.member(factories.entry())).post("/v1/products", {"name": "X"})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_kind")


def test_any_moderator_adds_a_communitys_which_lies_in_no_region(api):
    made = people.as_person(people.moderator()).post("/v1/products", {"name": "SLiMS"})
    assert (made.status_code, made.json()["vendor"]) == (201, None)
    factories.region("32", "Jawa Barat")
    elsewhere = people.as_person(people.moderator("32")).post("/v1/products", {"name": "Koha"})
    assert (elsewhere.status_code, elsewhere.json()["vendor"]) == (201, None)


@pytest.mark.parametrize(
    ("caller", "status", "code"),
    [
        (lambda vendor: people.client(), 401, "sign_in_needed"),
        (lambda vendor: people.as_person(people.user()), 400, "validation_error"),
        (lambda vendor: people.as_person(people.member(vendor, "viewer")), 403, "role_needed"),
        (lambda vendor: people.client(people.entry_key(vendor, scopes=["entries:read"])), 403, "missing_scope"),
        (lambda vendor: people.client(people.developer_key()), 400, "validation_error"),
    ],
)
def test_who_adds_none(vendor, caller, status, code):
    response = caller(vendor).post("/v1/products", NEW)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Product.objects.exists()


def test_a_key_of_the_vendor_may(vendor):
    assert people.client(people.entry_key(vendor)).post("/v1/products", NEW).status_code == 201


def test_a_vendor_has_a_product_once_under_a_name(vendor, editor, product):
    again = editor.post("/v1/products", {"name": "  RAK  digital "})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    other = people.as_person(people.member(factories.entry("vendor")))
    assert other.post("/v1/products", NEW).status_code == 201
    second = editor.post("/v1/products", {"name": "Rak Dua"}).json()
    assert patch(editor, second, {"name": "Rak Digital"}).json()["code"] == "already_exists"


def test_every_fault_of_a_body_is_told_with_its_place(editor):
    body = {
        "licence": "GPL; DROP",
        "hosting": ["awan"],
        "website": "rak",
        "price_model": "murah",
        "is_retired": True,
        "vendor": "ven_x",
        "latest_version": "1" * 41,
    }
    faults = {one["pointer"]: one["code"] for one in editor.post("/v1/products", body).json()["errors"]}
    assert faults == {
        "#/name": "required_member",
        "#/licence": "invalid_value",
        "#/hosting/0": "unknown_choice",
        "#/website": "invalid_value",
        "#/price_model": "unknown_choice",
        "#/is_retired": "unknown_field",
        "#/vendor": "unknown_field",
        "#/latest_version": "too_long",
    }
    mute = editor.post("/v1/products", {"name": "!!!"}).json()["errors"]
    assert [(one["pointer"], one["code"]) for one in mute] == [("#/name", "blank_member")]


def test_a_change_needs_the_version_that_was_read(editor, product):
    first = editor.get(address(product))["ETag"]
    assert editor.patch(address(product), {"licence": "MIT"}).json()["code"] == "if_match_required"
    changed = patch(editor, product, {"licence": "MIT", "website": None, "services": []}, match=first)
    assert (changed.json()["licence"], changed.json()["website"], changed.json()["services"]) == ("MIT", "", [])
    assert changed.json()["version"] == 2
    late = patch(editor, product, {"licence": ""}, match=first)
    assert (late.status_code, late.json()["code"]) == (412, "version_changed")


def test_a_change_of_nothing_is_no_change(editor, product):
    assert patch(editor, product, {"name": NEW["name"], "hosting": ["cloud"]}).json()["version"] == 1
    assert not Event.objects.filter(type="product.changed").exists()


def test_a_new_name_is_found_under_its_normal_form(editor, product):
    patch(editor, product, {"name": "SDN Pustaka"})
    assert Product.objects.get().name_key == "sd negeri pustaka"


def test_others_change_nothing(vendor, product):
    foreign = people.as_person(people.member(factories.entry("vendor")))
    viewer = people.as_person(people.member(vendor, "viewer"))
    for client in (foreign, viewer):
        assert patch(client, product, {"licence": ""}).json()["code"] == "role_needed"
        assert client.post(address(product, "retire")).status_code == 403
    assert Product.objects.get().version == 1


def test_moderators_of_the_vendors_region_change_it_and_others_do_not():
    factories.region("32.71", "Kota Bogor")
    factories.region("33", "Jawa Tengah")
    vendor = factories.entry("vendor", region_id="32.71")
    product = people.as_person(people.member(vendor)).post("/v1/products", NEW).json()
    assert patch(people.as_person(people.moderator("33")), product, {"licence": ""}).status_code == 403
    assert patch(people.as_person(people.moderator("32")), product, {"licence": ""}).json()["licence"] == ""


def test_retired_and_restored(editor, product, api):
    assert editor.post(address(product, "retire")).json()["is_retired"] is True
    again = editor.post(address(product, "retire"))
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert [one["id"] for one in api.get("/v1/products?is_retired=true").json()["data"]] == [product["id"]]
    assert editor.post(address(product, "restore")).json()["is_retired"] is False
    assert editor.post(address(product, "restore")).status_code == 409


def test_the_product_of_a_hidden_vendor_looks_like_none(vendor, product):
    with factories.recorded():
        type(vendor).objects.filter(pk=vendor.pk).update(status="hidden")
    other = people.as_person(people.member(factories.entry("vendor")))
    for path in (address(product), "/v1/products/prd_01kf3cb0s3f8q8r2d1kq8m8n8p"):
        response = other.patch(path, {"licence": ""}, headers={"If-Match": "*"})
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
