"""Claims over HTTP: the ladder climbed by a lone teacher, who sees what, every refusal, and uploads of every sort."""

import datetime

import pytest

from directory import clock, ids
from directory.models import Entry
from partners import tasks
from partners.models import Claim, Evidence, EvidenceFile, Letter, Membership
from partners.trust import digest
from tests import factories, people
from tests.partners.trust import around, pictures
from tests.partners.trust.pictures import form

pytestmark = pytest.mark.django_db
ADDRESS = around.ADDRESS


@pytest.fixture
def regency():
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def school(regency):
    return around.school(identifiers={"npsn": "20106343"})


@pytest.fixture
def sari():
    return people.user("sari")


@pytest.fixture
def teacher(sari):
    return people.as_person(sari)


@pytest.fixture
def moderator(regency):
    return people.as_person(people.moderator("32"))


@pytest.fixture
def claim(teacher, school):
    return opened(teacher, school)


def opened(client, entry, **more):
    response = client.post("/v1/claims", {"entry": ids.encode(entry.kind, entry.pk), **more})
    assert response.status_code == 201, response.json()
    return response.json()


def address(claim, verb=""):
    return f"/v1/claims/{claim['id']}" + (f"/{verb}" if verb else "")


def code_sent(to=ADDRESS):
    return Letter.objects.filter(to=to).latest("pk").text.partition("kode ini kepadanya: ")[2].split()[0]


def refusal(response):
    problem = response.json()
    return response.status_code, problem["errors"][0]["code"] if "errors" in problem else problem["code"]


def upload(client, claim, body=None, *, media=pictures.FORM, **extra):
    body = form(pictures.png()) if body is None else body
    return client.generic("POST", address(claim, "upload-letter"), body, content_type=media, **extra)


def test_a_lone_teacher_climbs_to_a_verified_school(teacher, sari, school):
    claim = opened(teacher, school, statement="Saya guru pustakawan.")
    assert (claim["status"], claim["is_contested"], claim["evidence"]) == ("open", False, [])
    assert claim["claimant"]["email"] == sari.email
    enabled = {one["name"] for one in claim["allowed_actions"] if one["enabled"]}
    assert enabled == {"send_code", "confirm_code", "upload_letter", "show_account", "withdraw"}
    assert {one["name"]: one["reason"] for one in claim["allowed_actions"]}["accept"] == "role_needed"

    sent = teacher.post(address(claim, "send-code"), {"address": ADDRESS}).json()
    assert [(one["kind"], one["state"], one["what"]) for one in sent["evidence"]] == [
        ("institutional_mail", "waiting", ADDRESS)
    ]
    wrong = teacher.post(address(claim, "confirm-code"), {"kind": "institutional_mail", "code": "AAAA-AAAA"})
    assert refusal(wrong) == (409, "wrong_code")
    assert teacher.get(address(claim)).json()["evidence"][0]["tries_left"] == 9
    done = teacher.post(address(claim, "confirm-code"), {"kind": "institutional_mail", "code": code_sent()})

    assert done.status_code == 200
    assert done.json()["status"] == "accepted"
    assert done.json()["evidence"][0]["checked_by"] == "system"
    trust = people.client().get(f"/v1/schools/{claim['entry']}").json()["trust"]
    assert (trust["level"], trust["checked_what"]) == ("verified", ["institutional_mail"])
    assert trust["verified_at"] == done.json()["decided_at"]
    assert teacher.get("/v1/me").json()["acting_entry"] == claim["entry"]


def test_the_wrong_code_counts_also_with_an_idempotency_key(teacher, claim):
    teacher.post(address(claim, "send-code"), {"address": ADDRESS})
    body = {"kind": "institutional_mail", "code": "AAAA-AAAA"}
    for _ in range(2):
        response = teacher.post(address(claim, "confirm-code"), body, headers={"Idempotency-Key": "satu"})
        assert refusal(response) == (409, "wrong_code")
    assert Evidence.objects.get().tries == 1
    for _ in range(9):
        teacher.post(address(claim, "confirm-code"), body)
    assert refusal(teacher.post(address(claim, "confirm-code"), body)) == (409, "code_locked")


