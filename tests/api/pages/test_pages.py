"""The pages of an entry's people: what each may see and do, and that a refusal is a sentence on the page."""

import datetime
import re

import pytest
from django.contrib.auth import get_user
from django.test import Client

from directory import clock, ids
from directory.models import Event
from partners.models import ApiKey, Invitation, Membership, User
from tests import factories, people
from tests.api.pages import signing_in

pytestmark = pytest.mark.django_db
PAGES = ("/account/", "/account/entries/", "/account/tokens/", "/account/email/", "/account/second-factors/")


@pytest.fixture
def school():
    return factories.entry(name="SD Negeri Uji")


@pytest.fixture
def admin(school):
    return people.member(school, of=signing_in.person("Ada"))


@pytest.fixture
def editor(school, admin):
    return people.member(school, "editor", of=signing_in.person("Edi"))


def page_of(entry, what):
    return f"/account/entries/{ids.encode(entry.kind, entry.pk)}/{what}/"


def membership(person):
    return ids.encode("membership", Membership.objects.get(user=person, ended_at=None).pk)


def refusal(response):
    found = re.search(r'class="refused" role="alert">([^<]+)<', response.content.decode())
    return found and found[1]


@pytest.mark.parametrize("path", [*PAGES, "/account/password/change/"])
def test_a_stranger_is_sent_to_sign_in_and_comes_back(path):
    response = signing_in.browser().get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/account/")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_in_the_readers_language_and_for_no_cache(path, language):
    person = signing_in.person()
    response = signing_in.browser(person, **{"Accept-Language": language}).get(path)
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert ("Keluar" if language == "id" else "Sign out") in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/second-factors/totp/activate/"],
)
def test_no_page_needs_anything_of_another_site_or_inline(path):
    client = signing_in.browser(signing_in.person()) if "second" in path else signing_in.browser()
    text = client.get(path).content.decode()
    assert 'style="' not in text
    assert " onclick" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert not re.search(r'(src|href)="https?://', text)


def test_my_entries_link_to_members_keys_and_the_public_data(school, admin, editor):
    text = signing_in.browser(admin).get("/account/entries/").content.decode()
    for address in (
        page_of(school, "members"),
        page_of(school, "keys"),
        page_of(school, "suggestions"),
        f"/entries/{ids.encode('school', school.pk)}/",
    ):
        assert f'href="{address}"' in text
    assert page_of(school, "keys") not in signing_in.browser(editor).get("/account/entries/").content.decode()


def test_a_person_changes_the_name_that_members_see(school, admin):
    signing_in.browser(admin).post("/account/", {"action": "rename", "name": "  Ada <b>Lestari</b> "})
    admin.refresh_from_db()
    assert admin.name == "Ada <b>Lestari</b>"
    text = signing_in.browser(admin).get(page_of(school, "members")).content.decode()
    assert "Ada &lt;b&gt;Lestari&lt;/b&gt;" in text


@pytest.mark.parametrize("what", ["members", "keys"])
def test_a_foreign_entry_looks_like_one_that_never_was(school, admin, what):
    other = factories.entry()
    people.member(other)
    client = signing_in.browser(admin)
    client.get("/account/")  # shows the greeting, which is shown once
    never = page_of(school, what).replace(
        ids.encode("school", school.pk), ids.encode("school", factories.uuid_of_nobody())
    )
    foreign, random, nonsense = (
        client.get(path) for path in (page_of(other, what), never, f"/account/entries/x/{what}/")
    )
    assert {foreign.status_code, random.status_code, nonsense.status_code} == {404}
    assert len({signing_in.bytes_of(page) for page in (foreign, random, nonsense)}) == 1
    posted = client.post(page_of(other, what), {"action": "invite", "email": "a@b.example", "roles": "admin"})
    assert posted.status_code == 404
    assert not Invitation.objects.exists()


def test_every_member_sees_the_members_and_an_admin_the_invitations(school, admin, editor):
    page = page_of(school, "members")
    signing_in.browser(admin).post(page, {"action": "invite", "email": "citra@sekolah.example", "roles": "editor"})
    assert "citra@sekolah.example" in signing_in.browser(admin).get(page).content.decode()
    text = signing_in.browser(editor).get(page).content.decode()
    assert "Ada" in text
    assert "citra@sekolah.example" not in text
    assert 'value="invite"' not in text


@pytest.mark.parametrize("action", ["invite", "change_roles", "end"])
def test_an_editor_changes_nothing(school, admin, editor, action):
    body = {"action": action, "email": "x@y.example", "roles": "viewer", "id": membership(admin)}
    response = signing_in.browser(editor).post(page_of(school, "members"), body)
    assert response.status_code == 403
    assert refusal(response)
    assert set(Membership.objects.get(user=admin).roles) == people.memberships.ALL_ROLES
    assert not Invitation.objects.exists()
    assert signing_in.browser(editor).get(page_of(school, "keys")).status_code == 403


