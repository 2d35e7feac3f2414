"""`make ledger`: the rounds over and over, with all clients; prints each violation and how many rounds held."""

import argparse
import itertools
import os
import sys
import tempfile
from pathlib import Path

import pytest
from tqdm import tqdm

ROUNDS = "LEDGER_ROUNDS"


def main() -> int:
    """Run the rounds in a test session of their own, for it has the server and a database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--speed", action="store_true", help="measure requests accepted a second instead")
    asked = parser.parse_args()
    os.environ[ROUNDS] = str(asked.rounds)
    what = str(Path(__file__).with_name("speed.py")) if asked.speed else f"{__file__}::test_rounds"
    return int(pytest.main(["-n0", "-q", "-s", "-p", "no:randomly", "--no-cov", what]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_rounds() -> None:
    """Every round holds."""
    from tests.ledger import rounds, server

    total = int(os.environ.get(ROUNDS, "1"))
    broken: list[str] = []
    names = itertools.islice(itertools.cycle(rounds.ROUNDS), total)
    with tempfile.TemporaryDirectory() as folder, server.running(log=Path(folder) / "log") as (port, _):
        for number, name in enumerate(tqdm(names, total=total, unit="round"), start=1):
            found = rounds.played(name, port, is_quiet=True)
            broken += [f"round {number}, {name}: {one}" for one in found]
    print(f"\n{total} rounds, {len(broken)} violations", *broken, sep="\n")
    assert not broken


if __name__ == "__main__":
    sys.exit(main())
