"""The test databases: one template, migrated once for each state of the migrations, and quick copies of it."""

import fcntl
import hashlib
from importlib import metadata
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from api.stack.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
MIGRATED_PACKAGES = ("Django", "procrastinate", "django-pgtrigger")


def copy_for(worker: str, *, folder: Path) -> None:
    """Point Django at a fresh copy of the template for this test worker; makes the template if there is none."""
    server = Server(folder, durable=False)
    name, template = f"test_{worker}", f"template_{_state()}"
    connections.close_all()
    with (folder / "databases.lock").open("a") as lock, server.connect("postgres") as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).rowcount:
            _make(template, admin=admin)
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER owner STRATEGY file_copy")
    connection.settings_dict["NAME"] = name


def _state() -> str:
    digest = hashlib.sha256()
    for package in MIGRATED_PACKAGES:
        digest.update(metadata.version(package).encode())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _make(template: str, *, admin) -> None:
    old = admin.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^(template_|test_|half_)'").fetchall()
    for (database,) in old:  # of another state of the migrations
        admin.execute(f"DROP DATABASE {database} WITH (FORCE)")
    half = template.replace("template_", "half_")  # a killed run must not leave a half-migrated template
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
