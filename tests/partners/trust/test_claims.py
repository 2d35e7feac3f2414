"""A claim from its opening to its end: the ladder of evidence, silence, rivals, and what the entry then says."""

import datetime
import types

import pytest
from django.db import IntegrityError, transaction

from directory import clock, errors, ids, journal
from directory.models import Contact, Entry, Event, History
from partners import tasks
from partners.accounts import invitations
from partners.models import ApiKey, Claim, Evidence, EvidenceFile, Invitation, Letter, Membership
from partners.trust import addresses, claim_moves, claims, evidence, founding, merges, proofs
from tests import factories, people
from tests.partners.trust import around, pictures
from tests.partners.trust.around import ADDRESS, rival, verified_member

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def status(claim):
    return Claim.objects.get(pk=claim.key).status


def code_in_mail(to=ADDRESS):
    return Letter.objects.filter(to=to).latest("pk").text.partition("kode ini kepadanya: ")[2].split()[0]


def prove(claim, *, address=ADDRESS, kind="institutional_mail", now=None):
    now = now or clock.now()
    proofs.send_code(claim.key, address=address, by=claim.by, now=now)
    return proofs.confirm_code(claim.key, kind=kind, code=code_in_mail(address), by=claim.by, now=now)


def upload(claim, now=None):
    return proofs.upload_letter(
        claim.key, name="surat.PNG", content=pictures.png(), by=claim.by, now=now or clock.now()
    )


def entry(claim):
    return Entry.objects.get(pk=claim.school.pk)


def test_a_code_to_the_schools_own_mail_is_enough_at_once(claimed):
    now = clock.now()
    row, is_right = prove(claimed, now=now)

    assert is_right
    assert (row.status, row.due_at, row.decided_at) == ("accepted", None, now)
    school = entry(claimed)
    assert (school.trust_level, school.checked_what, school.verified_at) == ("verified", ["institutional_mail"], now)
    assert set(Membership.objects.get(user=claimed.person).roles) == set(row.roles)
    assert "diterima" in Letter.objects.filter(to=claimed.person.email).latest("pk").subject


def test_the_badge_is_in_the_history_of_the_entry(claimed):
    prove(claimed)
    event = Event.objects.get(type="entry.trust_changed")
    assert (event.subject_id, event.status_before, event.status_after) == (str(claimed.school.pk), "listed", "verified")
    assert History.objects.filter(entry_id=claimed.school.pk, event=event).exists()
    assert entry(claimed).version == claimed.school.version + 1


def test_a_code_to_the_domain_of_the_website_is_the_schools_own(claimed):
    row, _ = prove(claimed, address="kepala@sduji.sch.id")
    assert row.status == "accepted"


@pytest.mark.parametrize(
    ("address", "kind"),
    [("guru@smplain.sch.id", "school_domain"), ("sari@guru.sd.belajar.id", "education_account")],
)
def test_what_tells_of_the_person_alone_waits_for_a_moderator(claimed, moderator, address, kind):
    row, is_right = prove(claimed, address=address, kind=kind)
    assert is_right
    assert row.status == "open"
    claim_moves.accept(claimed.key, by=moderator, now=clock.now())
    assert (entry(claimed).trust_level, entry(claimed).checked_what) == ("claimed", [kind])


@pytest.mark.parametrize(
    ("domain", "is_theirs"),
    [
        *(
            (domain, True)
            for domain in ("guru.sd.belajar.id", "admin.slb.belajar.id", "pendidik.kesetaraan.belajar.id")
        ),
        *(
            (domain, True)
            for domain in ("dinas.belajar.id", "dikbud.belajar.id", "madrasah.kemenag.go.id", "kemenag.go.id")
        ),
        *((domain, False) for domain in ("sd.belajar.id", "mitra.belajar.id", "yayasan.belajar.id", "guru.belajar.id")),
        *((domain, False) for domain in ("guru.sd.belajar.id.example", "x.guru.sd.belajar.id", "blog.kemenag.go.id")),
    ],
)
def test_which_addresses_ministries_give_to_educators(domain, is_theirs):
    assert addresses.is_educators(f"ani@{domain}") is is_theirs


