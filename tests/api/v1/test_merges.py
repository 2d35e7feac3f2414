"""Merges, splits and pairs over HTTP: rights, previews, who comes along, and what readers meet afterwards."""

import pytest
from django.core import mail as outbox

from api import bodies
from directory import clock, ids
from directory.entries import duplicates
from directory.entries.duplicates import Duplicate
from directory.models import Entry, Event, Installation, Product
from partners.accounts import memberships
from partners.models import Claim, Flag, Letter, Membership, Suggestion
from partners.trust import links, questions
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def regency():
    factories.region("33", "Jawa Tengah")
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def survivor(regency):
    return factories.entry(name="SD Satu", region_id="32.71", identifiers={"npsn": "20000001"})


@pytest.fixture
def loser(survivor):
    return factories.entry(
        name="SD Dua", region_id="32.71", identifiers={"npsn": "20000002"}, website="https://x.example"
    )


@pytest.fixture
def moderator(regency):
    return people.as_person(people.moderator("32"))


def public(row):
    return ids.encode(row.kind, row.pk)


def address(row, verb="", query=""):
    return f"/v1/{row.kind}s/{public(row)}" + (f"/{verb}" if verb else "") + query


def merge(client, loser, survivor, query="", **more):
    return client.post(address(loser, "merge", query), {"into": public(survivor), **more})


def trusted(row, level):
    now = clock.now()
    with factories.recorded():
        Entry.objects.filter(pk=row.pk).update(
            trust_level=level, verified_at=now if level == "verified" else None, checked_what=[level]
        )


def kept_right():
    bodies.catch_up(batches=5)
    return [row for _, wrong in bodies.mistakes() for row in wrong] == []


def test_a_moderator_merges_and_the_old_id_leads_on(moderator, loser, survivor):
    seen = merge(moderator, loser, survivor, "?dry_run=true").json()
    assert moderator.get(address(loser)).status_code == 200
    assert (seen["dry_run"], seen["event"]) == (True, None)

    done = merge(moderator, loser, survivor, reason="Sama").json()

    assert done["changes"] == seen["changes"]
    assert {"what": "identifier", "action": "moved", "value": "npsn:20000002"} in done["changes"]
    assert (done["entry"], done["other"]) == (public(survivor), public(loser))
    moved = moderator.get(address(loser))
    assert (moved.status_code, moved["Location"]) == (301, address(survivor))
    by_number = moderator.get("/v1/schools/npsn:20000002").json()
    assert by_number["id"] == public(survivor)
    assert by_number["website"] == "https://x.example"
    event = Event.objects.get(type="entry.merged")
    assert ids.encode("event", event.pk) == done["event"]
    assert (event.actor_kind, event.reason) == ("user", "Sama")
    assert kept_right()


def test_a_merge_is_undone_by_the_id_that_is_gone(moderator, loser, survivor):
    before = moderator.get(address(survivor)).json()
    merge(moderator, loser, survivor)

    preview = moderator.post(address(loser, "unmerge", "?dry_run=true")).json()
    undone = moderator.post(address(loser, "unmerge"), {"reason": "Keliru"}).json()

    assert preview["changes"] == undone["changes"]
    assert moderator.get(address(loser)).json()["identifiers"][0]["value"] == "20000002"
    after = moderator.get(address(survivor)).json()
    kept = {"version", "updated_at"}
    assert {name: one for name, one in after.items() if name not in kept} == {
        name: one for name, one in before.items() if name not in kept
    }
    assert kept_right()
    again = moderator.post(address(loser, "unmerge"))
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_why_a_merge_can_no_longer_be_undone_is_told(moderator, loser, survivor):
    merge(moderator, loser, survivor)
    match = {"If-Match": moderator.get(address(survivor))["ETag"]}
    moderator.patch(address(survivor), {"website": "https://baru.example"}, headers=match)

    refused = moderator.post(address(loser, "unmerge"), headers={"Accept-Language": "en"})

    assert (refused.status_code, refused.json()["code"]) == (409, "undo_contradicted")
    assert refused.json()["errors"] == [{"code": "changed_since", "detail": "entry SD Satu has changed since."}]


def test_only_moderators_of_both_regions_merge(moderator, loser, survivor):
    away = factories.entry(name="SD Jauh", region_id="33")
    editor = people.as_person(people.member(loser))
    for client, one, other, code in (
        (people.client(), loser, survivor, "sign_in_needed"),
        (editor, loser, survivor, "role_needed"),
        (people.as_person(people.moderator("33")), loser, survivor, "role_needed"),
        (moderator, loser, away, "role_needed"),
        (people.client(people.entry_key(survivor)), loser, survivor, "missing_scope"),
    ):
        assert merge(client, one, other).json()["code"] == code
    assert Entry.objects.filter(status="merged").count() == 0