def test_a_letter_a_week_of_silence_and_a_moderator(teacher, school, claim, moderator, time_machine):
    time_machine.move_to(clock.now())
    body = upload(teacher, claim).json()
    assert (body["evidence"][0]["kind"], body["evidence"][0]["state"]) == ("assignment_letter", "given")
    assert datetime.datetime.fromisoformat(body["due_at"]) - clock.now() <= datetime.timedelta(days=7)
    time_machine.shift(datetime.timedelta(days=7, seconds=1))
    tasks.settle_claims(timestamp=0)

    entry = people.client().get(f"/v1/schools/{claim['entry']}")
    assert entry.json()["trust"] == {
        "claimed": True,
        "level": "provisional",
        "checked_what": [],
        "verified_at": None,
        "last_confirmed_at": None,
        "stale": False,
    }
    renamed = teacher.patch(f"/v1/schools/{claim['entry']}", {"name": "SD Lain"}, headers={"If-Match": entry["ETag"]})
    assert refusal(renamed) == (403, "review_needed")
    edited = teacher.patch(
        f"/v1/schools/{claim['entry']}", {"postal_code": "16111"}, headers={"If-Match": entry["ETag"]}
    )
    assert edited.status_code == 200

    accepted = moderator.post(address(claim, "accept"), {"checked": ["assignment_letter"]}).json()
    assert accepted["status"] == "accepted"
    assert accepted["evidence"][0]["checked_by"] == "moderator"
    assert people.client().get(f"/v1/schools/{claim['entry']}").json()["trust"]["level"] == "verified"


def test_a_letter_is_a_download_for_claimant_and_moderators_alone(teacher, claim, moderator, school):
    upload(teacher, claim)
    for client in (teacher, moderator):
        response = client.get(address(claim, "letter"))
        assert response.content == pictures.png()
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith('attachment; filename="surat-tugas-')
        assert response["Content-Disposition"].endswith('.png"')
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-cache"
        assert "license" not in response.get("Link", "")
        assert client.get(address(claim, "letter"), headers={"If-None-Match": response["ETag"]}).status_code == 304
    neighbour = people.as_person(people.user())
    member = factories.entry(region_id="32.71", trust_level="verified", verified_at=clock.now())
    verified = people.as_person(people.member(member))
    elsewhere = people.as_person(people.moderator("33") if factories.region("33.74", "Semarang") else None)
    assert verified.get(address(claim)).status_code == 200
    for client in (neighbour, verified, elsewhere):
        assert client.get(address(claim, "letter")).status_code == 404
    assert people.client().get(address(claim, "letter")).status_code == 401
    assert teacher.get("/v1/claims/clm_x/letter").status_code == 404
    assert teacher.get(f"/v1/claims/{claim['entry']}/letter").status_code == 404
    assert teacher.get(address(claim, "letter"), headers={"Accept": "application/json"}).status_code == 406
    second = opened(teacher, around.school(name="Dua"))
    assert teacher.get(address(second, "letter")).status_code == 404


def test_who_sees_a_claim_and_how_much(teacher, sari, claim, school, moderator):
    listed = [teacher.get("/v1/claims").json(), moderator.get("/v1/claims?status=open&region=32").json()]
    assert [[one["id"] for one in page["data"]] for page in listed] == [[claim["id"]]] * 2
    neighbour = factories.entry(region_id="32.71", trust_level="verified", verified_at=clock.now())
    verified = people.as_person(people.member(neighbour))
    seen = verified.get(address(claim)).json()
    assert seen["claimant"]["name"] == sari.name
    assert (seen["claimant"]["email"], seen["statement"], seen["evidence"]) == (None, "", [])
    assert {one["name"] for one in seen["allowed_actions"] if one["enabled"]} == {"vouch"}

    stranger = people.as_person(people.user())
    assert stranger.get("/v1/claims").json()["data"] == []
    assert stranger.get(address(claim)).json()["code"] == "not_found"
    assert stranger.post(address(claim, "withdraw")).status_code == 404
    key = people.client(people.entry_key(neighbour))
    assert refusal(key.get("/v1/claims")) == (403, "missing_scope")
    assert people.client().get("/v1/claims").status_code == 401
    assert people.client().post(address(claim, "withdraw")).status_code == 401
    assert teacher.get("/v1/claims/clm_00000000000000000000000000").status_code == 404


