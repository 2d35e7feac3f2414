"""The test databases: one template, migrated once for each state of the migrations, and quick copies of it."""

import functools
import hashlib
import os
from importlib import metadata
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from api.stack import accounts
from api.stack.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
RUN = "MITRA_TEST_RUN"  # the process id of the run that a worker belongs to
KEPT_TEMPLATES = 3  # of earlier states: another branch, another run
MIGRATED_PACKAGES = ("Django", "procrastinate", "django-pgtrigger")


def copy_for(worker: str, *, folder: Path) -> None:
    """Point Django at a fresh copy of the template for this test worker; makes the template if there is none."""
    server = Server(folder, durable=False)
    # Runs side by side share the server, so a name says whose run it is.
    name, template = f"test_{os.environ[RUN]}_{worker}", f"template_{_state()}"
    connections.close_all()
    with accounts.alone(folder / "databases.lock"), server.connect("postgres") as admin:
        found = _names(admin)
        templates = [each for each in found if each.startswith("template_")]
        if template not in templates:
            _make(template, admin=admin)
        for each in found:
            if each == name or each in templates[:-KEPT_TEMPLATES] or _is_left(each):
                admin.execute(f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER owner STRATEGY file_copy")
    connection.settings_dict["NAME"] = name


def _names(admin: psycopg.Connection) -> list[str]:
    found = admin.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^(test|template|half)_' ORDER BY oid")
    return [name for (name,) in found.fetchall()]


def _is_left(name: str) -> bool:
    kind, run, *_ = name.split("_")
    return kind == "half" or (kind == "test" and not (run.isdigit() and psutil.pid_exists(int(run))))


@functools.cache  # a migration edited during a run belongs to the next run
def _state() -> str:
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())  # those of others have migrations too
    for package in MIGRATED_PACKAGES:
        digest.update(metadata.version(package).encode())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _make(template: str, *, admin: psycopg.Connection) -> None:
    half = template.replace("template_", "half_")  # a killed run must not leave a half-migrated template
    admin.execute(f"DROP DATABASE IF EXISTS {half}")
    admin.execute(f"CREATE DATABASE {half} OWNER owner")
    settings = connection.settings_dict
    app = {key: settings[key] for key in ("NAME", "USER")}
    settings.update(NAME=half, USER="owner")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections.close_all()
        settings.update(app)
    admin.execute(f"ALTER DATABASE {half} RENAME TO {template}")