def test_what_is_asked_wrongly(moderator, loser, survivor):
    def fault(response):
        problem = response.json()
        return problem["errors"][0]["code"] if "errors" in problem else problem["code"]

    publisher = factories.entry("publisher")
    assert fault(merge(moderator, loser, loser)) == "same_entry"
    assert fault(moderator.post(address(loser, "merge"), {"into": "npsn:99999999"})) == "unknown_entry"
    assert fault(moderator.post(address(loser, "merge"), {"into": "apa saja"})) == "unknown_entry"
    people_of_country = people.as_person(people.moderator())
    assert fault(merge(people_of_country, loser, publisher)) == "wrong_kind"
    assert fault(merge(moderator, loser, survivor, "?dry_run=ya")) == "invalid_choice"
    assert fault(moderator.post(address(loser, "close", "?dry_run=true"))) == "unknown_parameter"
    assert moderator.post("/v1/schools/npsn:99999999/merge", {"into": public(survivor)}).status_code == 404
    merge(moderator, loser, survivor)
    assert fault(merge(moderator, loser, survivor)) == "wrong_state"
    third = factories.entry(name="SD Tiga", region_id="32.71")
    assert merge(moderator, third, loser).json()["entry"] == public(survivor)  # an old id stands for where it leads


def test_members_whose_claim_was_checked_come_along_and_go_back(moderator, loser, survivor):
    mover, head, both = people.member(loser), people.member(survivor), people.member(survivor, "viewer")
    people.member(loser, "editor", of=both)
    trusted(loser, "claimed")

    done = merge(moderator, loser, survivor).json()

    roles = dict(Membership.objects.current().filter(entry=survivor).values_list("user", "roles"))
    assert set(roles) == {mover.pk, head.pk, both.pk}
    assert roles[both.pk] == ["viewer", "editor"]
    assert not Membership.objects.current().filter(entry=loser).exists()
    assert moderator.get(address(survivor)).json()["trust"]["level"] == "claimed"
    assert len([one for one in done["changes"] if one["what"] == "member"]) == 2
    assert mover.email not in str(done)
    assert set(Letter.objects.values_list("to", flat=True)) == {mover.email, both.email}

    moderator.post(address(loser, "unmerge"))

    roles = dict(Membership.objects.current().filter(entry=survivor).values_list("user", "roles"))
    assert set(roles) == {head.pk, both.pk}
    assert roles[both.pk] == ["viewer"]
    assert set(Membership.objects.current().filter(entry=loser).values_list("user", flat=True)) == {mover.pk, both.pk}
    assert moderator.get(address(survivor)).json()["trust"]["level"] == "listed"


def test_two_who_were_alone_both_go_on_doing_everything(moderator, loser, survivor):
    for row in (loser, survivor):
        person = people.user().pk
        memberships.begin(user=person, entry=row.pk, roles=["viewer"], by=factories.TESTER, now=clock.now())
        trusted(row, "claimed")
    merge(moderator, loser, survivor)
    rows = Membership.objects.acting().filter(entry=survivor)
    assert [one.roles for one in rows] == [list(memberships.ROLES)] * 2


def test_nobody_comes_into_an_entry_by_making_its_twin(moderator, loser, survivor):
    owner, stranger = people.member(survivor), people.member(loser)
    trusted(survivor, "verified")
    trusted(loser, "provisional")

    done = merge(moderator, loser, survivor).json()

    assert [one["action"] for one in done["changes"] if one["what"] == "member"] == ["left"]
    assert list(Membership.objects.acting().values_list("user", flat=True)) == [owner.pk]
    assert moderator.get(address(survivor)).json()["trust"]["level"] == "verified"
    assert "klaim" in Letter.objects.get(to=stranger.email).text
    moderator.post(address(loser, "unmerge"))
    assert Membership.objects.acting().count() == 2


def test_a_provisional_member_comes_along_where_nobody_acts(moderator, loser, survivor):
    person = people.member(loser)
    trusted(loser, "provisional")
    merge(moderator, loser, survivor)
    assert Membership.objects.acting().get().user == person
    assert moderator.get(address(survivor)).json()["trust"]["level"] == "provisional"


def claim(row, status="open", *, person=None, now=None):
    at = now or clock.now()
    is_live = status in ("open", "provisional", "suspended")
    return Claim.objects.create(
        entry=row,
        user=person or people.user(),
        status=status,
        roles=["admin"],
        created_at=at,
        updated_at=at,
        due_at=at if is_live else None,
        decided_at=None if is_live else at,
    )