def test_a_credential_needs_its_scopes(sari, school, claim, regency):
    reads = people.client(people.token(sari, scopes=["claims:read"]))
    assert reads.get(address(claim)).status_code == 200
    assert refusal(reads.post(address(claim, "withdraw"))) == (403, "missing_scope")
    writes = people.client(people.token(sari, scopes=["claims:write"]))
    assert refusal(writes.get(address(claim))) == (403, "missing_scope")
    limited = people.client(people.token(people.moderator("32"), scopes=["claims:read", "claims:write"]))
    assert refusal(limited.post(address(claim, "accept"))) == (403, "missing_scope")


def test_moderators_find_what_awaits_them(teacher, claim, moderator, school):
    def found(query):
        return [one["id"] for one in moderator.get(f"/v1/claims?{query}").json()["data"]]

    assert found("awaiting=moderator") == []
    assert found("awaiting=claimant") == [claim["id"]]
    upload(teacher, claim)
    assert found("awaiting=moderator") == [claim["id"]]
    assert found("awaiting=moderator,claimant") == [claim["id"]]
    assert found("awaiting=claimant") == []
    assert found("region=32.71&sort=-updated_at&include=total") == [claim["id"]]
    factories.region("33.74", "Kota Semarang")
    assert found("region=33") == []
    moderator.post(address(claim, "decline"), {"reason": "Tidak terbaca"})
    assert found("awaiting=moderator,claimant") == []
    assert found("status=declined") == [claim["id"]]


def test_a_list_of_many_costs_as_few_statements_as_one_of_few(moderator, regency, django_assert_max_num_queries):
    for number in range(12):
        opened(people.as_person(people.user()), around.school(name=f"SD {number}"))
    with django_assert_max_num_queries(12):
        assert len(moderator.get("/v1/claims").json()["data"]) == 12


def test_two_vouches(claim, moderator):
    clients = []
    for name in ("Satu", "Dua"):
        entry = factories.entry(name=name, region_id="32.71", trust_level="verified", verified_at=clock.now())
        clients.append(people.as_person(people.member(entry)))
    assert clients[0].post(address(claim, "vouch")).status_code == 200
    assert refusal(clients[0].post(address(claim, "vouch"))) == (409, "already_exists")
    assert clients[1].post(address(claim, "vouch")).status_code == 200
    evidence = moderator.get(address(claim)).json()["evidence"]
    assert [(one["kind"], one["state"]) for one in evidence] == [("vouch", "proved")] * 2
    assert all(one["name"] and one["entry"] for one in evidence)
    moderator.post(address(claim, "accept"))
    assert people.client().get(f"/v1/schools/{claim['entry']}").json()["trust"]["checked_what"] == ["vouch"]


def test_a_moderator_who_claims_the_entry_decides_no_claim_to_it(teacher, school, claim):
    person = people.moderator("32")
    rival = people.as_person(person)
    upload(teacher, claim)
    own = opened(rival, school)
    for verb, body in {"accept": {}, "decline": {"reason": "x"}, "issue-letter-code": {}}.items():
        assert refusal(rival.post(address(claim, verb), body)) == (403, "conflict_of_interest")
    reasons = {one["name"]: one["reason"] for one in rival.get(address(claim)).json()["allowed_actions"]}
    assert reasons["decline"] == "conflict_of_interest"
    assert digest.written(person, people.actor(person), now=clock.now()) == ""  # it waits for others
    rival.post(address(own, "withdraw"))
    assert rival.post(address(claim, "decline"), {"reason": "x"}).status_code == 200


def test_a_moderator_who_acts_for_the_entry_decides_no_claim_to_it(school, claim):
    person = people.moderator("32")
    member = people.as_person(people.member(school, of=person))
    assert refusal(member.post(address(claim, "decline"), {"reason": "x"})) == (403, "conflict_of_interest")


def test_a_rivals_flag_suspends_nothing(school, teacher, claim):
    Claim.objects.filter(entry=school).update(status="provisional", due_at=clock.now() + datetime.timedelta(days=30))
    neighbour = factories.entry(name="Tetangga", trust_level="verified", verified_at=clock.now())
    rival = people.as_person(people.member(neighbour))
    opened(rival, school)
    assert rival.post("/v1/flags", {"object": claim["entry"], "reason_code": "wrong"}).status_code == 201
    assert Claim.objects.get(pk=ids.decode(claim["id"])[1]).status == "provisional"


