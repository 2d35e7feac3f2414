"""The way of a person through the pages: sign up, sign in, a token, a member; with the mouse, and with keys alone."""

import re

import pytest

from directory import clock, ids
from partners.accounts import invitations
from partners.models import ApiKey, Invitation, Membership, User
from tests import factories, people
from tests.api.pages import signing_in
from tests.browser.conftest import looked_at

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, person):
    page.goto("/account/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label(re.compile("sandi", re.I)).first.fill(people.PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/account/")


def test_somebody_signs_up_with_the_code_of_the_mail_and_finds_every_page(visitor):
    visitor.goto("/account/signup/")
    looked_at(visitor, "sign-up")
    visitor.get_by_label("Email").fill("baru@sekolah.example")
    visitor.get_by_label(re.compile("sandi", re.I)).first.fill(people.PASSWORD)
    visitor.locator("main button[type=submit]").first.click()
    visitor.wait_for_url("**/account/confirm-email/")
    looked_at(visitor, "code")
    visitor.locator("input[name=code]").fill(signing_in.code_in(signing_in.letters("baru@sekolah.example")[-1]))
    visitor.locator("main button[type=submit]").first.click()
    visitor.wait_for_url("**/account/")

    assert User.objects.get().confirmed_at is not None
    looked_at(visitor, "account")
    for path in ("entries", "tokens", "email", "password/change", "second-factors", "reauthenticate", "logout"):
        visitor.goto(f"/account/{path}/")
        assert visitor.locator("h1").count() == 1
        looked_at(visitor, path.replace("/", "-"))
    visitor.goto("/invitations?secret=salah")
    looked_at(visitor, "not-found")


def test_a_token_is_made_and_shown_once(visitor):
    sign_in(visitor, signing_in.person("Ada"))
    visitor.get_by_role("link", name="Token", exact=True).click()
    visitor.locator("#name-personal").fill("Laptop perpustakaan")
    visitor.locator("#create-personal").click()
    text = visitor.locator("#key").inner_text()
    looked_at(visitor, "token-made")
    assert people.client(text).get("/v1/me").json()["kind"] == "user"
    visitor.get_by_role("link", name="Token", exact=True).click()
    assert visitor.locator("#key").count() == 0
    assert visitor.get_by_text("Laptop perpustakaan").count() == 1


def test_an_admin_invites_a_colleague_who_accepts(visitor, chromium, size):
    school = factories.entry(name="SD Negeri 3 Sukamaju Kecamatan Kertasari")
    admin = people.member(school, of=signing_in.person("Ada"))
    colleague = signing_in.person("Citra")
    sign_in(visitor, admin)
    looked_at(visitor, "account-of-admin")
    visitor.get_by_role("link", name="Anggota").first.click()
    visitor.locator("#email").fill(colleague.email)
    visitor.locator("main").get_by_role("button", name="Kirim undangan").click()
    visitor.get_by_text("Undangan dikirim").wait_for()
    looked_at(visitor, "members")
    visitor.goto(f"/account/entries/{ids.encode('school', school.pk)}/keys/")
    looked_at(visitor, "keys")

    link = re.search(r"/invitations\S+", signing_in.letters(colleague.email)[-1].text)[0]
    visitor.get_by_role("button", name="Keluar").click()
    visitor.goto(link)
    looked_at(visitor, "invitation")
    visitor.locator("main").get_by_role("link", name="Masuk").click()
    visitor.get_by_label("Email").fill(colleague.email)
    visitor.get_by_label(re.compile("sandi", re.I)).first.fill(people.PASSWORD)
    visitor.get_by_role("button", name="Masuk", exact=True).click()
    visitor.get_by_role("button", name="Terima undangan").click()
    visitor.wait_for_url("**/account/entries/")
    assert Membership.objects.get(user=colleague).roles == ["editor"]
    assert Invitation.objects.get().accepted_at is not None


def focused(page):
    """What has the focus, by the browser's own account of it: no script runs in the page."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    for node in nodes:
        has_focus = any(one["name"] == "focused" and one["value"]["value"] for one in node.get("properties", []))
        if has_focus and node["role"]["value"] != "RootWebArea":
            return f"{node['role']['value']} {node.get('name', {}).get('value', '')}".strip()
    return ""


def tab_to(page, wanted, *, most=40):
    """Press Tab until something has the focus; every stop on the way has a name that can be read out."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = focused(page)
        assert at == "" or " " in at, f"{at} has no name"
        if re.search(wanted, at):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_keys_alone_sign_in_and_make_a_token(visitor):
    person = signing_in.person("Ada")
    visitor.goto("/account/login/")
    looked_at(visitor, "sign-in")
    assert not visitor.locator("#passkey_login").is_visible()  # it needs a script
    tab_to(visitor, "link Langsung ke isi")
    tab_to(visitor, "textbox Email")
    visitor.keyboard.type(person.email)
    tab_to(visitor, "textbox (Kata )?[Ss]andi")
    visitor.keyboard.type(people.PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/")

    tab_to(visitor, "link Token$")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/tokens/")
    tab_to(visitor, "textbox Nama")
    visitor.keyboard.type("Dengan papan ketik")
    tab_to(visitor, "checkbox")
    tab_to(visitor, "button Buat token")
    visitor.keyboard.press("Enter")
    visitor.locator("#key").wait_for()
    assert ApiKey.objects.get().name == "Dengan papan ketik"


def test_keys_alone_invite_a_colleague_change_roles_and_make_a_key_of_the_entry(visitor):
    school = factories.entry(name="SD Negeri 3 Sukamaju")
    admin = people.member(school, of=signing_in.person("Ada"))
    people.member(school, "viewer", of=signing_in.person("Budi"))
    sign_in(visitor, admin)
    tab_to(visitor, "link Anggota")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/members/")
    tab_to(visitor, "Ubah peran.*Budi")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "checkbox Penyunting")
    visitor.keyboard.press("Space")
    tab_to(visitor, "button Simpan peran")
    looked_at(visitor, "members-roles")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Peran disimpan").wait_for()
    assert "editor" in Membership.objects.get(user__name="Budi").roles
    tab_to(visitor, "textbox Alamat surel")
    visitor.keyboard.type("citra@contoh.example")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Undangan dikirim").wait_for()
    assert Invitation.objects.get().email == "citra@contoh.example"

    tab_to(visitor, "link Kunci API")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/keys/")
    tab_to(visitor, "textbox Nama")
    visitor.keyboard.type("Katalog")
    tab_to(visitor, "button Buat kunci")
    visitor.keyboard.press("Enter")
    visitor.locator("#key").wait_for()
    assert ApiKey.objects.get().entry == school


def test_keys_alone_accept_an_invitation_and_leave_again(visitor):
    school = factories.entry(name="SD Negeri 3 Sukamaju")
    admin, colleague = people.member(school), signing_in.person("Citra")
    by, now = people.actor(admin, school), clock.now()
    invitations.invite(entry=school.pk, email=colleague.email, roles=["editor"], by=by, now=now)
    sign_in(visitor, colleague)
    visitor.goto(re.search(r"/invitations\S+", signing_in.letters(colleague.email)[-1].text)[0])
    tab_to(visitor, "button Terima undangan")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/entries/")
    tab_to(visitor, "link Anggota")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/members/")
    tab_to(visitor, "Keluar dari entri ini")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "combobox Serahkan semua peran")
    tab_to(visitor, "button Keluar$")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/entries/")
    assert not Membership.objects.acting().filter(user=colleague).exists()