def test_the_last_admin_stays(school, admin, editor):
    client, page = signing_in.browser(admin), page_of(school, "members")
    for body in ({"action": "end"}, {"action": "change_roles", "roles": ["editor"]}):
        response = client.post(page, {**body, "id": membership(admin)})
        assert response.status_code == 409
        assert refusal(response) == "Entri harus selalu punya seorang admin."
    assert "admin" in Membership.objects.get(user=admin, ended_at=None).roles


def test_an_admin_changes_roles_and_ends_memberships(school, admin, editor):
    client, page = signing_in.browser(admin), page_of(school, "members")
    client.post(page, {"action": "change_roles", "id": membership(editor), "roles": ["viewer", "receiver"]})
    assert Membership.objects.get(user=editor).roles == ["viewer", "receiver"]
    client.post(page, {"action": "end", "id": membership(editor)})
    assert Membership.objects.get(user=editor).ended_at is not None


def test_whoever_leaves_hands_over(school, admin, editor):
    client = signing_in.browser(admin)
    left = client.post(page_of(school, "members"), {"action": "hand_over", "to": membership(editor)}, follow=True)
    assert left.request["PATH_INFO"] == "/account/entries/"
    assert set(Membership.objects.get(user=editor).roles) == people.memberships.ALL_ROLES
    assert Membership.objects.get(user=admin).ended_at is not None


def test_a_member_of_another_entry_of_mine_is_not_changed_from_this_page(school, admin):
    other = factories.entry()
    people.member(other, of=admin)
    colleague = people.member(other, "editor", of=signing_in.person())
    body = {"action": "end", "id": membership(colleague)}
    assert signing_in.browser(admin).post(page_of(school, "members"), body).status_code == 404
    assert Membership.objects.get(user=colleague).ended_at is None


# --- invitations ---


def invited(admin, school, email="citra@sekolah.example"):
    body = {"action": "invite", "email": email, "roles": ["editor", "receiver"]}
    response = signing_in.browser(admin).post(page_of(school, "members"), body)
    assert response.status_code == 302
    return re.search(r"http://localhost:8000(/invitations\S+)", signing_in.letters(email)[-1].text)[1]


def test_the_link_of_the_mail_leads_through_signing_up_to_membership(school, admin):
    link, client = invited(admin, school), signing_in.browser()
    page = client.get(link).content.decode()
    assert "SD Negeri Uji" in page
    sign_up = re.search(r'href="(/account/signup/\?next=[^"]+)"', page)[1]

    new = {"email": "citra@sekolah.example", "password1": people.PASSWORD}
    form = client.get(sign_up).content.decode()
    next_page = re.search(r'name="next" value="([^"]+)"', form)[1]
    client.post("/account/signup/", {**new, "next": next_page})
    code = signing_in.code_in(signing_in.letters(new["email"])[-1])
    back = client.post("/account/confirm-email/", {"code": code, "next": next_page}, follow=True)
    assert back.request["PATH_INFO"] == "/invitations"
    client.post(link, {"action": "accept"})

    row = Membership.objects.get(user=User.objects.get(email=new["email"]))
    assert (row.entry, row.roles) == (school, ["editor", "receiver"])
    again = client.post(link, {"action": "accept"})
    assert again.status_code in (400, 404)


def test_a_stranger_cannot_accept_and_a_wrong_link_opens_nothing(school, admin):
    link = invited(admin, school)
    assert (
        signing_in.browser()
        .post(link, {"action": "accept"})["Location"]
        .startswith("/account/login/?next=/invitations")
    )
    assert signing_in.browser().get("/invitations?secret=salah").status_code == 404
    assert signing_in.browser(admin).get("/invitations").status_code == 404
    assert Membership.objects.filter(entry=school).count() == 1


def test_a_withdrawn_invitation_opens_nothing(school, admin):
    link, client = invited(admin, school), signing_in.browser(admin)
    row = Invitation.objects.get()
    client.post(page_of(school, "members"), {"action": "withdraw", "id": ids.encode("invitation", row.pk)})
    assert signing_in.browser().get(link).status_code == 404


@pytest.mark.parametrize("body", [{"email": "bukan surel", "roles": "editor"}, {"email": "a@b.example"}, {"email": ""}])
def test_an_invitation_needs_an_address_and_a_role(school, admin, body):
    response = signing_in.browser(admin).post(page_of(school, "members"), {"action": "invite", **body})
    assert response.status_code == 400
    assert refusal(response)
    assert not Invitation.objects.exists()


# --- keys and tokens ---