def test_claims_follow_and_go_back(moderator, loser, survivor):
    holder = people.member(loser)
    trusted(loser, "provisional")
    holding, waiting = claim(loser, "provisional", person=holder), claim(loser)
    old = claim(loser, "declined")

    merge(moderator, loser, survivor)

    assert set(Claim.objects.filter(entry=survivor)) == {holding, waiting}
    moderator.post(address(loser, "unmerge"))
    assert set(Claim.objects.filter(entry=loser)) == {holding, waiting, old}


def test_an_open_claim_follows_but_an_unproved_holder_does_not(moderator, loser, survivor):
    people.member(survivor)
    trusted(survivor, "verified")
    holder = people.member(loser)
    trusted(loser, "provisional")
    claim(loser, "provisional", person=holder)
    twice = people.user()
    twin, _, other = claim(loser, person=twice), claim(survivor, person=twice), claim(loser)
    merge(moderator, loser, survivor)
    assert Claim.objects.get(pk=other.pk).entry == survivor
    closed = Claim.objects.get(pk=twin.pk)
    assert (closed.entry, closed.status, "tetap berjalan" in closed.reason) == (loser, "lapsed", True)
    assert Letter.objects.filter(to=twice.email, subject__startswith="Entri digabung").exists()
    moderator.post(address(loser, "unmerge"))
    opened = Claim.objects.get(pk=twin.pk)
    assert (opened.entry, opened.status, opened.reason) == (loser, "open", "")
    merge(moderator, loser, survivor)
    assert Membership.objects.acting().filter(user=holder).count() == 0


def suggested(row, **changes):
    contact = "usul@contoh.example"
    body = {"changes": changes, "reason": "Lihat situs", "contact": contact}
    made = people.client().post(f"/v1/entries/{public(row)}/suggestions", body)
    assert made.status_code == 201, made.json()
    return Suggestion.objects.get(pk=ids.decode(made.json()["id"])[1])


def test_suggestions_follow_or_are_closed_and_come_back(moderator, loser, survivor):
    open_one, said = suggested(loser, postal_code="16111"), suggested(loser, name="SD Satu")
    path = f"/v1/suggestions/{ids.encode('suggestion', open_one.pk)}"
    merge(moderator, loser, survivor)

    open_one.refresh_from_db()
    said.refresh_from_db()
    assert (open_one.entry, open_one.status, open_one.is_for_moderators) == (survivor, "open", True)
    assert (said.status, said.decline_reason) == ("declined", "outdated")
    assert "digabung" in Letter.objects.get(to="usul@contoh.example").text
    moderator.post(address(loser, "unmerge"))
    for row in (open_one, said):
        row.refresh_from_db()
        assert (row.entry, row.status, row.note, row.moved_from) == (loser, "open", "", None)

    merge(moderator, loser, survivor)
    assert moderator.post(f"{path}/accept").status_code == 200
    assert moderator.get(address(survivor)).json()["postal_code"] == "16111"


def test_flags_follow_or_are_closed_and_come_back(moderator, loser, survivor):
    person = people.as_person(people.user())
    first = people.client().post("/v1/flags", {"object": public(loser), "reason_code": "wrong"}).json()
    for row in (loser, survivor):
        person.post("/v1/flags", {"object": public(row), "reason_code": "spam"})
    merge(moderator, loser, survivor)

    shown = moderator.get(f"/v1/flags/{first['id']}").json()
    assert (shown["subject"], shown["status"]) == (public(survivor), "open")
    closed = Flag.objects.get(subject_id=loser.pk)
    assert (closed.status, "digabung" in closed.answer) == ("dismissed", True)
    moderator.post(address(loser, "unmerge"))
    assert Flag.objects.filter(subject_id=loser.pk, entry=loser, status="open", moved_from=None).count() == 2
    assert Flag.objects.get(subject_id=survivor.pk).status == "open"


def test_a_pair_with_a_third_entry_is_asked_of_the_one_that_stays(moderator, loser, survivor):
    third = factories.entry(name="SD Tiga", region_id="32.71")
    duplicates.remember(loser.pk, third.pk, now=clock.now())
    duplicates.remember(loser.pk, survivor.pk, now=clock.now())
    merge(moderator, loser, survivor)
    handed = Duplicate.objects.get(status="open")
    assert {handed.first_id, handed.second_id} == {third.pk, survivor.pk}
    moderator.post(address(loser, "unmerge"))
    pairs = [{row.first_id, row.second_id} for row in Duplicate.objects.filter(status="open")]
    assert len(pairs) == 2
    assert {third.pk, survivor.pk} not in pairs