def test_one_entry_vouches_once(claim):
    neighbour = factories.entry(region_id="32.71", trust_level="verified", verified_at=clock.now())
    first, second = (people.as_person(people.member(neighbour), acting_for=neighbour) for _ in range(2))
    assert first.post(address(claim, "vouch")).status_code == 200
    assert refusal(second.post(address(claim, "vouch"))) == (409, "entry_has_vouched")


def test_a_code_from_a_letter_is_shown_to_the_moderator_once(teacher, claim, moderator):
    issued = moderator.post(address(claim, "issue-letter-code"))
    assert issued["Cache-Control"] == "no-store"
    code = issued.json()["letter_code"]
    assert code not in moderator.get(address(claim)).content.decode()
    done = teacher.post(address(claim, "confirm-code"), {"kind": "letter_code", "code": code.lower()})
    assert done.json()["status"] == "accepted"


def test_moderators_decline_with_a_reason_and_suspend(teacher, school, claim, moderator):
    assert refusal(moderator.post(address(claim, "decline"))) == (400, "required_member")
    assert refusal(moderator.post(address(claim, "suspend"), {"reason": "x"})) == (409, "wrong_state")
    declined = moderator.post(address(claim, "decline"), {"reason": "Tidak terbaca"}).json()
    assert (declined["status"], declined["reason"]) == ("declined", "Tidak terbaca")
    assert teacher.get(address(claim)).json()["reason"] == "Tidak terbaca"
    assert refusal(moderator.post(address(claim, "accept"))) == (409, "wrong_state")
    assert opened(teacher, school)["status"] == "open"


def test_a_founded_entry_is_a_claim_that_moderators_decide_or_suspend(teacher, moderator, regency):
    made = teacher.post("/v1/schools", {"name": "SD Baru", "form": "sd", "region": "32.71"}).json()
    (claim,) = moderator.get("/v1/claims?awaiting=moderator").json()["data"]
    assert (claim["entry"], claim["is_founding"], claim["status"]) == (made["id"], True, "provisional")
    suspended = moderator.post(address(claim, "suspend"), {"reason": "Tidak dikenal"}).json()
    assert suspended["status"] == "suspended"
    assert teacher.get("/v1/me").json()["entries"] == []
    moderator.post(address(claim, "accept"))
    assert [one["id"] for one in teacher.get("/v1/me").json()["entries"]] == [made["id"]]
    trust = people.client().get(f"/v1/schools/{made['id']}").json()["trust"]
    assert (trust["level"], trust["checked_what"]) == ("claimed", ["moderator"])


def test_of_two_claimants_one_wins(teacher, school, claim, moderator):
    other = people.as_person(people.user("budi"))
    rival = opened(other, school)
    assert rival["is_contested"]
    teacher.post(address(claim, "send-code"), {"address": ADDRESS})
    proved = teacher.post(address(claim, "confirm-code"), {"kind": "institutional_mail", "code": code_sent()})
    assert (proved.json()["status"], proved.json()["is_contested"]) == ("open", True)
    moderator.post(address(claim, "accept"))
    assert other.get(address(rival)).json()["status"] == "declined"
    assert refusal(moderator.post(address(rival, "accept"))) == (409, "wrong_state")
    assert Membership.objects.current().count() == 1


def test_an_entry_can_be_named_in_three_ways_and_only_when_it_is_there(teacher, school):
    assert opened(people.as_person(people.user()), school)["entry_name"] == "SD Uji"
    by_number = teacher.post("/v1/claims", {"entry": "npsn:20106343"})
    assert by_number.json()["entry"] == ids.encode("school", school.pk)
    merged = factories.entry(status="merged", merged_into=factories.entry(name="Tujuan"))
    assert opened(teacher, merged)["entry_name"] == "Tujuan"
    hidden = factories.entry(status="hidden")
    for reference in (ids.encode("school", hidden.pk), "sch_00000000000000000000000000", "npsn:99999999", "x"):
        assert refusal(teacher.post("/v1/claims", {"entry": reference})) == (400, "unknown_entry")