@pytest.mark.parametrize("address", ["sari@gmail.com", "murid@sd.belajar.id", "x@evilsch.id", "x@sduji.sch.id.example"])
def test_an_address_that_says_nothing_gets_no_code(claimed, address):
    with pytest.raises(errors.Invalid, match="not_institutional"):
        proofs.send_code(claimed.key, address=address, by=claimed.by, now=clock.now())
    assert not Letter.objects.filter(to=address).exists()


def test_what_claimants_wrote_themselves_proves_nothing(sari, regency):
    by = people.actor(sari)
    values = {"name": "SD Karangan", "form": "sd", "website": "https://karangan.example", "region": "32.71"}
    school = founding.found("school", values, by=by, now=clock.now())
    row = Claim.objects.get(entry=school)
    acting = people.actor(sari, school)
    with transaction.atomic():
        journal.record("contact.added", by=acting, now=clock.now())
        Contact.objects.create(entry=school, kind="email", value="aku@karangan.example")
    for address in ("aku@karangan.example", "lain@karangan.example"):
        with pytest.raises(errors.Invalid, match="not_institutional"):
            proofs.send_code(row.pk, address=address, by=by, now=clock.now())


def test_ten_wrong_codes_lock_it_and_the_right_one_comes_too_late(claimed):
    proofs.send_code(claimed.key, address=ADDRESS, by=claimed.by, now=clock.now())
    for _ in range(evidence.MOST_TRIES):
        _, is_right = proofs.confirm_code(
            claimed.key, kind="institutional_mail", code="22222222", by=claimed.by, now=clock.now()
        )
        assert not is_right
    with pytest.raises(errors.Conflict, match="code_locked"):
        proofs.confirm_code(claimed.key, kind="institutional_mail", code=code_in_mail(), by=claimed.by, now=clock.now())
    assert prove(claimed)[0].status == "accepted"  # a new code is a new chance
    assert Evidence.objects.filter(state="replaced").count() == 1


def test_a_code_may_be_typed_as_people_type(claimed):
    proofs.send_code(claimed.key, address=ADDRESS, by=claimed.by, now=clock.now())
    typed = f" {code_in_mail().lower().replace('-', ' ')} "
    assert proofs.confirm_code(claimed.key, kind="institutional_mail", code=typed, by=claimed.by, now=clock.now())[1]


def test_a_code_holds_for_its_time_and_once(claimed):
    now = clock.now()
    proofs.send_code(claimed.key, address="a@lain.sch.id", by=claimed.by, now=now)
    arguments = {"kind": "school_domain", "code": code_in_mail("a@lain.sch.id"), "by": claimed.by}
    with pytest.raises(errors.Conflict, match="code_expired"):
        proofs.confirm_code(claimed.key, now=now + evidence.MAIL_LASTS, **arguments)
    assert proofs.confirm_code(claimed.key, now=now, **arguments)[1]
    with pytest.raises(errors.Conflict, match="code_expired"):
        proofs.confirm_code(claimed.key, now=now, **arguments)
    with pytest.raises(errors.Conflict, match="code_expired"):
        proofs.confirm_code(claimed.key, now=now, **{**arguments, "kind": "letter_code"})


def test_codes_are_kept_as_keyed_hashes(claimed, settings):
    proofs.send_code(claimed.key, address=ADDRESS, by=claimed.by, now=clock.now())
    code, row = code_in_mail(), Evidence.objects.get()
    assert code.replace("-", "").encode() not in bytes(row.digest)
    settings.KEY_PEPPER = "another"
    assert not proofs.confirm_code(claimed.key, kind="institutional_mail", code=code, by=claimed.by, now=clock.now())[1]


