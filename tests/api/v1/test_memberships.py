"""Who acts for an entry, over HTTP: who sees whom, gives roles, ends and hands over; never zero admins."""

import pytest

from directory import ids
from directory.models import Entry, Event
from partners.models import Invitation, Membership
from tests import factories, people

pytestmark = pytest.mark.django_db
ALL = ["viewer", "editor", "approver", "receiver", "admin"]


@pytest.fixture
def school():
    return factories.entry(name="SD Pustaka")


@pytest.fixture
def head(school):
    return people.member(school, of=people.user("kepala"))


@pytest.fixture
def helper(school, head):
    return people.member(school, "editor", of=people.user("guru"))


def id_of(person, entry):
    return ids.encode("membership", Membership.objects.get(user=person, entry=entry).pk)


def address(person, entry, verb=""):
    return f"/v1/memberships/{id_of(person, entry)}" + (f"/{verb}" if verb else "")


def patch(client, path, roles, *, match=None):
    return client.patch(path, {"roles": roles}, headers={"If-Match": match or client.get(path)["ETag"]})


def test_members_see_each_other_with_name_and_address(school, head, helper):
    page = people.as_person(helper).get("/v1/memberships?include=total").json()

    assert page["total"] == {"value": 2, "relation": "eq"}
    assert {one["person"]["email"] for one in page["data"]} == {head.email, helper.email}
    assert {one["person"]["name"] for one in page["data"]} == {"kepala", "guru"}
    first = page["data"][0]
    assert first == people.as_person(head).get(f"/v1/memberships/{first['id']}").json()
    assert first["entry"] == ids.encode("school", school.pk)


def test_strangers_see_nothing(school, head, helper):
    outsider = people.as_person(people.member(factories.entry()))
    assert len(outsider.get("/v1/memberships").json()["data"]) == 1
    for path in (address(head, school), "/v1/memberships/mem_01kf3cb0s3f8q8r2d1kq8m8n8p"):
        assert outsider.get(path).status_code == 404
        assert outsider.post(f"{path}/end").status_code == 404
    assert people.client().get("/v1/memberships").json()["code"] == "sign_in_needed"
    assert people.client().get(address(head, school)).json()["code"] == "sign_in_needed"
    assert people.client(people.developer_key()).get("/v1/memberships").json()["code"] == "missing_scope"


@pytest.mark.parametrize("reader", ["moderator", "key"])
def test_who_is_no_member_reads_no_name_and_no_address(school, head, helper, reader):
    client = (
        people.as_person(people.moderator())
        if reader == "moderator"
        else people.client(people.entry_key(school, by=head))
    )
    page = client.get("/v1/memberships")
    assert len(page.json()["data"]) == 2
    assert {one["person"]["email"] for one in page.json()["data"]} == {None}
    assert "contoh.example" not in page.content.decode()
    assert "guru" not in client.get(address(helper, school)).content.decode()


def test_a_person_with_several_entries_sees_their_own_and_those_of_the_one_acted_for(school, head, helper):
    other = factories.entry()
    people.member(other, of=head)
    people.member(other, "viewer")
    assert len(people.as_person(head).get("/v1/memberships").json()["data"]) == 2
    assert len(people.as_person(head, acting_for=other).get("/v1/memberships").json()["data"]) == 3


def test_whoever_left_is_no_longer_known_by_name(school, head, helper):
    client, path = people.as_person(head), address(helper, school)
    ended = client.post(f"{path}/end").json()
    assert ended["ended_at"]
    assert (ended["version"], ended["person"]["email"]) == (2, None)
    assert len(client.get("/v1/memberships").json()["data"]) == 1
    assert client.get(path).json()["person"]["name"] is None
    assert people.as_person(helper).get(path).json()["person"]["email"] == helper.email
    assert client.post(f"{path}/end").status_code == 404


def test_an_admin_gives_roles_and_they_count_at_once(school, head, helper):
    client, path = people.as_person(head), address(helper, school)
    guru = people.as_person(helper)
    assert guru.get("/v1/me").json()["roles"] == ["editor"]

    answer = patch(client, path, ["receiver", "approver"])

    assert answer.json()["roles"] == ["approver", "receiver"]
    assert answer.json()["version"] == 2
    assert guru.get("/v1/me").json()["roles"] == ["approver", "receiver"]
    assert Event.objects.filter(type="membership.roles_changed", acting_entry_id=school.pk).count() == 1
    assert patch(client, path, ["approver", "receiver"]).json()["version"] == 2


def test_a_change_of_roles_needs_the_version_that_was_read(school, head, helper):
    client, path = people.as_person(head), address(helper, school)
    first = client.get(path)["ETag"]
    assert client.patch(path, {"roles": ["viewer"]}).json()["code"] == "if_match_required"
    assert patch(client, path, ["viewer"], match=first).status_code == 200
    assert patch(client, path, ["editor"], match=first).status_code == 412


def test_nobody_gives_themselves_roles(school, head, helper):
    guru = people.as_person(helper)
    assert patch(guru, address(helper, school), ALL).json()["code"] == "role_needed"
    assert patch(guru, address(head, school), ["viewer"]).json()["code"] == "role_needed"
    assert Membership.objects.get(user=helper).roles == ["editor"]


def test_faults_of_roles(school, head, helper):
    client, path = people.as_person(head), address(helper, school)
    faults = [
        ({"roles": []}, "#/roles", "invalid_value"),
        ({"roles": ["bos"]}, "#/roles/0", "unknown_choice"),
        ({}, "#/roles", "required_member"),
        ({"roles": None}, "#/roles", "null_member"),
        ({"roles": ["viewer"], "user": "x"}, "#/user", "unknown_field"),
    ]
    for body, pointer, code in faults:
        problem = client.patch(path, body, headers={"If-Match": "*"}).json()
        assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [(pointer, code)]