def test_what_opening_refuses(teacher, school, claim):
    assert refusal(teacher.post("/v1/claims", {"entry": claim["entry"]})) == (409, "already_exists")
    person = people.user()
    unconfirmed = people.as_person(person)
    person.confirmed_at = None
    person.save()
    assert refusal(unconfirmed.post("/v1/claims", {"entry": claim["entry"]})) == (403, "confirm_email_first")
    assert people.client().post("/v1/claims", {"entry": claim["entry"]}).status_code == 401
    developer = people.client(people.developer_key())
    assert refusal(developer.post("/v1/claims", {"entry": claim["entry"]})) == (403, "missing_scope")
    for _ in range(9):
        opened(teacher, factories.entry())
    assert refusal(teacher.post("/v1/claims", {"entry": ids.encode("school", factories.entry().pk)})) == (
        409,
        "too_many_claims",
    )


def test_what_codes_refuse(teacher, claim):
    def send(to):
        return teacher.post(address(claim, "send-code"), {"address": to})

    assert refusal(send("sari@gmail.com")) == (400, "not_institutional")
    assert refusal(send("bukan surel")) == (400, "invalid_value")
    type_one = {"kind": "school_domain", "code": "AAAAAAAA"}
    assert refusal(teacher.post(address(claim, "confirm-code"), type_one)) == (409, "code_expired")
    for _ in range(3):
        assert send(ADDRESS).status_code == 200
    assert refusal(send(ADDRESS)) == (409, "too_many_codes")
    assert refusal(teacher.post(address(claim, "show-account"))) == (409, "no_education_account")


def test_an_education_account_counts(school):
    client = people.as_person(people.user(email="ani@guru.sd.belajar.id"))
    shown = client.post(address(opened(client, school), "show-account")).json()
    assert [(one["kind"], one["state"]) for one in shown["evidence"]] == [("education_account", "proved")]
    assert shown["due_at"] is not None


def test_the_same_upload_with_the_same_key_is_one_upload(teacher, claim):
    for _ in range(2):
        assert upload(teacher, claim, headers={"Idempotency-Key": "surat"}).status_code == 200
    assert Evidence.objects.count() == 1
    other = upload(teacher, claim, form(pictures.png(3, 3)), headers={"Idempotency-Key": "surat"})
    assert refusal(other) == (422, "idempotency_key_reused")


def test_letters_have_an_end(teacher, claim):
    for _ in range(10):
        assert upload(teacher, claim).status_code == 200
    assert refusal(upload(teacher, claim)) == (409, "too_many_files")
    assert EvidenceFile.objects.count() == 1


GOOD = pictures.png()
DISPOSITION = 'Content-Disposition: form-data; name="file"; filename="surat.png"'
PATHOLOGICAL = {
    "nothing at all": (b"", 400),
    "no parts": (b"--batas--\r\n", 400),
    "only a beginning": (b"--batas\r\n", 400),
    "no end": (form(GOOD)[:-9], 400),
    "another boundary": (form(GOOD, boundary="lain"), 400),
    "text before it": (b"halo\r\n" + form(GOOD), 400),
    "text behind it": (form(GOOD) + b"halo", 400),
    "two files": (form(GOOD)[:-4] + b"\r\n" + form(GOOD)[7:], 400),
    "a field more": (b'--batas\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' + form(GOOD), 400),
    "another field": (form(GOOD, field="foto"), 400),
    "no field name": (form(GOOD, headers=['Content-Disposition: form-data; filename="surat.png"']), 400),
    "no file name": (form(GOOD, headers=['Content-Disposition: form-data; name="file"']), 400),
    "a name twice": (form(GOOD, headers=[DISPOSITION + '; name="lain"']), 400),
    "an unquoted name": (form(GOOD, headers=["Content-Disposition: form-data; name=file; filename=a.png"]), 400),
    "an attachment": (form(GOOD, headers=[DISPOSITION.replace("form-data", "attachment")]), 400),
    "no headers": (b"--batas\r\n\r\n" + GOOD + b"\r\n--batas--\r\n", 400),
    "a header twice": (form(GOOD, headers=[DISPOSITION, DISPOSITION]), 400),
    "base64": (form(GOOD, headers=[DISPOSITION, "Content-Transfer-Encoding: base64"]), 400),
    "gzip": (form(GOOD, headers=[DISPOSITION, "Content-Encoding: gzip"]), 400),
    "bytes in the header": (form(GOOD).replace(b"surat", b"\xff\xfe"), 400),
    "a NUL in the name": (form(GOOD, filename="surat\0.png"), 400),
    "a folded header": (form(GOOD, headers=["Content-Disposition: form-data;", ' name="file"; filename="a.png"']), 400),
    "a long header": (form(GOOD, headers=[DISPOSITION, "Content-Type: " + "x" * 20_000]), 400),
    "no blank line": (b"--batas\r\n" + DISPOSITION.encode() + b"\r\n--batas--\r\n", 400),
    "bare line feeds": (form(GOOD).replace(b"\r\n", b"\n"), 400),
    "the boundary inside": (form(GOOD + b"\r\n--batas\r\n"), 400),
    "an empty file": (form(b""), 400),
    "a page": (form(b"<html><script>alert(1)</script>"), 400),
    "a page that says it is a picture": (form(b"GIF89a<script>", filename="x.png"), 400),
    "a program": (form(b"MZ" + b"\0" * 200, filename="surat.pdf"), 400),
    "a zip": (form(b"PK\x03\x04" + b"\0" * 100, filename="surat.pdf"), 400),
    "another ending": (form(GOOD, filename="surat.exe"), 400),
    "a bomb": (form(pictures.png_begun(65_000, 65_000)), 400),
    "eleven megabytes": (form(GOOD + b"\0" * (11 << 20)), 413),
    "a byte too many": (form(GOOD + b"\0" * ((10 << 20) - len(GOOD) + 1)), 413),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_no_odd_upload_gets_in_or_breaks_anything(teacher, claim, name):
    body, status = PATHOLOGICAL[name]
    response = upload(teacher, claim, body)
    assert response.status_code == status, response.content
    assert refusal(response)[1] in {
        "invalid_multipart",
        "invalid_file",
        "image_too_large",
        "file_too_large",
        "required_member",
        "unknown_field",
    }
    assert not EvidenceFile.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "media",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 100,
        "multipart/form-data; boundary=ba tas",
        'multipart/form-data; boundary="é"',
        "multipart/form-data; charset=utf-16; boundary=lain",
    ],
)
def test_an_odd_boundary_is_refused(teacher, claim, media):
    assert refusal(upload(teacher, claim, media=media)) == (400, "invalid_multipart")


