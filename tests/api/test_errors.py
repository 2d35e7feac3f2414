"""Every refusal: a code of the catalogue, a sentence in the reader's language, and where it is explained."""

import ast
import re
from pathlib import Path

import pytest

from api import errors

ROOT = Path(__file__).resolve().parent.parent.parent
# Code -> a request that is refused with it: path and headers.
RAISED = {
    "unknown_parameter": ("/v1/schools?provinsi=32", {}),
    "required_parameter": ("/v1/suggest", {}),
    "repeated_parameter": ("/v1/schools?form=sd&form=mi", {}),
    "invalid_text": ("/v1/schools?q=%00", {}),
    "invalid_choice": ("/v1/schools?form=SD", {}),
    "invalid_datetime": ("/v1/schools?updated_since=kemarin", {}),
    "invalid_date": ("/v1/schools/npsn:20106343/installations?as_of=kemarin", {}),
    "invalid_number": ("/v1/schools?limit=201", {}),
    "invalid_coordinates": ("/v1/schools?near=Bogor", {}),
    "radius_without_near": ("/v1/schools?radius_km=5", {}),
    "sort_needs": ("/v1/schools?sort=distance", {}),
    "sort_alone": ("/v1/schools?q=suka&sort=relevance,name", {}),
    "unknown_region": ("/v1/schools?region=99", {}),
    "ambiguous_region_code": ("/v1/regions?within=3271", {}),
    "invalid_cursor": ("/v1/schools?cursor=abc", {}),
    "query_too_long": (f"/v1/schools?q={'a' * 201}", {}),
    "too_many_values": (f"/v1/schools?region={','.join(map(str, range(10, 61)))}", {}),
    "invalid_id": ("/v1/products?vendor=rak", {}),
    "unknown_scheme": ("/v1/schools/nik:1", {}),
    "invalid_identifier": ("/v1/schools/npsn:1", {}),
    "parameter_not_for_format": ("/v1/schools?profile=excel-id", {}),
    "unknown_host": ("/v1/schools", {"Host": "elsewhere.example"}),
    "invalid_credentials": ("/v1/schools", {"Authorization": "Bearer mp_live_x"}),
    "sign_in_needed": ("/v1/me", {}),
    "not_found": ("/v1/schools/npsn:99999999", {}),
    "not_acceptable": ("/v1/schools?format=xml", {}),
}
# Raised elsewhere: what stands around the others, a wrong method (test_hostile), a fault and an outage.
ELSEWHERE = {"validation_error", "method_not_allowed", "internal_error", "unavailable"}
# Raised by whoever writes: tests/api/v1/test_entry_writes.py, test_credentials.py, test_idempotency.py, test_limits.py.
ELSEWHERE |= {
    "invalid_json",
    "duplicate_member",
    "unknown_field",
    "required_member",
    "null_member",
    "blank_member",
    "too_long",
    "too_short",
    "out_of_range",
    "unknown_choice",
    "invalid_value",
    "invalid_if_match",
    "invalid_phone",
    "rule_broken",
    "invalid_idempotency_key",
    "expires_out_of_range",
    "acting_entry_required",
    "person_has_no_exact_place",
    "missing_scope",
    "person_needed",
    "role_needed",
    "not_a_member",
    "confirm_email_first",
    "review_needed",
    "last_admin",
    "too_many_keys",
    "too_many_invitations",
    "identifier_taken",
    "wrong_state",
    "wrong_kind",
    "already_exists",
    "idempotency_in_flight",
    "idempotency_key_reused",
    "version_changed",
    "body_too_large",
    "unsupported_media_type",
    "if_match_required",
    "too_many_requests",
    "nothing_to_change",
    "too_many_suggestions",
    "unknown_object",
    "only_entries_are_hidden",
}
# Raised by moderators: tests/api/v1/test_merges.py.
ELSEWHERE |= {
    "same_entry",
    "unknown_entry",
    "not_of_entry",
    "nothing_to_split",
    "undecided_claim",
    "undo_contradicted",
    "changed_since",
}
# Raised by offers and needs: tests/partners/offers.
ELSEWHERE |= {"insufficient_quantity", "nothing_offered", "quantity_promised"}
ELSEWHERE |= {"no_waitlist", "others_wait"}  # tests/api/v1/test_waitlist.py
# Raised by disputes: tests/api/v1/test_disputes.py.
ELSEWHERE |= {"disputed", "disputed_already", "nothing_counted", "not_expected_yet", "not_yours_to_withdraw"}
ELSEWHERE |= {"too_many_statements"}
# Raised by shipments and sessions: tests/api/v1/test_shipments.py, test_sessions.py.
ELSEWHERE |= {"more_than_sent", "not_all_counted", "counted_already", "several_receivers", "ends_before_it_starts"}
ELSEWHERE |= {"stale_text", "no_signature_asked"}  # tests/api/v1/test_agreements.py
ELSEWHERE |= {"not_begun_yet", "final_already", "wrong_unit"}
# Raised by claims: tests/api/v1/test_claims.py.
ELSEWHERE |= {
    "not_institutional",
    "wrong_code",
    "invalid_multipart",
    "invalid_file",
    "image_too_large",
    "too_many_claims",
    "too_many_codes",
    "too_many_files",
    "code_expired",
    "code_locked",
    "no_education_account",
    "file_too_large",
    "conflict_of_interest",
    "entry_has_vouched",
}
# test_installation_writes.py, test_invitations.py
ELSEWHERE |= {
    "precision_needed",
    "not_first_day",
    "dates_not_in_order",
    "removed_by_library",
    "too_many_waiting",
    "invalid_link",
}
# tests/api/pages/test_suggest.py
ELSEWHERE |= {
    "choose_place",
}
# test_contacts.py, test_professionals.py, test_privacy_writes.py, tests/partners/accounts/test_consents.py.
ELSEWHERE |= {
    "invalid_email",
    "invalid_url",
    "too_many_contacts",
    "another_person_needed",
    "verified_entry_needed",
    "consent_outdated",
    "erase_instead",
    "hand_over_first",
    "confirmation_needed",
    "erased",
}
# Raised by collaboration requests: tests/partners/collaborations/test_moves.py, test_collaborations.py.
ELSEWHERE |= {
    "unknown_target",
    "own_entry",
    "inquiry_has_no_lines",
    "ends_before_it_starts",
    "claim_undecided",
    "not_your_turn",
    "not_your_terms",
    "nothing_asked",
    "not_open",
    "out_of_reach",
    "already_asked",
    "too_many_for_one",
    "stale_revision",
    "too_many_revisions",
    "ended_too_long_ago",
    "already_sent",
    "already_extended",
    "close_asked_already",
    "close_not_asked",
    "unknown_line",
    "repeated_line",
    "insufficient_quantity",
    "deadline_passed",
    "too_many_open",
}
# Raised by offers and needs: tests/api/v1/test_offers.py.
ELSEWHERE |= {
    "insufficient_quantity",
    "quantity_promised",
    "nothing_offered",
    "deadline_passed",
    "too_many_open",
    "unknown_line",
    "repeated_line",
    "constant_member",
    "invalid_isbn",
}

