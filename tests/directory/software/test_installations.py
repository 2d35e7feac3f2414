"""What the tables of software refuse, whoever writes; and the verbs called without HTTP."""

import datetime

import pytest
from django.db import IntegrityError, connection

from directory import actors, clock, errors
from directory.models import Entry, Installation, Product
from directory.software import dates, products, stating
from tests import factories, people

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 5, 17)


@pytest.fixture
def product():
    with factories.recorded():
        return Product.objects.create(name="Rak", vendor=factories.entry("vendor"))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "removed"}, "installation_status_whole"),
        ({"removed_at": clock.now()}, "installation_status_whole"),
        ({"status": "awaiting_consent"}, "installation_status_whole"),
        ({"status": "shwon"}, "installation_status_whole"),
        (
            {"status": "awaiting_consent", "stated_by": "vendor", "consented_at": clock.now()},
            "installation_status_whole",
        ),
        ({"consented_at": clock.now()}, "installation_consent_to_a_vendor"),
        ({"hosting": "awan"}, "installation_hosting_known"),
        ({"stated_by": "siapa"}, "installation_stated_by_known"),
        ({"from_date": DAY}, "installation_from_(has_precision|at_first_day)"),
        ({"until_precision": "day"}, "installation_until_has_precision"),
        ({"from_date": DAY, "from_precision": "month"}, "installation_from_at_first_day"),
        ({"until_date": DAY, "until_precision": "year"}, "installation_until_at_first_day"),
    ],
)
def test_the_table_refuses_half_statements(product, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), factories.recorded():
        Installation.objects.create(
            **{"library": factories.entry(), "product": product, "stated_by": "school", **values}
        )


def test_the_table_refuses_the_same_statement_twice(product):
    school = factories.entry()
    with factories.recorded():
        Installation.objects.create(library=school, product=product, stated_by="school")
    with pytest.raises(IntegrityError, match="installation_stated_once"), factories.recorded():
        Installation.objects.create(library=school, product=product, stated_by="school")


@pytest.mark.parametrize(("field", "value"), [("licence", "GPL; x"), ("price_model", "murah")])
def test_the_table_of_products_refuses_unknown_codes(field, value):
    with pytest.raises(IntegrityError, match=f"product_{field}"), factories.recorded():
        Product.objects.create(name="Rak", **{field: value})


@pytest.mark.parametrize(
    ("precision", "first"), [("day", DAY), ("month", DAY.replace(day=1)), ("year", datetime.date(2022, 1, 1))]
)
def test_a_day_is_kept_as_the_first_of_what_is_known(precision, first):
    assert dates.first_day(DAY, precision) == first
    dates.check({"from_date": first, "from_precision": precision})


def test_every_fault_of_the_dates_is_told():
    with pytest.raises(errors.Several) as caught:
        dates.check({"from_date": DAY, "from_precision": "year", "until_precision": "day"})
    assert {problem.pointer: problem.code for problem in caught.value.problems} == {
        "#/from_date": "not_first_day",
        "#/until_date": "precision_needed",
    }


def test_only_libraries_run_software(product):
    with pytest.raises(errors.Conflict, match="wrong_kind"):
        stating.state(factories.entry("publisher").pk, product.pk, {}, by=actors.SYSTEM, now=clock.now())


def test_nothing_is_said_of_a_hidden_library(product):
    hidden = factories.entry(status="hidden")
    with pytest.raises(errors.Conflict, match="wrong_state"):
        stating.state(hidden.pk, product.pk, {}, by=actors.SYSTEM, now=clock.now())
    with pytest.raises(errors.Missing):
        stating.state(hidden.pk, product.pk, {}, by=people.actor(people.user()), now=clock.now())


def test_a_library_of_an_organisation_speaks_for_itself(product):
    garden = factories.entry("organisation", kind_row={"type": "community_library"})
    by = people.actor(people.member(garden), garden)
    row = stating.state(garden.pk, product.pk, {}, by=by, now=clock.now())
    assert (row.stated_by, row.status) == ("school", "shown")


def test_an_office_that_runs_its_own_software_speaks_as_the_library():
    office = factories.entry("organisation", kind_row={"type": "government_office"})
    by = people.actor(people.member(office), office)
    made = products.create({"name": "INLIS"}, vendor=office.pk, by=by, now=clock.now())
    assert stating.state(office.pk, made.pk, {}, by=by, now=clock.now()).stated_by == "school"


def test_a_closed_library_keeps_its_history_and_a_hidden_one_shows_none(product):
    school = factories.entry()
    with factories.recorded():
        Installation.objects.create(library=school, product=product, stated_by="source")
    for status, count in (("closed", 1), ("hidden", 0)):
        with factories.recorded():
            Entry.objects.filter(pk=school.pk).update(status=status)
        assert Installation.objects.visible_to(actors.ANONYMOUS).count() == count


def test_an_old_row_is_kept_with_the_library(product):
    school = factories.entry()
    by = people.actor(people.member(school), school)
    row = stating.state(school.pk, product.pk, {"product_version": "1"}, by=by, now=clock.now())
    stating.change(row.pk, {"product_version": "2"}, version=1, by=by, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id, data->>'product_version' FROM directory_history")
        assert cursor.fetchall() == [(school.pk, "1")]
