"""What stands between two measurements: nothing runs any more, bodies are kept again, writes of ours are cleared away.

`python -m tests.benchmarks.settling` keeps the bodies of the entries it is given; the rest needs no Django.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from api.stack import postgres
from api.stack.accounts import Problem
from directory import ids

WRITTEN = ["website.changed", "ownership.changed"]  # the types of the events of what is measured
TABLES = "directory_event, directory_history, directory_contact, directory_school, directory_entry, api_keptbody"
IDLE_SECONDS = 120.0
POLITE_SECONDS = 1.0
_BUSY = """
FROM pg_stat_activity WHERE state <> 'idle' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND datname = current_database() AND usename = current_user AND application_name <> 'benchmark writer'
"""
_HELD = """
SELECT event_id FROM {table} WHERE {key} = ANY (%(keys)s)
UNION SELECT first_event_id FROM {table} WHERE {key} = ANY (%(keys)s)
UNION SELECT source.value::uuid FROM {table}, jsonb_each_text(sources) AS source WHERE {key} = ANY (%(keys)s)
"""


def drain(connection: "psycopg.Connection[Any]") -> None:
    """Return once no statement runs: what a slow stack still works on when its time is over is cancelled."""
    started = time.monotonic()
    quiet = 0
    while quiet < 2:
        (busy,) = connection.execute(f"SELECT count(*) {_BUSY}").fetchone() or (0,)
        quiet = 0 if busy else quiet + 1
        if busy and time.monotonic() - started > POLITE_SECONDS:
            connection.execute(f"SELECT pg_cancel_backend(pid) {_BUSY}")
        if time.monotonic() - started > IDLE_SECONDS:
            raise Problem("A statement of a stack did not end.")
        time.sleep(0.05)


def settle(folder: Path, *, environment: dict[str, str]) -> None:
    """Clear away what measured writes left in the journal, and keep the bodies of the entries written to again."""
    with postgres.Server(folder).connect("mitra") as admin:
        admin.execute("SET session_replication_role = replica")  # the journal's own triggers refuse it
        written = admin.execute("SELECT DISTINCT subject_id FROM directory_event WHERE type = ANY (%s)", [WRITTEN])
        keys = [ids.decode(entry)[1] for (entry,) in written]
        admin.execute(
            "DELETE FROM directory_history USING directory_event event"
            " WHERE event.id = directory_history.event_id AND type = ANY (%s)",
            [WRITTEN],
        )
        rows = [("directory_entry", "id"), ("directory_contact", "entry_id"), ("directory_school", "entry_id")]
        held = " UNION ".join(_HELD.format(table=table, key=key) for table, key in rows)
        admin.execute(
            f"DELETE FROM directory_event WHERE type = ANY (%(types)s) AND id NOT IN ({held})",
            {"types": WRITTEN, "keys": keys},
        )
    keep_bodies(keys, environment)
    with postgres.Server(folder).connect("mitra") as admin:
        admin.execute(f"VACUUM (ANALYZE) {TABLES}")


def keep_bodies(keys: Sequence[uuid.UUID], environment: dict[str, str]) -> None:
    """Keep the bodies of these entries, as our server's background worker does."""
    own = environment | {"DATABASE_PROFILE": "command", "DJANGO_SETTINGS_MODULE": "api.settings"}
    command = [sys.executable, "-m", "tests.benchmarks.settling"]
    asked = json.dumps([str(key) for key in keys])
    done = subprocess.run(command, input=asked, env=own, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise Problem(f"The bodies could not be kept: {done.stderr.strip()[-400:]}")


def main() -> None:
    """Keep the bodies of the entries whose keys the standard input lists."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    import django

    django.setup()
    from api import bodies

    keys = [uuid.UUID(key) for key in json.load(sys.stdin)]
    for start in range(0, len(keys), bodies.BATCH):
        bodies.keep(keys[start : start + bodies.BATCH])


if __name__ == "__main__":
    main()
