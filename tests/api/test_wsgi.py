"""What reaches Django has already been made harmless."""

import pytest
from werkzeug.test import Client

from tests.contract import serving, validating

pytestmark = pytest.mark.django_db  # requests are counted there


@pytest.fixture
def served():
    """A client of the WSGI application, as a server calls it."""
    from api import wsgi

    with serving.connection_kept():
        yield Client(wsgi.application)


@pytest.mark.parametrize("charset", ["bz2_codec", "utf-16", "idna", "rot13", "unknown", ""])
def test_a_charset_of_the_body_does_not_touch_the_query(served, charset):
    response = served.get("/v1/vocabularies?format=json", headers={"Content-Type": f"text/plain; charset={charset}"})

    assert response.status_code == 200


def test_other_parameters_of_the_content_type_stay(served):
    headers = {"Content-Type": "multipart/form-data; Charset=utf-7; boundary=a"}
    response = served.post("/v1/schools", headers=headers, data=b"--a--")

    assert response.status_code == 415
    assert response.mimetype == validating.PROBLEM
