"""The benchmark's directory: `python -m tests.benchmarks.data SIZE` builds it under var/benchmarks, or uses it again.

It is built anew when the migrations or the builder have changed, or when a build was not finished; when only the
serializers have changed, the kept bodies are made anew. Ctrl-C ends everything that was started. Of more than 600,000
entries the bodies of those are real that data_filling.behind() names first; the others have fillers of the same size,
with the right id and nothing else of their own, so that beyond that size answers can be timed and not compared.
"""

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from api.stack import accounts, commands, postgres
from tests import databases
from tests.benchmarks import data_building

ROOT = commands.ROOT
FOLDER = Path(os.environ.get("BENCHMARKS_DIR") or ROOT / "var" / "benchmarks")
NEVER_MEETING = ("negeri", "kristen")  # both frequent; they meet in five entries
BUILDER = ("data_building.py", "data_filling.py", "data_names.py", "data_places.py", "data_sql.py")


class Built(NamedTuple):
    """A complete directory whose server runs: what another process needs to use it."""

    folder: Path
    environment: dict[str, str]  # as api/stack hands it to its own children
    dsn: str  # libpq, as the role `app`


def folder(size: int) -> Path:
    """Where the directory of so many entries stands; DATA_DIR of manage.py."""
    return FOLDER / str(size)


def ready(size: int) -> Path:
    """The folder of a complete directory; builds it, in another process, when there is none of this state."""
    with subprocess.Popen([sys.executable, "-m", "tests.benchmarks.data", str(size)], cwd=ROOT) as builder:
        try:
            if code := builder.wait():
                raise accounts.Problem(f"The directory of {size:,} entries could not be built (code {code}).")
        finally:
            builder.terminate()  # not killed: it has processes of its own to end
    return folder(size)


@contextlib.contextmanager
def served(size: int) -> Iterator[Built]:
    """A complete directory with its server held up; nobody builds it anew meanwhile."""
    home = ready(size)
    with _used(home), postgres.Server(home).held() as server:
        yield Built(home, data_building.environment(server), f"host={server.socket} dbname=mitra user=app")


@contextlib.contextmanager
def _used(home: Path) -> Iterator[None]:
    with (home / "use.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@functools.cache
def state() -> str:
    """What a built directory is of: the migrations, the builder and what it reads, as a hash."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")  # whose apps have migrations
    digest = hashlib.sha256(databases._state().encode())
    own = [Path(__file__).with_name(name) for name in BUILDER]
    for file in (*own, ROOT / "directory" / "text.py", *sorted((ROOT / "directory" / "regions").glob("*.csv"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def build(size: int) -> None:
    """Make the directory of so many entries unless it stands there complete."""
    home = folder(size)
    home.mkdir(parents=True, exist_ok=True)
    stamp = home / "built.json"
    with (home / "use.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits until nobody uses it
        said = json.loads(stamp.read_text()) if stamp.exists() else {}
        if said.get("state") != state():
            stamp.unlink(missing_ok=True)
            seconds = data_building.Steps(home, size).all()
            stamp.write_text(json.dumps({"state": state(), "size": size, "seconds": seconds}, indent=1))
            return
        with postgres.Server(home).held() as server, data_building.Helpers(server) as helpers:
            data_building.keep_bodies(helpers, size)


def main() -> None:
    """Build the size that the command line names."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        build(int(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