# test_threads.py
ELSEWHERE |= {
    "not_received",
    "not_your_message",
    "agreement_needed",
    "lift_block_first",
    "partner_unavailable",
    "one_message_after_decline",
    "too_late",
    "too_many_blocks",
    "cursor_too_old",  # test_events.py
}


def test_every_code_of_the_catalogue_is_raised_by_a_test():
    assert RAISED.keys() | ELSEWHERE == errors.CATALOGUE.keys()


def test_every_code_that_reading_raises_stands_in_the_catalogue():
    read_by = [*ROOT.glob("directory/*.py"), *ROOT.glob("api/*.py"), *ROOT.glob("api/v1/*.py")]
    for room in ("entries", "regions", "software", "search"):
        read_by += ROOT.glob(f"directory/{room}/*.py")
    raised = {code for file in read_by for code in _codes(ast.parse(file.read_text()))}

    assert len(raised) > 15
    assert raised <= errors.CATALOGUE.keys()


def _codes(tree):
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            is_refusal = call.func.attr in ("Invalid", "Missing", "Conflict", "Forbidden")
            given = call.args[:1] if is_refusal else []
            if call.func.attr == "ValidationError":
                given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            yield from (one.value for one in given if isinstance(one, ast.Constant))


@pytest.mark.parametrize("code", sorted(RAISED))
def test_a_refusal_has_its_code_in_both_languages(api, world, code):
    path, headers = RAISED[code]
    sentences = {}
    for language in ("id", "en"):
        response = api.get(path, headers={**headers, "Accept-Language": language})
        problem = response.json()
        fault = problem["errors"][0] if "errors" in problem else {"code": problem["code"], "detail": problem["title"]}

        assert response.status_code == errors.CATALOGUE[code].status
        assert fault["code"] == code
        assert response.headers["Content-Language"] == language
        assert "{" not in fault["detail"]
        assert problem["instance"] == path.partition("?")[0]
        assert problem["request_id"] == response.headers["X-Request-Id"]
        sentences[language] = fault["detail"]

    assert sentences["id"] != sentences["en"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "id"),
        ("", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.5, id;q=0.4", "en"),
        ("jv, su, id;q=0.9, en;q=0.8", "id"),
        ("de", "id"),
        ("en;q=0, id", "id"),
        ("EN-us", "en"),
        ("*", "id"),
        ("in", "id"),
    ],
)
def test_sentences_are_indonesian_unless_english_is_preferred(api, header, language):
    response = api.get("/v1/nothing", headers={"Accept-Language": header} if header is not None else {})

    assert response.headers["Content-Language"] == language
    assert response.json()["title"] == getattr(errors.CATALOGUE["not_found"], language)


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("regoin=32", "region"),
        ("Region=32", "region"),
        ("libary_exists=yes", "library_exists"),
        ("page=2", None),
        ("form=SD", "sd"),
        ("form=sd,smpn", "smp"),
        ("form=sekolah", None),
        ("sort=-nama", "-name"),
        ("fields=naem", "name"),
        ("facets=provinces", "province"),
        ("status=aktive", "active"),
    ],
)
def test_what_may_have_been_meant_is_suggested(api, db, query, suggestion):
    (fault,) = api.get(f"/v1/schools?{query}").json()["errors"]

    assert fault.get("suggestion") == suggestion


