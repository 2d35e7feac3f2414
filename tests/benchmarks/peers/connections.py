"""The database as every peer reaches it: BENCH_DSN, two connections in each worker."""

import contextlib
import os
import shlex
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from fastapi import FastAPI

CONNECTIONS = 2
# Unset, every trigger raises and catches an exception (docs of pgtrigger: pgtrigger.ignore).
SETTINGS = {"pgtrigger.ignore": "{}"}


def parts() -> dict[str, str]:
    """The words of BENCH_DSN: host, dbname, user and what else it has."""
    return dict(part.split("=", 1) for part in shlex.split(os.environ["BENCH_DSN"]))


def arguments() -> dict[str, Any]:
    """The same as asyncpg takes it."""
    given = parts()
    named = {"host": given["host"], "database": given["dbname"], "user": given["user"], "server_settings": SETTINGS}
    return named | ({"port": int(given["port"])} if "port" in given else {})


async def _keep(connection: Any) -> None:
    """Nothing to reset between requests: a session's settings are never changed."""


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold a pool as `app.state.pool` while the application runs."""
    sizes = {"min_size": CONNECTIONS, "max_size": CONNECTIONS}
    async with asyncpg.create_pool(**arguments(), **sizes, reset=_keep) as app.state.pool:
        yield
