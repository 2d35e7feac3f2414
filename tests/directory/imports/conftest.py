"""The regions that the test files speak of, and a run of the command over lines of text."""

import pytest


@pytest.fixture
def regions(db):
    from tests import factories  # models: not before Django is set up

    factories.region("33.73", "Kota Salatiga", latitude=-7.33, longitude=110.5)
    factories.region("33.73.04", "Sidomukti", latitude=-7.33, longitude=110.48)
    factories.region("33.74", "Kota Semarang", latitude=-7.0, longitude=110.4)


@pytest.fixture
def run(regions, tmp_path):
    from tests.directory.imports import school_files

    return school_files.Import(tmp_path)