def test_every_fault_of_a_request_is_told_at_once(api, db):
    problem = api.get("/v1/schools?limit=0&form=x&near=y&sort=z&fields=w").json()

    assert {one["parameter"] for one in problem["errors"]} == {"limit", "form", "near", "sort", "fields"}
    assert problem["code"] == "validation_error"


def test_choices_are_told_whole(api, db):
    (fault,) = api.get("/v1/schools?fields=x").json()["errors"]

    assert "provenance" in fault["detail"]
    assert "class_groups, library" in fault["detail"]


def test_a_long_value_is_cut(api, db):
    (fault,) = api.get(f"/v1/products?vendor={'a' * 1000}").json()["errors"]

    assert len(fault["detail"]) < 150


def test_braces_in_a_value_are_only_text(api, db):
    (fault,) = api.get("/v1/schools?near={value.__class__}").json()["errors"]

    assert fault["detail"].startswith("{value.__class__} ")


def test_the_type_of_every_problem_leads_to_its_explanation(api, client):
    page = client.get("/docs/problems").content.decode()
    for code, problem in errors.CATALOGUE.items():
        anchor = errors.address(code).partition("#")[2]
        assert re.search(rf'<tr id="{anchor}"><td><code>{code}</code><td>{problem.status}<td>', page)

    assert api.get("/v1/nothing").json()["type"] == errors.address("not_found")


def test_a_refusal_is_never_kept_by_caches(api, db):
    assert api.get("/v1/schools?limit=0").headers["Cache-Control"] == "no-store"
    assert api.get("/v1/schools/npsn:99999999").headers["Cache-Control"] == "no-store"


def test_credentials_that_are_no_longer_good_are_asked_for_again(api, db):
    assert api.get("/v1/schools", headers={"Authorization": "Basic x"}).headers["WWW-Authenticate"] == "Bearer"