def test_codes_are_sent_a_few_times_a_day(claimed, school):
    now = clock.now()
    for _ in range(proofs.MOST_CODES_TO_ADDRESS):
        proofs.send_code(claimed.key, address=ADDRESS, by=claimed.by, now=now)
    with pytest.raises(errors.Conflict, match="too_many_codes"):
        proofs.send_code(claimed.key, address=ADDRESS.upper(), by=claimed.by, now=now)
    other = rival(school)
    with pytest.raises(errors.Conflict, match="too_many_codes"):  # nobody's mailbox is flooded by many people
        proofs.send_code(other.key, address=ADDRESS, by=other.by, now=now)
    for number in range(proofs.MOST_CODES - proofs.MOST_CODES_TO_ADDRESS):
        proofs.send_code(claimed.key, address=f"a{number}@lain.sch.id", by=claimed.by, now=now)
    with pytest.raises(errors.Conflict, match="too_many_codes"):
        proofs.send_code(claimed.key, address="z@lain.sch.id", by=claimed.by, now=now)
    proofs.send_code(claimed.key, address=ADDRESS, by=claimed.by, now=now + DAY)


def test_a_code_from_a_letter_is_enough(claimed, moderator):
    _, code = proofs.issue_letter_code(claimed.key, by=moderator, now=clock.now())
    row, is_right = proofs.confirm_code(
        claimed.key, kind="letter_code", code=code, by=claimed.by, now=clock.now() + 40 * DAY
    )
    assert (is_right, row.status) == (True, "accepted")
    assert entry(claimed).checked_what == ["letter_code"]


def test_a_photo_of_a_letter_verifies_when_a_moderator_has_looked(claimed, moderator):
    upload(claimed)
    assert status(claimed) == "open"
    now = clock.now()
    claim_moves.accept(claimed.key, by=moderator, now=now)
    row = Evidence.objects.get()
    assert (row.state, row.checked_at, row.checked_by_id) == ("proved", now, moderator.user)
    assert (entry(claimed).trust_level, entry(claimed).checked_what) == ("verified", ["assignment_letter"])


def test_a_moderator_says_what_was_looked_at(claimed, moderator):
    upload(claimed)
    with pytest.raises(errors.Invalid, match="unknown_choice"):
        claim_moves.accept(claimed.key, checked=["vouch"], by=moderator, now=clock.now())
    claim_moves.accept(claimed.key, checked=[], by=moderator, now=clock.now())
    assert (entry(claimed).trust_level, entry(claimed).checked_what) == ("claimed", ["moderator"])


def test_an_education_account_is_known_by_its_domain(school):
    teacher = people.user(email="ani@guru.smp.belajar.id")
    by = people.actor(teacher)
    row = claim_moves.open(school.pk, by=by, now=clock.now())
    for _ in range(2):
        row = proofs.show_account(row.pk, by=by, now=clock.now())
    assert [one.kind for one in Evidence.objects.all()] == ["education_account"]
    other = rival(school)
    with pytest.raises(errors.Conflict, match="no_education_account"):
        proofs.show_account(other.key, by=other.by, now=clock.now())


def test_two_verified_members_of_the_regency_vouch_each_once(claimed):
    first, second = verified_member("Satu"), verified_member("Dua")
    row = proofs.vouch(claimed.key, by=first, now=clock.now())
    assert row.due_at > clock.now() + 20 * DAY
    with pytest.raises(errors.Conflict, match="already_exists"):
        proofs.vouch(claimed.key, by=first, now=clock.now())
    row = proofs.vouch(claimed.key, by=second, now=clock.now())
    assert {one.state for one in Evidence.objects.all()} == {"proved"}
    assert row.due_at < clock.now() + 8 * DAY


