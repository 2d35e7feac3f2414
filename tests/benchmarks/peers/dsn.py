"""Where every peer finds the database, and how: BENCH_DSN, two connections in each worker."""

import os
import shlex
from typing import Any

CONNECTIONS = 2
# Unset, every trigger raises and catches an exception (docs of pgtrigger: pgtrigger.ignore).
SETTINGS = {"pgtrigger.ignore": "{}"}


def parts() -> dict[str, str]:
    """The words of BENCH_DSN: host, dbname, user and what else it has."""
    return dict(part.split("=", 1) for part in shlex.split(os.environ["BENCH_DSN"]))


def for_asyncpg() -> dict[str, Any]:
    """The same as asyncpg takes it."""
    given = parts()
    named = {"host": given["host"], "database": given["dbname"], "user": given["user"], "server_settings": SETTINGS}
    return named | ({"port": int(given["port"])} if "port" in given else {})