def test_keys_moderators_and_narrow_tokens_change_no_member(school, head, helper):
    path = address(helper, school)
    narrow = people.client(people.token(head, scopes=["members:read"]))
    assert narrow.post(f"{path}/end").json()["code"] == "missing_scope"
    assert people.client(people.token(helper, scopes=["members:read"])).post(f"{path}/end").status_code == 403
    assert people.client(people.entry_key(school, by=head)).post(f"{path}/end").json()["code"] == "person_needed"
    assert people.as_person(people.moderator()).post(f"{path}/end").json()["code"] == "role_needed"
    assert people.client(people.token(head, scopes=["members:write"])).get(path).json()["code"] == "missing_scope"
    assert Membership.objects.current().count() == 2


def test_the_last_admin_stays(school, head, helper):
    client, path = people.as_person(head), address(head, school)
    assert client.post(f"{path}/end").json()["code"] == "last_admin"
    assert patch(client, path, ["viewer"]).json()["code"] == "last_admin"
    assert Membership.objects.get(user=head).version == 1


def test_an_admin_whose_account_is_closed_is_none(school, head, helper):
    second = people.member(school, "admin")
    type(second).objects.filter(pk=second.pk).update(is_active=False)
    assert people.as_person(head).post(f"{address(head, school)}/end").json()["code"] == "last_admin"


def test_everybody_leaves_by_themselves(school, head, helper):
    guru = people.as_person(helper)
    assert guru.post(f"{address(helper, school)}/end").status_code == 200
    assert guru.get("/v1/me").json()["entries"] == []


def test_handing_over_leaves_the_roles_behind(school, head, helper):
    response = people.as_person(head).post(f"{address(head, school)}/hand-over", {"to": id_of(helper, school)})

    assert response.status_code == 200
    assert response.json()["ended_at"]
    assert response.json()["person"]["email"] == head.email
    assert Membership.objects.get(user=helper).roles == ALL
    assert people.as_person(head).get("/v1/me").json()["entries"] == []


def test_an_admin_hands_over_what_a_colleague_left(school, head, helper):
    third = people.member(school, "receiver")
    answer = people.as_person(head).post(f"{address(helper, school)}/hand-over", {"to": id_of(third, school)})
    assert answer.status_code == 200
    assert Membership.objects.get(user=third).roles == ["editor", "receiver"]
    refused = people.as_person(third).post(f"{address(head, school)}/hand-over", {"to": id_of(third, school)})
    assert refused.json()["code"] == "role_needed"


def test_an_heir_is_another_current_member_of_the_same_entry(school, head, helper):
    elsewhere = people.member(factories.entry())
    gone = people.member(school, "viewer")
    client = people.as_person(head)
    client.post(f"{address(gone, school)}/end")
    targets = [ids.encode("membership", row.pk) for row in Membership.objects.filter(user__in=[elsewhere, gone, head])]
    for target in (*targets, "mem_01kf3cb0s3f8q8r2d1kq8m8n8p"):
        (fault,) = client.post(f"{address(head, school)}/hand-over", {"to": target}).json()["errors"]
        assert fault == {"pointer": "#/to", "code": "invalid_id", "detail": fault["detail"]}
        assert "to" in fault["detail"]


def test_an_heir_who_cannot_act_gets_nothing(school, head, helper):
    type(helper).objects.filter(pk=helper.pk).update(is_active=False)
    body = {"to": id_of(helper, school)}
    assert people.as_person(head).post(f"{address(head, school)}/hand-over", body).json()["code"] == "last_admin"


def test_whoever_is_alone_does_everything(school):
    person = people.member(school, "admin")  # the first member came before
    first = Membership.objects.exclude(user=person).get()
    client = people.as_person(person)
    assert client.get("/v1/me").json()["roles"] == ["admin"]
    assert client.post(f"/v1/memberships/{ids.encode('membership', first.pk)}/end").status_code == 200

    me = client.get("/v1/me").json()

    assert me["roles"] == ALL
    assert me["entries"][0]["roles"] == ALL
    assert Membership.objects.get(user=person).roles == ["admin"]
    path = f"/v1/schools/{ids.encode('school', school.pk)}"
    assert client.patch(path, {"pupils": 3}, headers={"If-Match": "*"}).status_code == 200


def test_a_suspended_colleague_is_company_too(school, head, helper):
    from directory import clock

    Membership.objects.filter(user=head).update(suspended_at=clock.now())
    assert people.as_person(helper).get("/v1/me").json()["roles"] == ["editor"]


def test_whoever_is_removed_has_no_invitation_left_to_come_back_by(school, head):
    second = people.member(school, "admin")
    friend = people.as_person(second)
    friend.post("/v1/invitations", {"email": "teman@contoh.example", "roles": ["admin"]})
    people.as_person(head).post("/v1/invitations", {"email": "lain@contoh.example", "roles": ["viewer"]})
    people.as_person(head).post(f"{address(second, school)}/end")
    assert Invitation.objects.get(email="teman@contoh.example").withdrawn_at
    assert not Invitation.objects.get(email="lain@contoh.example").withdrawn_at


def test_members_of_a_hidden_entry_act_for_nothing(school, head, helper):
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="hidden")
    client = people.as_person(head)
    assert client.get("/v1/me").json()["acting_entry"] is None
    assert client.post(f"{address(helper, school)}/end").status_code == 404
