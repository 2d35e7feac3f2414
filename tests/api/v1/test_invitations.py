"""Invitations by mail, over HTTP: sent, withdrawn, accepted once by whoever proves to be a person."""

import datetime
import re

import pytest

from directory import clock, ids
from partners.accounts import invitations, memberships
from partners.models import Invitation, Letter, Membership
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return factories.entry(name="SD Pustaka")


@pytest.fixture
def head(school):
    return people.member(school, of=people.user("Sari"))


def invited(client, email="budi@contoh.example", roles=("editor",)):
    return client.post("/v1/invitations", {"email": email, "roles": list(roles)})


def secret_of(letter):
    return re.search(r"/invitations\?secret=(\S+)", letter.text)[1]


def test_an_admin_invites_by_mail_and_the_link_makes_a_member(school, head):
    response = invited(people.as_person(head))

    made = response.json()
    letter = Letter.objects.get()
    secret = secret_of(letter)
    assert response.status_code == 201
    assert (made["roles"], made["accepted_at"]) == (["editor"], None)
    assert made["invited_by"] == ids.encode("user", head.pk)
    assert letter.to == "budi@contoh.example"
    assert "SD Pustaka" in letter.text
    assert f"http://localhost:8000/invitations?secret={secret}" in letter.text
    assert secret not in response.content.decode()
    assert secret.encode() not in bytes(Invitation.objects.get().digest)

    budi = people.user("budi")
    member = people.as_person(budi).post("/v1/invitations/accept", {"secret": secret})

    assert member.status_code == 200
    assert (member.json()["object"], member.json()["roles"]) == ("membership", ["editor"])
    assert member.json()["person"]["email"] == budi.email
    assert people.as_person(budi).get("/v1/me").json()["acting_entry"] == ids.encode("school", school.pk)
    assert people.as_person(head).get(response["Location"]).json()["accepted_at"]