def test_two_vouches_come_from_two_entries_that_are_verified_by_then(claimed):
    first, third = verified_member("Satu"), verified_member("Tiga")
    school = Entry.objects.get(pk=first.acting_entry)
    colleague = people.actor(people.member(school), school)
    proofs.vouch(claimed.key, by=first, now=clock.now())
    with pytest.raises(errors.Conflict, match="entry_has_vouched"):
        proofs.vouch(claimed.key, by=colleague, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(
            claim_id=claimed.key,
            kind="vouch",
            state="waiting",
            user_id=colleague.user,
            entry=school,
            created_at=clock.now(),
        )
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(trust_level="listed", verified_at=None)
    proofs.vouch(claimed.key, by=third, now=clock.now())
    assert {one.state for one in Evidence.objects.all()} == {"waiting"}
    proofs.vouch(claimed.key, by=verified_member("Empat"), now=clock.now())
    assert Evidence.objects.filter(state="proved").count() == 2


def test_nobody_vouches_for_the_entry_they_act_for_or_for_a_colleague_there(claimed, sari):
    own = factories.entry(region_id="32.71", trust_level="verified", verified_at=clock.now())
    people.member(own, of=sari)
    with factories.recorded():
        Entry.objects.filter(pk=claimed.school.pk).update(trust_level="verified", verified_at=clock.now())
    for entry in (own, claimed.school):
        with pytest.raises(errors.Missing):
            proofs.vouch(claimed.key, by=people.actor(people.member(entry), entry), now=clock.now())
    assert not Evidence.objects.exists()


def test_nobody_else_vouches(claimed, sari):
    away = factories.region("33.74", "Kota Semarang")
    listed = factories.entry(region_id="32.71")
    for by in (
        verified_member("Jauh", region=away.code),
        people.actor(people.member(listed), listed),
        people.actor(people.user()),
    ):
        with pytest.raises(errors.Missing):
            proofs.vouch(claimed.key, by=by, now=clock.now())
    own = factories.entry(region_id="32.71", trust_level="verified", verified_at=clock.now())
    people.member(own, of=sari)
    with pytest.raises(errors.Forbidden):
        proofs.vouch(claimed.key, by=people.actor(sari, own), now=clock.now())


def test_seven_days_of_silence_make_it_provisional_and_visible(claimed, time_machine):
    time_machine.move_to(clock.now())
    upload(claimed)
    time_machine.shift(7 * DAY - datetime.timedelta(seconds=1))
    tasks.settle_claims(timestamp=0)
    assert status(claimed) == "open"
    time_machine.shift(datetime.timedelta(seconds=2))
    tasks.settle_claims(timestamp=0)

    assert status(claimed) == "provisional"
    school = entry(claimed)
    assert (school.trust_level, school.checked_what, school.verified_at) == ("provisional", [], None)
    by = people.actor(claimed.person, school)
    assert by.is_provisional
    assert by.roles == set(claimed.row.roles)
    assert "sementara" in Letter.objects.filter(to=claimed.person.email).latest("pk").subject
    assert claim_moves.settle_due(now=clock.now()) == 0


def test_without_evidence_it_lapses_and_can_come_again(claimed):
    now = clock.now()
    assert claim_moves.settle_due(now=now + 29 * DAY) == 0
    assert claim_moves.settle_due(now=now + 31 * DAY) == 1
    assert status(claimed) == "lapsed"
    assert not Membership.objects.exists()
    claim_moves.open(claimed.school.pk, by=claimed.by, now=now + 31 * DAY)


def test_a_later_proof_turns_provisional_into_accepted(claimed):
    now = clock.now()
    upload(claimed)
    claim_moves.settle_due(now=now + 8 * DAY)
    row, _ = prove(claimed, now=now + 9 * DAY)
    assert row.status == "accepted"
    assert entry(claimed).trust_level == "verified"
    assert Membership.objects.current().count() == 1


def test_a_second_claim_makes_both_a_moderators_matter(claimed, school, moderator):
    other = rival(school)
    row, is_right = prove(claimed)
    assert (is_right, row.status) == (True, "open")
    assert claim_moves.settle_due(now=clock.now() + 8 * DAY) == 0
    assert status(claimed) == "open"

    claim_moves.accept(other.key, by=moderator, now=clock.now())

    assert (status(claimed), status(other)) == ("declined", "accepted")
    assert [row.user_id for row in Membership.objects.current()] == [other.person.pk]
    assert "ditolak" in Letter.objects.filter(to=claimed.person.email).latest("pk").subject
    with pytest.raises(errors.Conflict, match="wrong_state"):
        claim_moves.accept(claimed.key, by=moderator, now=clock.now())


def test_an_entry_with_members_is_nobodys_to_take(claimed, school, moderator):
    member = people.member(school)
    row, _ = prove(claimed)
    assert row.status == "open"
    assert claim_moves.settle_due(now=clock.now() + 31 * DAY) == 1
    assert status(claimed) == "lapsed"
    assert [row.user_id for row in Membership.objects.current()] == [member.pk]


def test_a_contested_claim_has_thirty_days_then_lapses(claimed, school):
    other = rival(school)
    upload(claimed)
    assert claim_moves.settle_due(now=clock.now() + 8 * DAY) == 0
    assert Claim.objects.get(pk=claimed.key).due_at == claimed.row.created_at + claims.LAPSES
    claim_moves.withdraw(other.key, by=other.by, now=clock.now())
    assert claim_moves.settle_due(now=clock.now() + 31 * DAY) == 1
    assert status(claimed) == "provisional"


def test_a_new_winner_takes_over_from_an_earlier_one(claimed, school, moderator):
    prove(claimed)
    admitted = people.member(school, "editor")
    key = people.entry_key(school, by=claimed.person)
    other = rival(school)

    claim_moves.accept(other.key, by=moderator, now=clock.now())

    assert status(claimed) == "superseded"
    assert {row.user_id for row in Membership.objects.current()} == {admitted.pk, other.person.pk}
    assert ApiKey.objects.get(kind="entry").revoked_at
    assert people.client(key).get("/v1/me").status_code == 401
    assert Claim.objects.filter(status__in=claims.HOLDING).count() == 1


def test_a_flag_of_a_verified_member_suspends_everything_that_came_by_the_claim(claimed, school, moderator):
    now = clock.now()
    upload(claimed)
    claim_moves.settle_due(now=now + 8 * DAY)
    admitted = people.member(school, "editor")
    holder = people.actor(claimed.person, school)
    invitations.invite(entry=school.pk, email="x@contoh.example", roles=["viewer"], by=holder, now=now)
    key = people.entry_key(school, by=claimed.person)
    flagger = verified_member("Jauh", region=factories.region("33.74", "Kota Semarang").code)

    with pytest.raises(errors.Missing):  # it is not theirs to see
        claim_moves.suspend(claimed.key, reason="Bukan guru", by=flagger, now=now)
    claim_moves.suspend(claim_moves.provisional_of(school.pk), reason="Bukan guru", by=flagger, now=now, is_flag=True)

    assert status(claimed) == "suspended"
    assert entry(claimed).trust_level == "listed"
    assert not Membership.objects.acting().filter(entry=school).exists()
    assert people.client(key).get("/v1/me").status_code == 401
    assert Invitation.objects.open(now).count() == 0

    claim_moves.accept(claimed.key, by=moderator, now=now)
    assert {row.user_id for row in Membership.objects.acting().filter(entry=school)} == {
        claimed.person.pk,
        admitted.pk,
    }


def test_who_is_not_verified_suspends_nothing_by_a_flag(claimed):
    upload(claimed)
    claim_moves.settle_due(now=clock.now() + 8 * DAY)
    listed = factories.entry(trust_level="claimed")
    for by in (people.actor(people.user()), people.actor(people.member(listed), listed)):
        with pytest.raises(errors.Forbidden, match="role_needed"):
            claim_moves.suspend(claimed.key, reason="x", by=by, now=clock.now(), is_flag=True)


def test_a_suspended_claim_that_nobody_decides_lapses(claimed, moderator):
    now = clock.now()
    upload(claimed)
    claim_moves.settle_due(now=now + 8 * DAY)
    claim_moves.suspend(claimed.key, reason="Periksa", by=moderator, now=now + 8 * DAY)
    assert claim_moves.settle_due(now=now + 37 * DAY) == 0
    assert claim_moves.settle_due(now=now + 39 * DAY) == 1
    assert status(claimed) == "lapsed"
    assert not Membership.objects.current().exists()


@pytest.mark.parametrize("verb", ["withdraw", "decline"])
def test_what_ends_takes_back_what_it_gave(claimed, moderator, verb):
    upload(claimed)
    claim_moves.settle_due(now=clock.now() + 8 * DAY)
    if verb == "withdraw":
        claim_moves.withdraw(claimed.key, by=claimed.by, now=clock.now())
    else:
        claim_moves.decline(claimed.key, reason="Surat tidak terbaca", by=moderator, now=clock.now())
        assert "Surat tidak terbaca" in Letter.objects.latest("pk").text
        assert Claim.objects.get(pk=claimed.key).reason == "Surat tidak terbaca"
    assert entry(claimed).trust_level == "listed"
    assert not Membership.objects.current().exists()


def test_nobody_decides_about_their_own_claim(school):
    person = people.moderator()
    by = people.actor(person)
    row = claim_moves.open(school.pk, by=by, now=clock.now())
    with pytest.raises(errors.Forbidden, match="role_needed"):
        claim_moves.accept(row.pk, by=by, now=clock.now())


def test_whoever_founds_an_entry_has_a_claim_that_a_moderator_decides(sari, regency, moderator):
    by = people.actor(sari)
    values = {"name": "SD Baru", "form": "sd", "region": "32.71"}
    made = founding.found("school", values, by=by, now=clock.now())
    row = Claim.objects.as_seen_by(moderator).awaiting("moderator").get()
    assert (row.entry_id, row.status, row.is_founding, row.is_contested) == (made.pk, "provisional", True, False)
    claim_moves.accept(row.pk, by=moderator, now=clock.now())
    made.refresh_from_db()
    assert (made.trust_level, made.checked_what) == ("claimed", ["moderator"])


def test_what_moderators_list_is_no_claim(regency, moderator):
    founding.found("school", {"name": "SD Baru", "form": "sd", "region": "32.71"}, by=moderator, now=clock.now())
    assert not Claim.objects.exists()


def test_an_entry_is_claimed_once_by_a_person_and_by_confirmed_ones(claimed, school):
    with pytest.raises(errors.Conflict, match="already_exists"):
        claim_moves.open(school.pk, by=claimed.by, now=clock.now())
    member = people.member(school)
    with pytest.raises(errors.Conflict, match="already_exists"):
        claim_moves.open(school.pk, by=people.actor(member), now=clock.now())
    with pytest.raises(errors.Forbidden, match="confirm_email_first"):
        claim_moves.open(school.pk, by=people.actor(people.user(is_confirmed=False)), now=clock.now())
    hidden = factories.entry(status="hidden")
    with pytest.raises(errors.Missing):
        claim_moves.open(hidden.pk, by=claimed.by, now=clock.now())
    for _ in range(claim_moves.MOST_LIVE - 1):
        claim_moves.open(factories.entry().pk, by=claimed.by, now=clock.now())
    with pytest.raises(errors.Conflict, match="too_many_claims"):
        claim_moves.open(factories.entry().pk, by=claimed.by, now=clock.now())


def _founded(sari):
    by = people.actor(sari)
    made = founding.found("publisher", {"name": "Penerbit Baru"}, by=by, now=clock.now())
    row = Claim.objects.get(entry=made)
    assert Letter.objects.filter(to=sari.email, text__contains=f"{row.due_at:%d-%m-%Y}").exists()
    return types.SimpleNamespace(key=row.pk, by=by, person=sari, school=made)


def test_a_founder_without_evidence_no_longer_acts_after_thirty_days(sari):
    claim = _founded(sari)
    now = clock.now()
    assert claim_moves.settle_due(now=now + 29 * DAY) == 0
    assert claim_moves.settle_due(now=now + 31 * DAY) == 1
    assert status(claim) == "lapsed"
    assert not Membership.objects.current().exists()
    assert (entry(claim).status, entry(claim).trust_level) == ("active", "listed")
    assert "kedaluwarsa" in Letter.objects.filter(to=sari.email).latest("pk").subject
    claim_moves.open(claim.school.pk, by=claim.by, now=now + 32 * DAY)


def test_what_has_evidence_stays_provisional_and_silence_has_a_next_date(sari):
    claim = _founded(sari)
    upload(claim)
    now = clock.now()
    for day in (31, 31 + 91):
        assert claim_moves.settle_due(now=now + day * DAY) == 1
        assert status(claim) == "provisional"
        assert Claim.objects.get(pk=claim.key).due_at == now + day * DAY + claims.KEPT
    assert Event.objects.filter(type="claim.kept").count() == 2
    assert "masih sementara" in Letter.objects.filter(to=sari.email).latest("pk").subject


def test_a_rival_ends_no_claim_by_being_there(claimed, school):
    upload(claimed)
    now = clock.now()
    claim_moves.settle_due(now=now + 8 * DAY)
    rival(school)
    claim_moves.settle_due(now=now + 100 * DAY)
    assert status(claimed) == "provisional"


def test_the_database_refuses_two_holders(claimed, school):
    other = rival(school)
    Claim.objects.filter(pk=claimed.key).update(status="accepted", due_at=None, decided_at=clock.now())
    with pytest.raises(IntegrityError, match="claim_one_holder"), transaction.atomic():
        Claim.objects.filter(pk=other.key).update(
            status="provisional", due_at=clock.now() + datetime.timedelta(days=30)
        )


def test_letters_are_forgotten_long_after_the_decision(claimed, moderator):
    now = clock.now()
    upload(claimed)
    upload(claimed)
    assert EvidenceFile.objects.count() == 1  # of several the newest
    claim_moves.accept(claimed.key, by=moderator, now=now)
    assert evidence.forget(now=now + 89 * DAY) == 0
    assert evidence.forget(now=now + 91 * DAY) == 1
    assert Evidence.objects.filter(state="proved").exists()


def test_a_claim_reads_like_one(claimed):
    upload(claimed)
    assert str(claimed.row).endswith(": open")
    assert str(Evidence.objects.get()).startswith("assignment_letter")
    assert str(EvidenceFile.objects.get()).startswith("png")
    assert ids.encode("claim", claimed.key).startswith("clm_")


def test_claims_follow_a_merge_and_come_back_with_its_undo(claimed, school, sari):
    country = people.actor(people.moderator())
    budi = people.actor(people.user("budi"))
    twin = founding.found("school", {"name": "SD Uji", "form": "sd", "region": "32.71"}, by=budi, now=clock.now())
    held = Claim.objects.get(entry=twin)
    open_one = around.claim(twin, people.user("cici"))
    claim_moves.open(twin.pk, by=claimed.by, now=clock.now())

    merges.merge(twin.pk, into=school.pk, by=country, now=clock.now())

    here = {row.user_id: (row.status, row.moved_from_id) for row in Claim.objects.filter(entry=school)}
    assert here == {
        sari.pk: ("open", None),
        budi.user: ("provisional", twin.pk),
        open_one.person.pk: ("open", twin.pk),
    }
    claim_moves.decline(open_one.key, reason="Bukan guru", by=country, now=clock.now())

    merges.unmerge(twin.pk, by=country, now=clock.now())

    assert Claim.objects.get(pk=held.pk).entry_id == twin.pk
    assert Claim.objects.get(pk=open_one.key).entry_id == school.pk
    assert Claim.objects.filter(entry=twin, moved_from=None).count() == 2


def test_whoever_acts_for_an_entry_hears_of_another_claim_but_not_whose(school):
    admin, viewer = people.member(school), people.member(school, "viewer")
    other = rival(school, "budi")
    third = rival(school, "cici")
    told = [letter.to for letter in Letter.objects.order_by("pk")]
    assert told == [admin.email, *sorted([admin.email, other.person.email])]
    assert viewer.email not in told
    assert not any("cici" in letter.text or third.person.email in letter.text for letter in Letter.objects.all())


def test_a_name_carries_no_address_into_a_letter(school):
    person = people.user(email="x@contoh.example", name="Menang hadiah! http://jahat.example/a?b www.jahat.example")
    one = around.claim(school, person)
    proofs.send_code(one.key, address=ADDRESS, by=one.by, now=clock.now())
    text = Letter.objects.get(to=ADDRESS).text
    assert "jahat.example" not in text
    assert "://" not in text
