"""A small directory that search is asked about."""

import pytest

# Models are imported in the fixtures: pytest reads this file before Django has its settings.


@pytest.fixture
def bogor(db):
    """Two places of one name, and a province with another."""
    from tests import factories

    factories.region("32", "Jawa Barat")
    regency = factories.region("32.01", "Kabupaten Bogor")
    factories.region("32.71", "Kota Bogor")
    factories.region("32.01.01", "Cibinong")
    factories.region("34", "Daerah Istimewa Yogyakarta")
    return regency


@pytest.fixture
def schools(bogor):
    """Schools by their names, with a vocabulary."""
    from directory.search import words
    from tests import factories

    rows = {
        "SD NEGERI 3 SUKAMAJU": "32.01.01",
        "SD NEGERI 13 SUKAMAJU": "32.01.01",
        "SD NEGERI SUKAMULYA 2": "32.01.01",
        "SMP NEGERI 2": "32.71",
        "SMP NEGERI 2 CIBINONG": "32.01.01",
        "SMK MUHAMMADIYAH 1 PAKEM": "34",
        "SD KRISTEN HARAPAN": "34",
        "SMP NEGERI BOGOR RAYA": "34",
    }
    made = {
        name: factories.entry(name=name, region_id=region, identifiers={"npsn": f"2010000{number}"})
        for number, (name, region) in enumerate(rows.items())
    }
    words.rebuild()
    return made
