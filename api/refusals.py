"""What production refuses to start with: each a sentence that says what to change."""

import ipaddress
from collections.abc import Iterator
from itertools import chain

import psycopg
from django.conf import settings
from django.db import Error, connection

from api.stack.accounts import Problem

SHORTEST_SECRET = 50  # what Django itself asks of SECRET_KEY
FEWEST_CHARACTERS = 10


def enforce() -> None:
    """Raise `Problem` with the first reason not to start; opens a database connection in production."""
    if reason := next(chain(of_settings(), of_database()), None):
        raise Problem(reason)


def of_settings() -> Iterator[str]:
    """Yield the reasons that the settings alone give."""
    if settings.DEBUG and not all(is_local(host) for host in settings.ALLOWED_HOSTS):
        yield "DEBUG is on while ALLOWED_HOSTS names a public host: unset DEBUG."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS contains *: name the hosts that are served."
    if not settings.PRODUCTION:
        return
    if not settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS is empty: name the hosts that are served."
    if is_weak(settings.SECRET_KEY):
        yield f"SECRET_KEY is missing or weak: set at least {SHORTEST_SECRET} random characters."
    if not settings.KEY_PEPPER:
        yield "KEY_PEPPER is missing: set at least 50 random characters, and keep them (API keys depend on it)."
    elif is_weak(settings.KEY_PEPPER) or settings.KEY_PEPPER == settings.SECRET_KEY:
        yield "KEY_PEPPER is weak or the same as SECRET_KEY: set at least 50 other random characters."


def of_database() -> Iterator[str]:
    """Yield the reasons that the database of production gives, not answering among them."""
    if not settings.PRODUCTION:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper, current_setting('fsync') FROM pg_roles WHERE rolname = current_user")
            is_superuser, fsync = cursor.fetchone()
    except (Error, psycopg.Error) as error:
        yield f"The database of DATABASE_URL does not answer: {str(error).strip().splitlines()[0]}"
        return
    finally:
        connection.close()
    if is_superuser:
        yield "The database role of DATABASE_URL is a superuser: use a role that can only read and write rows."
    if fsync != "on":
        yield "The database runs with fsync off, so it can lose what it confirmed: switch fsync on."


def is_weak(secret: str) -> bool:
    """Tell whether a secret is short, or repeats a few characters."""
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_CHARACTERS


def is_local(host: str) -> bool:
    """Tell whether a host of ALLOWED_HOSTS is this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