def made(client, path, **body):
    return client.post(path, {"action": "create", "name": "Katalog", "scopes": ["entries:read"], **body})


def key_on(response):
    return re.search(r'id="key">(mp_\w+)<', response.content.decode())[1]


def test_an_admin_makes_rolls_and_revokes_a_key_of_the_entry(school, admin):
    client, page = signing_in.browser(admin), page_of(school, "keys")
    response = made(client, page, kind="entry", days="365", scopes=["entries:read", "members:read"])
    text, row = key_on(response), ApiKey.objects.get()
    assert response.status_code == 201
    assert response["Cache-Control"] == "private, no-store"
    assert people.client(text).get("/v1/me").json()["scopes"] == ["entries:read", "members:read"]
    assert text not in client.get(page).content.decode()

    public = ids.encode("api_key", row.pk)
    rolled = key_on(client.post(page, {"action": "roll", "id": public}))
    assert [people.client(one).get("/v1/me").status_code for one in (text, rolled)] == [200, 200]
    client.post(page, {"action": "revoke", "id": public})
    assert [people.client(one).get("/v1/me").status_code for one in (text, rolled)] == [401, 401]


@pytest.mark.parametrize(("kind", "days", "shown"), [("personal", "30", "user"), ("developer", "90", "developer")])
def test_a_person_makes_tokens_and_developer_keys(kind, days, shown):
    client = signing_in.browser(signing_in.person())
    text = key_on(made(client, "/account/tokens/", kind=kind, days=days))
    assert people.client(text).get("/v1/me").json()["kind"] == shown


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "entry", "days": "365"},
        {"kind": "personal", "days": "365"},
        {"kind": "personal", "days": "7", "name": "  "},
        {"kind": "personal", "days": "7", "scopes": ["semua"]},
        {"kind": "personal", "days": "7", "action": "dispatch"},
    ],
)
def test_what_the_form_does_not_offer_is_refused(body):
    response = made(signing_in.browser(signing_in.person()), "/account/tokens/", **body)
    assert response.status_code == 400
    assert refusal(response)
    assert not ApiKey.objects.exists()


def test_a_key_of_another_person_is_not_there(school, admin):
    foreign = ids.encode("api_key", ApiKey.objects.get(public=people.developer_key().split("_")[2]).pk)
    client = signing_in.browser(admin)
    for page in ("/account/tokens/", page_of(school, "keys")):
        assert client.post(page, {"action": "revoke", "id": foreign}).status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_making_a_key_asks_for_the_password_again_after_a_while(time_machine):
    person = signing_in.person()
    time_machine.move_to(clock.now())
    client = signing_in.browser(person)
    time_machine.shift(datetime.timedelta(minutes=16))
    asked = made(client, "/account/tokens/", kind="personal", days="7")
    assert asked["Location"].startswith("/account/reauthenticate/?next=%2Faccount%2Ftokens%2F")
    assert not ApiKey.objects.exists()

    next_page = "/account/tokens/"
    done = client.post(f"/account/reauthenticate/?next={next_page}", {"password": people.PASSWORD, "next": next_page})
    assert people.client(key_on(done)).get("/v1/me").status_code == 200


# --- forms of other sites ---


@pytest.mark.parametrize(
    "path", ["/account/", "/account/tokens/", "/account/login/", "/account/logout/", "/account/signup/"]
)
def test_a_form_without_its_token_is_refused(path):
    person = signing_in.person()
    client = Client(enforce_csrf_checks=True)
    if "login" not in path and "signup" not in path:
        client.force_login(person)
    before = Event.objects.count()
    response = client.post(path, {"action": "rename", "name": "X", "login": person.email, "password": people.PASSWORD})
    assert response.status_code == 403
    assert refusal(response)
    assert Event.objects.count() == before
    assert get_user(client).is_authenticated == ("login" not in path and "signup" not in path)


def test_a_form_with_its_token_is_taken():
    client = Client(enforce_csrf_checks=True)
    person = signing_in.person()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/account/login/").content.decode())[1]
    assert signing_in.sign_in(client, person.email).status_code == 403
    body = {"login": person.email, "password": people.PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/account/login/", body).status_code == 302


def test_the_api_reads_no_cookie_and_wants_no_form_token(school):
    client = signing_in.browser(people.member(school, of=signing_in.person()))
    assert client.get("/v1/me").status_code == 401
    answer = client.get("/v1/schools")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]
    key = people.entry_key(school, by=User.objects.get())
    strict = people.Caller(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})
    assert strict.post("/v1/api-keys", {"kind": "entry", "name": "x"}).status_code == 403  # of a key, not of a form
    assert strict.post("/v1/api-keys", {"kind": "entry", "name": "x"}).json()["code"] == "missing_scope"
