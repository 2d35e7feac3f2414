"""Whose files and processes: PostgreSQL refuses to run as root, so root lends it an account of its own."""

import contextlib
import fcntl
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SYSTEM_USER = "mitra-postgres"


class Problem(Exception):
    """Why something cannot start, in one sentence for the person at the terminal."""


def server_account() -> pwd.struct_passwd:
    """Return the account the server runs as: one's own, or the system user when one is root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        shell = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", "--system", *shell, SYSTEM_USER], check=True, capture_output=True, timeout=60)
        return pwd.getpwnam(SYSTEM_USER)


def run(command: list[str], *, account: pwd.struct_passwd, timeout: float) -> tuple[int, str]:
    """Run `command` as `account`, detached from the terminal; returns its exit code and what it said."""
    as_whom: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile() as said:  # not a pipe: a server that the command starts would keep it open
        code = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd="/",
            env={"LC_ALL": "C", "TZ": "UTC"},  # the result must not depend on who types the command
            timeout=timeout,
            start_new_session=True,
            check=False,
            **(as_whom if os.geteuid() == 0 else {}),
        ).returncode
        said.seek(0)
        return code, said.read().decode(errors="replace").strip()


def give(path: Path, account: pwd.struct_passwd) -> None:
    """Make the private folder `path` of `account`, and let it pass through (never read) the folders above."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in (os.geteuid(), account.pw_uid):
        raise Problem(f"{path} belongs to another account or is a link; remove it first.")
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)
        let_through(path)


def let_through(path: Path) -> None:
    """As root, give everybody the right to pass the folders above `path`, where it is missing."""
    for parent in path.parents if os.geteuid() == 0 else ():
        if not (mode := parent.stat().st_mode) & 0o001:
            parent.chmod(mode | 0o001)


def refuse_foreign(data: Path, account: pwd.struct_passwd) -> None:
    """Raise `Problem` unless the folder `data` is (or can become) one of `account`."""
    if data.exists() and data.stat().st_uid != account.pw_uid:
        raise Problem(
            f"The data in {data} belongs to the account {owner_name(data)}: "
            "run as that account, or choose another folder with DATA_DIR=."
        )
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        (data.parent / "postgres.lock").open("a").close()
    except OSError as error:
        raise Problem(f"The data folder {data.parent} cannot be written: {error.strerror}.") from error


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until no other process is in a block with this lock file; the kernel frees it when its holder dies."""
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def owner_name(path: Path) -> str:
    """Return the account name of the owner of `path`, or its number when it has no name."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)