def test_a_link_of_a_mail_leads_to_the_entry_that_stays(moderator, loser, survivor):
    person = people.member(loser)
    trusted(loser, "claimed")
    link = links.Link("confirmation", loser.pk, person.pk, loser.pk)
    merge(moderator, loser, survivor)
    by = links.actor(link)
    assert by.acting_entry == survivor.pk
    assert questions.QUESTIONS["confirmation"].ask(loser.pk, by).title.endswith(survivor.name)
    questions.QUESTIONS["confirmation"].answer(loser.pk, "confirm", by, clock.now())
    assert Entry.objects.get(pk=survivor.pk).last_confirmed_at is not None


def test_what_waits_about_a_split_entry_follows_when_the_split_is_undone(moderator, loser):
    body = {"name": "SD Baru", "identifiers": [{"scheme": "npsn", "value": "20000002"}]}
    stays = suggested(loser, postal_code="16111")
    made = moderator.post(address(loser, "split"), body).json()
    new = Entry.objects.get(pk=ids.decode(made["other"])[1])
    waiting, opened = suggested(new, website="https://baru.example"), claim(new)
    assert Suggestion.objects.get(pk=stays.pk).entry == loser
    assert moderator.post(f"/v1/schools/{made['other']}/unsplit").status_code == 200
    assert Suggestion.objects.get(pk=waiting.pk).entry == loser
    assert Claim.objects.get(pk=opened.pk).entry == loser


def test_a_flag_goes_with_the_statement_that_a_split_moves(moderator, loser):
    with factories.recorded():
        product = Product.objects.create(name="Rak Digital")
        moved = Installation.objects.create(product=product, library=loser, stated_by="school")
    flagged = {"object": ids.encode("installation", moved.pk), "reason_code": "wrong"}
    assert people.client().post("/v1/flags", flagged).status_code == 201
    made = moderator.post(address(loser, "split"), {"name": "SD Baru", "installations": [flagged["object"]]}).json()
    assert ids.encode("school", Flag.objects.get().entry_id) == made["other"]


def test_checked_members_do_not_come_into_an_entry_whose_claim_nobody_has_decided(moderator, loser, survivor):
    people.member(loser)
    trusted(loser, "claimed")
    claim(survivor, "provisional", person=people.member(survivor))
    trusted(survivor, "provisional")
    assert merge(moderator, loser, survivor).json()["code"] == "undecided_claim"
    assert merge(moderator, survivor, loser).status_code == 200


def test_a_merge_is_not_undone_when_the_members_have_changed(moderator, loser, survivor):
    people.member(loser)
    trusted(loser, "claimed")
    merge(moderator, loser, survivor)
    Membership.objects.filter(entry=survivor).update(roles=["viewer"])
    assert moderator.post(address(loser, "unmerge")).json()["code"] == "undo_contradicted"
    assert Entry.objects.get(pk=loser.pk).status == "merged"


def test_a_preview_sends_nothing_and_keeps_nothing(moderator, loser, survivor):
    people.member(loser)
    merge(moderator, loser, survivor, "?dry_run=true")
    assert not Letter.objects.exists()
    assert outbox.outbox == []
    assert Membership.objects.current().get().entry == loser


def test_a_key_of_what_is_gone_opens_nothing(moderator, loser, survivor):
    key = people.client(people.entry_key(loser))
    assert key.get("/v1/me").status_code == 200
    merge(moderator, loser, survivor)
    assert key.get("/v1/me").status_code == 401


def test_a_split_is_seen_made_and_undone(moderator, loser):
    body = {"name": "SD Baru", "identifiers": [{"scheme": "npsn", "value": "20000002"}]}

    seen = moderator.post(address(loser, "split", "?dry_run=true"), body).json()
    done = moderator.post(address(loser, "split"), body).json()

    assert (seen["other"], seen["changes"]) == (None, done["changes"])
    made = moderator.get("/v1/schools/npsn:20000002").json()
    assert (made["id"], made["name"], made["form"]) == (done["other"], "SD Baru", "sd")
    assert kept_right()
    undone = moderator.post(f"/v1/schools/{done['other']}/unsplit").json()
    assert undone["entry"] == public(loser)
    assert moderator.get(f"/v1/schools/{done['other']}")["Location"] == address(loser)
    assert kept_right()