def test_other_types_of_body_are_refused_where_a_file_is_asked_for(teacher, claim):
    for media in (
        "application/json",
        "image/png",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=batas",
    ):
        assert upload(teacher, claim, media=media).status_code == 415
    json = teacher.post(address(claim, "send-code"), form(GOOD), "multipart/form-data; boundary=batas")
    assert json.status_code == 415


@pytest.mark.parametrize("filename", ["../../etc/passwd.png", "surat tugas é.png", "C:\\\\surat.png", "a.pdf.png"])
def test_a_name_is_never_a_path(teacher, claim, filename):
    assert upload(teacher, claim, form(GOOD, filename=filename)).status_code == 200
    assert filename not in teacher.get(address(claim, "letter"))["Content-Disposition"]


def test_every_good_type_gets_in(teacher, claim):
    for name, content in {
        "a.jpg": pictures.jpeg(),
        "b.webp": pictures.webp(),
        "c.pdf": pictures.pdf(),
        "d.png": GOOD + b"\0" * ((10 << 20) - len(GOOD)),
    }.items():
        assert upload(teacher, claim, form(content, filename=name)).status_code == 200
        kept = teacher.get(address(claim, "letter")).content
        assert kept[:3] == content[:3]
        assert kept == content or name != "c.pdf"


def test_nothing_changes_when_a_foreign_claim_is_written_to(claim, school):
    stranger = people.as_person(people.user())
    random = {"id": "clm_7zzzzzzzzzzzzzzzzzzzzzzzzz"}
    bodies = {
        "send-code": {"address": ADDRESS},
        "confirm-code": {"kind": "letter_code", "code": "x"},
        "show-account": {},
        "vouch": {},
        "issue-letter-code": {},
        "withdraw": {},
        "accept": {},
        "decline": {"reason": "x"},
        "suspend": {"reason": "x"},
    }
    for verb, body in bodies.items():
        foreign, unknown = (stranger.post(address(one, verb), body) for one in (claim, random))
        assert foreign.status_code == unknown.status_code == 404
        leave_out = {"instance", "request_id"}
        first, second = ({k: v for k, v in one.json().items() if k not in leave_out} for one in (foreign, unknown))
        assert first == second
    assert upload(stranger, claim).status_code == 404
    row = Claim.objects.get()
    assert (row.version, row.status) == (1, "open")
    assert Entry.objects.get(pk=school.pk).version == school.version
