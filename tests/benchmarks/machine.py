"""On what was measured: the machine in general terms, and the versions of everything that took part."""

import hashlib
import os
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
import psycopg

from api.stack import commands
from tests.benchmarks import load

PACKAGES = (
    "Django",
    "djangorestframework",
    "django-filter",
    "granian",
    "orjson",
    "psycopg",
    "django-ninja",
    "fastapi",
    "uvicorn",
    "uvloop",
    "httptools",
    "asyncpg",
    "SQLAlchemy",
    "pydantic",
)


def description() -> str:
    """Processors and memory."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    name = re.sub(r"\((R|TM)\)", "", found[1]) if found else platform.machine()
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{os.cpu_count()} processors ({name.strip()}), {memory} GB of memory, {platform.system()}"


def versions(connection: "psycopg.Connection[Any]") -> str:
    """Python, the database, the load generators and the packages."""
    (server,) = connection.execute("SHOW server_version").fetchone() or ("",)
    own = [f"Python {platform.python_version()}", f"PostgreSQL and pgbench {server}", f"wrk {load.wrk_version()}"]
    return ", ".join([*own, *(f"{name} {metadata.version(name)}" for name in PACKAGES)])


def code() -> str:
    """The state of the code that is measured, as a hash."""
    digest = hashlib.sha256()
    for file in sorted(file for package in ("api", "directory") for file in (commands.ROOT / package).rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
