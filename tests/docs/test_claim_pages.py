"""The pages about claims say what the tables say: every verb, every kind of evidence, every number."""

import re

import pytest

from tests import factories, people
from tests.docs import pages

HOW_TO = pages.ROOT / "docs" / "how-to"
CLAIM, DECIDE = HOW_TO / "claim-your-school.md", HOW_TO / "decide-claims.md"
NUMBERS = {3: "three", 5: "five", 7: "seven", 10: "ten", 30: "thirty", 60: "sixty", 90: "90"}


def verbs(who):
    from partners.trust.claim_table import MOVES

    return [name.replace("_", "-") for name, move in MOVES.items() if who in move.who]


def test_every_verb_is_told_to_whom_it_belongs():
    told = CLAIM.read_text()
    assert [name for name in (*verbs("claimant"), *verbs("neighbour")) if f"`{name}`" not in told] == []
    told = DECIDE.read_text()
    assert [name for name in verbs("moderator") if f"`{name}`" not in told] == []


def test_every_number_is_the_one_that_holds():
    from partners.trust import claims, evidence, proofs

    told = " ".join(CLAIM.read_text().split())
    for number, where in (
        (claims.UNANSWERED.days, "Wait at most {} days"),
        (claims.LAPSES.days, "a claim ends by itself after {} days"),
        (evidence.MAIL_LASTS.days, "A code by mail holds {} days"),
        (evidence.LASTS["letter_code"].days, "one from a letter {}"),
        (evidence.MOST_TRIES, "After {} wrong tries"),
        (proofs.MOST_CODES, "You get {} codes a day"),
        (evidence.FILE_KEPT.days, "it is removed {} days after the decision"),
    ):
        assert where.format(NUMBERS[number]) in told


@pytest.mark.django_db
def test_what_the_page_sends_opens_a_claim():
    factories.entry(identifiers={"npsn": "20106343"})
    head, _, body = next(block.text for block in pages.blocks(CLAIM) if block.language == "http").partition("\n\n")
    method, path = re.match(r"(\w+) (\S+)", head).groups()
    response = people.as_person(people.user()).generic(method, path, body, content_type="application/json")
    assert response.status_code == 201
    query = next(block.text for block in pages.blocks(DECIDE) if block.language == "http").split()[1]
    assert people.as_person(people.moderator()).get(query).json()["data"] == []
