"""`profile_request` tells where a request's time goes, without losing or inventing any."""

import time

import pytest
from django.core.management import CommandError, call_command

from api import profiling
from tests.api import worlds

# The application itself answers, and ends what a test's transaction would leave open.
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_prints_every_layer_and_the_sql(capsys):
    worlds.build()

    call_command("profile_request", "/v1/schools?region=32.71&limit=5", "--repeat", "2")

    printed = capsys.readouterr().out
    assert "GET /v1/schools?region=32.71&limit=5: " in printed
    for layer in ("middleware, routing", "credentials, format, parameters", "page of the list", profiling.DATABASE):
        assert layer in printed
    assert "SELECT body FROM api_keptbody" in printed


def test_a_search_has_its_own_layers(capsys):
    worlds.build()

    call_command("profile_request", "/v1/schools?q=suka&facets=province", "--repeat", "1")

    printed = capsys.readouterr().out
    assert "search: words of the query" in printed
    assert "facets" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/v1/schools/npsn:99999999"], "/v1/schools/npsn:99999999 is answered with 404 Not Found."),
        (["/v1/schools", "--repeat", "0"], "--repeat must be 1 or more."),
    ],
)
def test_what_cannot_be_profiled_is_refused(arguments, sentence):
    with pytest.raises(CommandError, match=sentence.replace("?", r"\?")):
        call_command("profile_request", *arguments)


def test_a_span_counts_what_is_not_inside_another():
    profile = profiling.Profile(layers={"outer": 0.0, "inner": 0.0})

    started = time.perf_counter()
    with profile.span("outer"):
        time.sleep(0.002)
        with profile.span("inner"):
            time.sleep(0.004)
    elapsed = (time.perf_counter() - started) * 1e6

    assert profile.layers["inner"] >= 4000
    assert 2000 <= profile.layers["outer"] <= elapsed - profile.layers["inner"]
    assert profile.total <= elapsed