def test_a_split_is_not_undone_when_somebody_acts_for_the_new_entry(moderator, loser):
    body = {"name": "SD Baru", "identifiers": [{"scheme": "npsn", "value": "20000002"}]}
    made = moderator.post(address(loser, "split"), body).json()["other"]
    people.member(Entry.objects.get(name="SD Baru"))
    assert moderator.post(f"/v1/schools/{made}/unsplit").json()["code"] == "undo_contradicted"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"name": "SD Baru"}, "nothing_to_split", None),
        ({"name": "SD Baru", "identifiers": [{"scheme": "npsn", "value": "1"}]}, "invalid_identifier", None),
        (
            {"name": "SD Baru", "identifiers": [{"scheme": "npsn", "value": "20000009"}]},
            "not_of_entry",
            "#/identifiers/0",
        ),
        ({"name": "SD Baru", "names": [{"type": "alias", "value": "X"}]}, "not_of_entry", "#/names/0"),
        ({"name": "SD Baru", "installations": ["ins_x"]}, "not_of_entry", "#/installations/0"),
    ],
)
def test_a_split_of_what_the_entry_does_not_have(moderator, loser, body, code, pointer):
    (fault,) = moderator.post(address(loser, "split"), body).json()["errors"]
    assert (fault["code"], fault.get("pointer")) == (code, pointer)


# --- pairs ---


@pytest.fixture
def pair(loser, survivor):
    duplicates.remember(loser.pk, survivor.pk, now=clock.now())
    return Duplicate.objects.get()


def test_moderators_read_and_dismiss_the_pairs_of_their_regions(moderator, pair):
    (found,) = moderator.get("/v1/duplicates?status=open&min_score=0.9&sort=-score").json()["data"]
    assert (found["parts"]["identifier"], found["status"]) == (1, "open")
    expanded = moderator.get(f"/v1/duplicates/{found['id']}?expand=first,second").json()
    assert {expanded["first"]["name"], expanded["second"]["name"]} == {"SD Satu", "SD Dua"}

    dismissed = moderator.post(f"/v1/duplicates/{found['id']}/dismiss", {"reason": "Dua gedung"})

    assert dismissed.json()["status"] == "dismissed"
    assert moderator.get("/v1/duplicates?status=open").json()["data"] == []
    assert Event.objects.get(type="duplicate.dismissed").reason == "Dua gedung"
    again = moderator.post(f"/v1/duplicates/{found['id']}/dismiss")
    assert again.json()["code"] == "wrong_state"


def test_nobody_else_sees_a_pair(pair):
    one = f"/v1/duplicates/{ids.encode('duplicate', pair.pk)}"
    assert people.client().get("/v1/duplicates").status_code == 401
    assert people.as_person(people.user()).get("/v1/duplicates").json()["code"] == "role_needed"
    elsewhere = people.as_person(people.moderator("33"))
    assert elsewhere.get("/v1/duplicates").json()["data"] == []
    assert elsewhere.get(one).status_code == 404
    assert elsewhere.post(f"{one}/dismiss").status_code == 404
    assert people.client().post(f"{one}/dismiss").status_code == 401
    assert people.as_person(people.user()).post(f"{one}/dismiss").status_code == 404


@pytest.mark.parametrize("key", ["", "satu-kali"])
def test_a_number_that_another_has_makes_a_pair(moderator, loser, survivor, key):
    number = [{"scheme": "npsn", "value": "20000001"}]
    headers = {"If-Match": "*"}
    refused = moderator.patch(address(loser), {"identifiers": number}, headers=headers)
    assert refused.json()["code"] == "identifier_taken"
    assert Duplicate.objects.get().parts["identifier"] == 1

    with_key = {"Idempotency-Key": key} if key else {}
    new = {"name": "SD Baru", "form": "sd", "identifiers": number}
    assert moderator.post("/v1/schools", new, headers=with_key).json()["code"] == "identifier_taken"
    assert Duplicate.objects.count() == 1


def test_the_same_statement_about_both_stays_with_the_one_that_is_gone(moderator, loser, survivor):
    with factories.recorded():
        product = Product.objects.create(name="Rak Digital")
        for library in (loser, survivor):
            Installation.objects.create(library=library, product=product, stated_by="source")
        Installation.objects.create(library=loser, product=product, stated_by="source", product_version="2")

    assert merge(moderator, loser, survivor).status_code == 200

    assert Installation.objects.filter(library=survivor).count() == 2
    assert Installation.objects.filter(library=loser).count() == 1
    assert moderator.post(address(loser, "unmerge")).status_code == 200
    assert Installation.objects.filter(library=loser).count() == 2
