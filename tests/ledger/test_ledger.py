"""The ledger, by real HTTP clients against the running server. Slow: it starts the server, as only that races."""

import pytest

from tests.ledger import rounds, server, variants

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore::ResourceWarning")]
CLIENTS = 20  # `make ledger` plays with 50


def test_no_copy_is_ever_promised_twice(tmp_path):
    with server.running(log=tmp_path / "log") as (port, _):
        found = {name: rounds.played(name, port, clients_=CLIENTS) for name in rounds.ROUNDS}
    assert found == {name: [] for name in rounds.ROUNDS}


@pytest.mark.parametrize("variant", variants.VARIANTS)
def test_the_checker_finds_what_is_broken_on_purpose(tmp_path, variant):
    with server.running(variant, log=tmp_path / "log") as (port, _):
        for _ in range(3):  # a race is one now and then
            if found := rounds.played(rounds.SHOWN_BY[variant], port, clients_=CLIENTS):
                return
    pytest.fail(f"{variant} went unseen: {found}")
