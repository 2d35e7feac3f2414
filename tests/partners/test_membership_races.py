"""Several change the members of one entry at once: there is always an admin, and everything happens once."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from directory import actors, clock, errors
from partners.accounts import invitations, memberships
from partners.models import Invitation, Letter, Membership
from tests import factories, people, racing

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def row_of(person, entry):
    return Membership.objects.get(user=person, entry=entry)


def admins(entry) -> int:
    return Membership.objects.current().filter(entry=entry, roles__contains=["admin"]).count()


def test_two_admins_who_remove_each_other():
    for _ in range(ROUNDS):
        school = factories.entry()
        pair = [people.member(school), people.member(school)]
        acting = [people.actor(person, school) for person in pair]
        rows = [row_of(person, school).pk for person in pair]

        told = racing.at_once(
            partial(memberships.end, rows[1], by=acting[0], now=clock.now()),
            partial(memberships.end, rows[0], by=acting[1], now=clock.now()),
        )

        assert sorted(told) == ["done", "role_needed"]
        assert admins(school) == 1


def test_whoever_was_just_removed_removes_nobody():
    school = factories.entry()
    people.member(school)
    first, second = people.member(school), people.member(school)
    late = people.actor(first, school)  # reads the credential, then waits
    memberships.end(row_of(first, school).pk, by=people.actor(second, school), now=clock.now())
    for verb in (
        partial(memberships.end, row_of(second, school).pk, by=late, now=clock.now()),
        partial(memberships.change_roles, row_of(second, school).pk, roles=["viewer"], by=late, now=clock.now()),
        partial(invitations.invite, entry=school.pk, email="a@b.example", roles=["admin"], by=late, now=clock.now()),
    ):
        with pytest.raises(errors.Forbidden, match="role_needed"):
            verb()
    assert admins(school) == 2


def test_two_admins_who_both_leave():
    for _ in range(ROUNDS):
        school = factories.entry()
        pair = [people.member(school), people.member(school)]
        leave = [
            partial(memberships.end, row_of(person, school).pk, by=people.actor(person, school), now=clock.now())
            for person in pair
        ]
        assert sorted(racing.at_once(*leave)) == ["done", "last_admin"]
        assert admins(school) == 1


def test_end_and_hand_over_at_once():
    for _ in range(ROUNDS):
        school = factories.entry()
        leaving, other, heir = people.member(school), people.member(school), people.member(school, "viewer")
        row, to = row_of(leaving, school).pk, row_of(heir, school).pk
        by_self, by_other = people.actor(leaving, school), people.actor(other, school)

        told = racing.at_once(
            partial(memberships.hand_over, row, to=to, by=by_self, now=clock.now()),
            partial(memberships.end, row, by=by_other, now=clock.now()),
        )

        assert sorted(told) == ["done", "not_found"]
        assert admins(school) == (2 if told[0] == "done" else 1)
        assert Membership.objects.filter(entry=school, ended_at=None).count() == 2


def test_an_heir_who_leaves_while_somebody_hands_over():
    for _ in range(ROUNDS):
        school = factories.entry()
        head, heir = people.member(school), people.member(school, "viewer")
        row, to = row_of(head, school).pk, row_of(heir, school).pk
        by_head, by_heir = people.actor(head, school), people.actor(heir, school)

        told = racing.at_once(
            partial(memberships.hand_over, row, to=to, by=by_head, now=clock.now()),
            partial(memberships.end, to, by=by_heir, now=clock.now()),
        )

        assert told in (["done", "last_admin"], ["invalid_id", "done"])
        assert admins(school) == 1


def invitation_to(school, head, *roles):
    _, secret = invitations.invite(
        entry=school.pk, email=f"{len(Letter.objects.all())}@contoh.example", roles=roles, by=head, now=clock.now()
    )
    return secret


def test_one_link_accepted_by_two_makes_one_member():
    for _ in range(ROUNDS):
        school = factories.entry()
        secret = invitation_to(school, people.actor(people.member(school), school), "editor")
        guests = [people.actor(people.user()) for _ in range(3)]

        told = racing.at_once(*(partial(invitations.accept, secret, by=by, now=clock.now()) for by in guests))

        assert sorted(told) == ["done", "invalid_link", "invalid_link"]
        assert Membership.objects.filter(entry=school).count() == 2


def test_two_links_accepted_by_one_person_at_once_make_one_membership_with_both_roles():
    for _ in range(ROUNDS):
        school = factories.entry()
        head = people.actor(people.member(school), school)
        links = [invitation_to(school, head, role) for role in ("viewer", "receiver")]
        guest = people.user()
        by = people.actor(guest)

        told = racing.at_once(*(partial(invitations.accept, link, by=by, now=clock.now()) for link in links))

        assert told == ["done", "done"]
        assert row_of(guest, school).roles == ["viewer", "receiver"]


def test_an_invitation_is_accepted_or_withdrawn_and_never_both():
    for _ in range(ROUNDS):
        school = factories.entry()
        head = people.actor(people.member(school), school)
        secret = invitation_to(school, head, "editor")
        row = Invitation.objects.get(entry=school)
        guest = people.actor(people.user())

        told = racing.at_once(
            partial(invitations.accept, secret, by=guest, now=clock.now()),
            partial(invitations.withdraw, row.pk, by=head, now=clock.now()),
        )

        assert told in (["done", "wrong_state"], ["invalid_link", "done"])
        row.refresh_from_db()
        assert (row.accepted_at is None) != (row.withdrawn_at is None)
        assert Membership.objects.filter(entry=school).count() == (2 if told[0] == "done" else 1)


def test_the_last_two_lower_each_other_at_once():
    school = factories.entry()
    pair = [people.member(school), people.member(school)]
    acting = [people.actor(person, school) for person in pair]
    rows = [row_of(person, school).pk for person in pair]
    told = racing.at_once(
        partial(memberships.change_roles, rows[1], roles=["viewer"], by=acting[0], now=clock.now()),
        partial(memberships.change_roles, rows[0], roles=["viewer"], by=acting[1], now=clock.now()),
    )
    assert sorted(told) == ["done", "role_needed"]
    assert admins(school) == 1


# --- what no verb does: the database is asked without them ---


def test_the_database_refuses_members_without_an_admin():
    school = factories.entry()
    head, helper = people.member(school), people.member(school, "viewer")
    people.member(school, "editor")
    for change in ({"ended_at": clock.now()}, {"roles": ["viewer"]}, {"entry": factories.entry()}):
        with pytest.raises(IntegrityError, match="have no admin"):
            Membership.objects.filter(user=head, entry=school).update(**change)
    with transaction.atomic():  # only the end counts
        Membership.objects.filter(user=head).update(roles=["viewer"])
        Membership.objects.filter(user=helper).update(roles=["admin"])
    assert admins(school) == 1


def test_the_database_refuses_a_second_member_beside_a_lone_one_with_fewer_roles():
    school = factories.entry()
    now = clock.now()
    rows = {"entry": school, "roles": ["viewer"], "created_at": now}
    Membership.objects.create(user=people.user(), **rows)  # alone: acts in all roles
    with pytest.raises(IntegrityError, match="have no admin"):
        Membership.objects.create(user=people.user(), **rows)
    memberships.begin(user=people.user().pk, entry=school.pk, roles=["viewer"], by=actors.SYSTEM, now=now)
    assert admins(school) == 1


def test_the_database_refuses_the_second_of_two_who_each_saw_the_other_as_admin():
    for _ in range(ROUNDS):
        school = factories.entry()
        pair = [people.member(school), people.member(school)]
        people.member(school, "viewer")
        people.member(school, "viewer")

        def lower(person):
            with transaction.atomic():
                Membership.objects.filter(user=person).update(roles=["viewer"])

        told = racing.at_once(*(partial(lower, person) for person in pair))

        assert sorted(told) == ["IntegrityError", "done"]
        assert admins(school) == 1
