"""What every command of manage.py stands on before Django reads its settings: a database, secrets, a profile."""

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

from api.stack import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
WITHOUT_DATABASE = {"check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages", "version"}
PROFILES = {"migrate": "migrate", "procrastinate": "worker", "profile_request": "web"}


def data_folder() -> Path:
    """Return the folder of everything the demo keeps: DATA_DIR, else `var` beside manage.py."""
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").expanduser().resolve()


@contextlib.contextmanager
def prepared(arguments: list[str]) -> Iterator[None]:
    """Set the environment for the command `arguments`, and hold the embedded database while it runs."""
    command = next(iter(arguments), "help")
    os.environ.setdefault("DATABASE_PROFILE", PROFILES.get(command, "command"))
    signal.signal(signal.SIGTERM, _leave)  # so that a terminated command still stops what it started
    asks_help = command in WITHOUT_DATABASE or {"-h", "--help", "--version"} & set(arguments)
    if asks_help or os.environ.get("DATABASE_URL") or os.environ.get("EMBEDDED_POSTGRES"):
        yield  # with EMBEDDED_POSTGRES set, the parent process holds the server
        return
    with postgres.Server(data_folder()).held() as server:
        os.environ["EMBEDDED_POSTGRES"] = str(server.socket)
        keep_secrets(data_folder())
        yield


def keep_secrets(folder: Path) -> None:
    """Set the demo's SECRET_KEY and KEY_PEPPER from a private file, made once, so that keys outlive a restart."""
    file = folder / "secrets"
    if not file.exists():
        new = file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(f"{secrets.token_urlsafe(48)}\n{secrets.token_urlsafe(48)}\n")
        new.replace(file)
    for name, value in zip(("SECRET_KEY", "KEY_PEPPER"), file.read_text().split(), strict=True):
        os.environ.setdefault(name, value)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