def test_a_link_opens_once(school, head):
    invited(people.as_person(head))
    secret = secret_of(Letter.objects.get())
    assert people.as_person(people.user()).post("/v1/invitations/accept", {"secret": secret}).status_code == 200
    (fault,) = people.as_person(people.user()).post("/v1/invitations/accept", {"secret": secret}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("#/secret", "invalid_link")
    assert Membership.objects.count() == 2


def test_a_member_who_accepts_gets_the_roles_as_well(school, head):
    helper = people.member(school, "viewer")
    invited(people.as_person(head), roles=["receiver"])
    people.as_person(helper).post("/v1/invitations/accept", {"secret": secret_of(Letter.objects.get())})
    assert Membership.objects.get(user=helper).roles == ["viewer", "receiver"]


def test_the_first_member_keeps_everything_when_the_second_comes(school):
    lonely = people.user()
    memberships.begin(user=lonely.pk, entry=school.pk, roles=["admin"], by=people.actor(lonely), now=clock.now())
    invited(people.as_person(lonely))
    people.as_person(people.user()).post("/v1/invitations/accept", {"secret": secret_of(Letter.objects.get())})
    assert Membership.objects.get(user=lonely).roles == list(memberships.ROLES)


def test_only_persons_with_a_confirmed_address_accept(school, head):
    client = people.as_person(head)
    invited(client)
    body = {"secret": secret_of(Letter.objects.get())}
    unconfirmed = people.user(is_confirmed=False)
    with pytest.raises(Exception, match="confirm_email_first"):
        invitations.accept(body["secret"], by=people.actor(unconfirmed), now=clock.now())
    assert people.client().post("/v1/invitations/accept", body).json()["code"] == "sign_in_needed"
    key = people.client(people.entry_key(factories.entry()))
    assert key.post("/v1/invitations/accept", body).json()["code"] == "person_needed"
    narrow = people.client(people.token(people.user(), scopes=["members:read"]))
    assert narrow.post("/v1/invitations/accept", body).json()["code"] == "missing_scope"
    assert people.client(people.developer_key()).post("/v1/invitations/accept", body).status_code == 403
    assert not Invitation.objects.get().accepted_at


def test_a_withdrawn_an_old_and_a_made_up_link_look_the_same(school, head, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    client = people.as_person(head)
    made = invited(client).json()
    first = secret_of(Letter.objects.get())
    client.post(f"/v1/invitations/{made['id']}/withdraw")
    Letter.objects.all().delete()
    invited(client, email="lama@contoh.example")
    second = secret_of(Letter.objects.get())
    time_machine.shift(datetime.timedelta(days=15))
    guest = people.as_person(people.user())
    for secret in (first, second, "x" * 32):
        response = guest.post("/v1/invitations/accept", {"secret": secret})
        assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "invalid_link")
    assert Membership.objects.count() == 1


def test_withdrawing_twice_is_refused(school, head):
    client = people.as_person(head)
    made = invited(client).json()
    assert client.post(f"/v1/invitations/{made['id']}/withdraw").json()["withdrawn_at"]
    again = client.post(f"/v1/invitations/{made['id']}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_the_newest_link_to_an_address_holds(school, head):
    client = people.as_person(head)
    invited(client)
    invited(client, email="BUDI@contoh.example", roles=["viewer"])
    old, new = (secret_of(letter) for letter in Letter.objects.order_by("created_at"))
    guest = people.as_person(people.user())
    assert guest.post("/v1/invitations/accept", {"secret": old}).status_code == 400
    assert guest.post("/v1/invitations/accept", {"secret": new}).json()["roles"] == ["viewer"]


def test_one_address_is_not_written_to_without_end(school, head):
    client = people.as_person(head)
    for _ in range(3):
        assert invited(client).status_code == 201
    refused = invited(client)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_invitations")
    assert Letter.objects.count() == 3
    assert invited(client, email="lain@contoh.example").status_code == 201


def test_an_entry_invites_fifty_a_day(school, head, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    client = people.as_person(head)
    assert [invited(client, email=f"{n}@contoh.example").status_code for n in range(3)] == [201, 201, 409]


def test_only_admins_see_and_send(school, head):
    made = invited(people.as_person(head)).json()
    editor = people.as_person(people.member(school, "editor"))
    key = people.client(people.entry_key(school, by=head))
    other = people.as_person(people.member(factories.entry()))
    for client in (editor, key, other, people.as_person(people.moderator())):
        assert client.get("/v1/invitations").json()["data"] == []
        assert client.get(f"/v1/invitations/{made['id']}").status_code == 404
        assert client.post(f"/v1/invitations/{made['id']}/withdraw").status_code == 404
    assert invited(editor).json()["code"] == "role_needed"
    assert invited(key).json()["code"] == "person_needed"
    assert invited(people.client()).status_code == 401
    assert invited(people.as_person(people.user())).json()["errors"][0]["code"] == "acting_entry_required"
    assert [one["id"] for one in people.as_person(head).get("/v1/invitations").json()["data"]] == [made["id"]]


def test_faults_of_an_invitation(school, head):
    body = {"email": "budi", "roles": ["bos"], "entry": "x"}
    problem = people.as_person(head).post("/v1/invitations", body).json()
    assert {one["pointer"]: one["code"] for one in problem["errors"]} == {
        "#/email": "invalid_value",
        "#/roles/0": "unknown_choice",
        "#/entry": "unknown_field",
    }


def test_the_same_post_with_a_key_sends_one_letter(school, head):
    client = people.as_person(head)
    body = {"email": "budi@contoh.example", "roles": ["viewer"]}
    answers = [client.post("/v1/invitations", body, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Letter.objects.count() == 1


def test_the_link_stands_in_no_log(school, head, caplog):
    invited(people.as_person(head))
    secret = secret_of(Letter.objects.get())
    caplog.set_level("INFO")
    people.client().get(f"/invitations?secret={secret}")
    told = [record.fields["path"] for record in caplog.records if hasattr(record, "fields")]
    assert "/invitations" in told
    assert not [record for record in caplog.records if secret in str(getattr(record, "fields", ""))]
