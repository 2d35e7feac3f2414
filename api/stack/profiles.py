"""How the database is asked: settings of the embedded server, and of a connection by the kind of its process."""

from typing import Any

ENGINE = "api.stack.backend"
# Of the embedded server; those of docker-compose.yml, where each has its reason.
SERVER = {
    "listen_addresses": "''",
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "96MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
# A page is a few rows in order. The planner joins them by merging when it takes a region's entries for spread over all
# ids, and then walks a whole index up to the first of them: 2.4 ms among 60,000, not 0.15.
PLANS = {"web": {"enable_mergejoin": "off"}}
TIMEOUTS = {  # milliseconds; 0 is no limit
    "web": {
        "statement_timeout": 5_000,
        "lock_timeout": 2_000,
        "idle_in_transaction_session_timeout": 10_000,
        "transaction_timeout": 15_000,
    },
    "worker": {"statement_timeout": 60_000, "lock_timeout": 10_000},
    "command": {"lock_timeout": 10_000},  # imports and exports run as long as they need, but never queue for long
    "migrate": {"statement_timeout": 5_000, "lock_timeout": 4_000},
}


def database(base: dict[str, Any], *, profile: str) -> dict[str, Any]:
    """Return the Django database `base` as a process of `profile` uses it."""
    # Unset, every pgtrigger trigger raises and catches an exception: 215,000 rows took over 161 s instead of 10.
    flags = {"pgtrigger.ignore": "{}"} | TIMEOUTS[profile] | PLANS.get(profile, {})
    options = dict(base.get("OPTIONS", {}))
    options["options"] = " ".join(f"-c {name}={value}" for name, value in flags.items())
    options.setdefault("connect_timeout", 5)
    options.setdefault("application_name", f"mitra-{profile}")
    # One connection per thread for ever: a new one per request costs 12 times as much.
    return base | {
        "ENGINE": ENGINE,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": profile in ("web", "worker"),
    }


def embedded(socket: str, *, profile: str) -> dict[str, Any]:
    """Return the Django database on the embedded server behind `socket`: migrations own, the rest only use."""
    user = "owner" if profile == "migrate" else "app"
    return {"HOST": socket, "NAME": "mitra", "USER": user}
