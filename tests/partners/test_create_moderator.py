"""`manage.py create_moderator`: an account, the right, and what the operator does next."""

import io

import pytest
from django.core.management import CommandError, call_command

from directory.models import Event
from partners.accounts import acting
from partners.models import Moderator, User
from tests import factories, people

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("create_moderator", *arguments, stdout=out)
    return out.getvalue()


def test_somebody_new_gets_an_account_without_a_password():
    said = run("Rina@Asosiasi.example")
    user = User.objects.get()
    assert (user.email, user.is_staff, user.has_usable_password()) == ("rina@asosiasi.example", True, False)
    assert acting.of_user(user).regions == ("",)
    assert "the whole country" in said
    assert "http://localhost:8000/account/password/reset/" in said
    assert Event.objects.filter(type="moderator.appointed", subject_id=str(user.pk)).count() == 1


def test_an_account_that_is_there_becomes_that_of_a_moderator_of_a_region():
    factories.region("32.71", "Kota Bogor")
    person = people.user(password=people.PASSWORD)
    said = run(person.email.upper(), "--region", "32.71")
    assert acting.of_user(User.objects.get()).regions == ("32.71",)
    assert "password" not in said


def test_a_second_time_changes_nothing():
    run("rina@asosiasi.example")
    run("rina@asosiasi.example")
    assert (User.objects.count(), Moderator.objects.count()) == (1, 1)
    assert Event.objects.filter(type="moderator.appointed").count() == 1


@pytest.mark.parametrize("arguments", [["bukan surel"], ["rina@asosiasi.example", "--region", "99"]])
def test_what_makes_no_sense_makes_nobody(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert not User.objects.exists()
