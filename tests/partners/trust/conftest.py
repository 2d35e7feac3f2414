"""A regency with a school, and the people around one claim to it."""

import pytest


@pytest.fixture
def regency(db):
    """Kota Bogor."""
    from tests import factories  # needs the settings, which are not there yet when pytest reads this file

    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def school(regency):
    """A school as a source lists it, with a contact that nobody sees and a website."""
    from tests.partners.trust import around

    return around.school()


@pytest.fixture
def sari(db):
    """A teacher."""
    from tests import people

    return people.user("sari")


@pytest.fixture
def moderator(regency):
    """Of the province."""
    from tests import people

    return people.actor(people.moderator("32"))


@pytest.fixture
def claimed(school, sari):
    """Sari's open claim to the school, and Sari as the domain knows her."""
    from tests.partners.trust import around

    return around.claim(school, sari)
