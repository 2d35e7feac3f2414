"""Whether this process lives (/healthz) and whether the service can work (/readyz)."""

import logging

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 60  # a worker beats every 10 s; its restart after a kill takes less than this
_migrated: set[str] = set()  # migrations are not undone under a running process, so one look is enough


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all; asks nothing of the database."""
    return _answer({"process": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, every migration is applied and a worker's heartbeat is fresh."""
    try:
        checks = {"database": _database(), "migrations": _migrations(), "worker": _worker()}
    except Error as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        checks = {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}
    return _answer(checks)


def _answer(checks: dict[str, str]) -> JsonResponse:
    is_well = set(checks.values()) == {"ok"}
    body = {"status": "ok" if is_well else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if is_well else 503, headers={"Cache-Control": "no-store"})


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    name = connection.settings_dict["NAME"]
    if name not in _migrated:
        if migrations_are_pending():
            return "pending"
        _migrated.add(name)
    return "ok"


def migrations_are_pending() -> bool:
    """Tell whether the database is behind the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [HEARTBEAT_SECONDS],
        )
        return "ok" if cursor.fetchone()[0] else "no_heartbeat"
