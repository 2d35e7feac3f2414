"""Identifiers: how each scheme is checked and written, and that a number in use belongs to one entry."""

import pytest
from django.db import IntegrityError

from directory import clock, errors
from directory.entries import identifiers
from directory.models import Identifier
from tests import factories


@pytest.mark.parametrize(
    ("scheme", "given", "normal"),
    [
        ("npsn", " 20106343 ", "20106343"),
        ("npsn", "P2970001", "P2970001"),
        ("npsn", "K5660001", "K5660001"),
        ("npp", "3271011A0000001", "3271011A0000001"),
        ("dapodik_id", "40c6e595-2bf5-e011-b2f2-796762867641", "40C6E595-2BF5-E011-B2F2-796762867641"),
        ("isbn_prefix", "978-602-1234", "978-602-1234"),
        ("ikapi", "280/JTI/2021", "280/JTI/2021"),
        ("orcid", "0000000218250097", "0000-0002-1825-0097"),
        ("orcid", "0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("isni", "0000 0001 2103 2683", "0000000121032683"),
        ("viaf", "97113511", "97113511"),
        ("isil", "DE-1", "DE-1"),
        ("ror", "05dxps055", "05dxps055"),
        ("wikidata", "Q42", "Q42"),
        ("nib", "1234567890123", "1234567890123"),
    ],
)
def test_a_valid_identifier_gets_its_normal_form(scheme, given, normal):
    assert identifiers.clean(scheme, given) == normal


@pytest.mark.parametrize(
    ("scheme", "given"),
    [
        ("npsn", "NP123456"),
        ("npsn", "2010634"),
        ("npsn", "２０１０６３４３"),
        ("npsn", "20106343\n1"),
        ("orcid", "0000-0002-1825-0098"),
        ("isni", "1"),
        ("isil", "x" * 30),
        ("ikapi", "280-JTI-2021"),
        ("isbn_prefix", "978-0-13"),
        ("wikidata", "Q0"),
    ],
)
def test_an_invalid_identifier_is_refused(scheme, given):
    with pytest.raises(errors.Invalid, match="invalid_identifier"):
        identifiers.clean(scheme, given)


def test_an_unknown_scheme_is_refused():
    with pytest.raises(errors.Invalid, match="unknown_scheme"):
        identifiers.clean("nik", "1")


def test_in_a_path_a_dash_stands_for_a_slash():
    assert identifiers.from_path("ikapi:280-JTI-2021") == ("ikapi", "280/JTI/2021")
    assert identifiers.from_path("orcid:0000-0002-1825-0097") == ("orcid", "0000-0002-1825-0097")


@pytest.mark.django_db
def test_a_number_in_use_belongs_to_one_entry():
    factories.entry(identifiers={"npsn": "20106343"})
    with pytest.raises(IntegrityError, match="identifier_once_while_not_retired"):
        factories.entry(identifiers={"npsn": "20106343"})


@pytest.mark.django_db
def test_a_retired_number_may_be_given_again():
    factories.entry(identifiers={"npsn": "20106343"})
    with factories.recorded():
        Identifier.objects.update(retired_at=clock.now())
    factories.entry(identifiers={"npsn": "20106343"})
    assert Identifier.objects.filter(retired_at=None).count() == 1


@pytest.mark.django_db
def test_bulk_sql_cannot_store_a_placeholder_npsn():
    with pytest.raises(IntegrityError, match="identifier_npsn_form"):
        factories.entry(identifiers={"npsn": "NP123456"})
