"""`manage.py serve`: everything `make run` needs, under one supervisor; or one part, for a container."""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from api import health, refusals
from api.stack import commands, postgres, processes
from api.stack.accounts import Problem
from api.stack.supervisor import Child, Supervisor
from directory.demo import load as demo

MANAGE = str(commands.ROOT / "manage.py")
STEP_SECONDS = 3600.0
FIRST_ANSWER_SECONDS = 60.0


class Command(BaseCommand):
    help = "Migrate, load the demo data once (without DATABASE_URL), and serve with a background worker."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=["web", "worker"], help="run this part alone, in this process")

    def handle(self, *args: Any, only: str | None, **options: Any) -> None:
        refusals.enforce()
        if only and not settings.PRODUCTION:
            raise Problem("--only needs DATABASE_URL: the embedded database belongs to the whole.")
        if only:
            os.execv(sys.executable, [sys.executable, "-m", f"api.stack.{only}"])  # noqa: S606 - our own module
        folder = commands.data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with processes.only_run(folder) as mark:
            processes.refuse_taken_port(settings.HOST, settings.PORT)
            prepare(mark)
            self.serve(mark)

    def serve(self, mark: str) -> None:
        """Start the children, say where to look once they answer, and stay until a stop signal."""
        children = [Child(name, [sys.executable, "-m", f"api.stack.{name}"], mark=mark) for name in ("web", "worker")]
        supervisor = Supervisor(children, chores=chores())
        try:
            supervisor.start()
            if await_answer(supervisor):
                self.stdout.write(welcome())
                self.stdout.flush()  # into a pipe or a file it would wait for the end
            supervisor.run()
        finally:
            supervisor.end()


def prepare(mark: str) -> None:
    """Migrate, load the demo data and collect the static files, as far as each is still to do."""
    try:
        if health.migrations_are_pending():
            run_step("migrate", "--verbosity=0", mark=mark)
        if settings.DEMO_DATA and not settings.PRODUCTION and not demo.is_loaded():
            run_step("load_demo", mark=mark)
            run_step("load_neighbourhood", mark=mark)
    except OperationalError as error:
        raise Problem("The database went away during the start; start again.") from error
    finally:
        connection.close()
    call_command("collectstatic", interactive=False, verbosity=0)


def run_step(*step: str, mark: str) -> None:
    """Run a command in a process of its own: with its own database role, and its memory is freed at the end."""
    environment = os.environ | {processes.MARK: f"{mark}:{step[0]}"}
    environment.pop("DATABASE_PROFILE", None)
    command = [sys.executable, MANAGE, *step]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, timeout=STEP_SECONDS, check=False)
    if done.returncode:
        raise Problem(f"`manage.py {step[0]}` failed (its lines above say why), so nothing is served.")


def chores() -> list[Any]:
    """Return what the supervisor looks after besides its children: the embedded database, when it is ours."""
    if settings.PRODUCTION:
        return []
    server = postgres.Server(commands.data_folder())
    return [lambda: server.postmaster() or server.start()]


def await_answer(supervisor: Supervisor) -> bool:
    """Return whether the web server answers; raise `Problem` when it ends or stays silent instead."""
    web, url = supervisor.children[0], f"http://{local_host()}:{settings.PORT}/healthz"
    processes.wait_until(
        lambda: supervisor.stopping or web.ended() or processes.answers(url), seconds=FIRST_ANSWER_SECONDS
    )
    if supervisor.stopping:
        return False
    if web.ended() or not processes.answers(url):
        raise Problem(f"The web server does not answer on port {settings.PORT}; its lines above say why.")
    return True


def local_host() -> str:
    """Return the address on which this machine reaches its own web server."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104 - compared only


def welcome() -> str:
    """Return the addresses to open and three requests to try."""
    url = settings.PUBLIC_URL
    return (
        f"\nMitra Pustaka is ready: {url}/docs (read), {url}/docs/try (try), {url}/v1/ (the API).\n"
        f"\n  curl '{url}/v1/'"
        f"\n  curl '{url}/v1/schools?q=sdn+1&limit=3'"
        f"\n  curl '{url}/v1/suggest?q=gram'\n"
        "\nCtrl-C stops everything.\n"
    )
