"""What was acknowledged outlives a SIGKILL of the web, the worker or PostgreSQL, and nobody is told of what was not.

The whole service runs as `make run` starts it, on a folder of its own: only a supervisor that restarts what was killed
shows what is lost on the way.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from api.stack import postgres, processes
from directory import clock
from directory.models import Event
from partners import mail
from partners.deliveries import routing
from partners.models import Collaboration, Delivery, Letter, Membership, Preference
from tests.ledger import checker, clients, rounds
from tests.ledger import world as worlds
from tests.ledger.clients import UNKNOWN, Told
from tests.ledger.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore::ResourceWarning")]
ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = 24
PATIENCE = 240.0
_LIMITS = {f"RATE_LIMIT_{whose}": "1000000000" for whose in ("ANONYMOUS", "USER", "ENTRY", "DEVELOPER")}


class Service(NamedTuple):
    """The running service: where it answers, and where its data lies."""

    port: int
    folder: Path

    def is_ready(self) -> bool:
        """Whether it answers, its database too, within the patience."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        return processes.wait_until(lambda: processes.answers(url), seconds=PATIENCE)

    def said(self) -> str:
        """The end of its log."""
        return (self.folder / "log").read_text()[-8000:]

    def processes(self, name: str) -> list[psutil.Process]:
        """Those of a part: `web`, `worker` or `postgres`."""
        if name == "postgres":
            postmaster = psutil.Process(int((self.folder / "postgres/postmaster.pid").read_text().split()[0]))
            return [*postmaster.children(recursive=True), postmaster]
        return processes.marked((self.folder / "run").read_text().split()[0] + f":{name}")

    def kill(self, name: str) -> None:
        """SIGKILL all of a part."""
        for one in self.processes(name):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """The service on a data folder of its own, which Django's connection of this test leads to as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own |= {"DATA_DIR": str(tmp_path), "PORT": str(port), "WEB_WORKERS": "2", "DEMO_DATA": "false", **_LIMITS}
    own |= {"SECRET_KEY": settings.SECRET_KEY, "KEY_PEPPER": settings.KEY_PEPPER}
    here = connection.settings_dict.copy()
    with (tmp_path / "log").open("a") as log:
        command = [sys.executable, str(ROOT / "manage.py"), "serve"]
        running = subprocess.Popen(command, env=own, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        made = Service(port, tmp_path)
        assert made.is_ready(), made.said()
        connections.close_all()
        connection.settings_dict.update(HOST=str(postgres.Server(tmp_path).socket), NAME="mitra")
        yield made
    finally:
        connections.close_all()
        connection.settings_dict.update(here)
        running.terminate()
        running.wait(PATIENCE)


def soon(service: Service, name: str) -> Callable[[], None]:
    """Kill a part a moment after the clients have started."""

    def kill() -> None:
        threading.Timer(0.25, service.kill, [name]).start()

    return kill


def raced(service: Service, name: str) -> tuple[World, list[Told]]:
    """All race for an offer while a part is killed; who got no answer asks again when the service is back."""
    world = worlds.build(clients=CLIENTS, quantities=(16,))
    for member in Membership.objects.filter(entry__in=[world.owner.pk, *_askers(world)]):
        Preference.objects.create(user=member.user, entry_id=member.entry_id, mail="at_once")
    told = clients.at_once(service.port, [rounds.accept(world, one) for one in world.asked], before=soon(service, name))
    connections.close_all()  # PostgreSQL may be another by now
    assert service.is_ready(), service.said()
    lost = [one.call for one in told if one.status in (UNKNOWN, 503)]
    again = clients.at_once(service.port, lost) if lost else []
    # Who asks again after an unknown answer may be told that it is done already: that is no second acceptance.
    return world, [*told, *again]


def _askers(world: World) -> list[Any]:
    return list(
        Collaboration.objects.filter(pk__in=[one.key for one in world.asked]).values_list("initiator", flat=True)
    )


def woken() -> None:
    """Have the worker tell and send at once, not at the next full minute."""
    for name in ("deliver", "send_mail"):
        with contextlib.suppress(AlreadyEnqueued):
            app.configure_task(f"partners.tasks.{name}", queueing_lock=name, lock=name).defer(timestamp=0)


def told_and_sent() -> bool:
    """Whether everything is."""
    woken()
    untold = Event.objects.filter(type="collaboration.accepted").exclude(pk__in=Delivery.objects.values("event"))
    left = (untold, Delivery.objects.due(clock.now()), Letter.objects.filter(sent_at=None))
    return not any(rows.exists() for rows in left)


# Slow (about two minutes, of which most is waiting): everything is killed under load and started again, and a job that
# a dead worker held is taken over by the minute.
def test_nothing_acknowledged_is_lost_and_nothing_else_is_told(service):
    found = {}
    for name in ("web", "postgres", "worker"):
        world, told = raced(service, name)
        found[name] = checker.violations(world, told)
        woken()
    for pause in (0.3, 1.0):  # while it tells and sends
        woken()
        time.sleep(pause)
        service.kill("worker")
        assert processes.wait_until(lambda: bool(service.processes("worker")), seconds=PATIENCE)
    Letter.objects.filter(sent_at=None).update(due_at=clock.now())  # as if the leases of the dead had run out
    assert found == {"web": [], "postgres": [], "worker": []}
    assert processes.wait_until(told_and_sent, seconds=PATIENCE), service.said()

    accepted = set(Event.objects.filter(type="collaboration.accepted").values_list("pk", flat=True))
    told_of = set(Delivery.objects.filter(channel="mail", sent_at__isnull=False).values_list("event", flat=True))
    assert accepted <= told_of <= set(Event.objects.filter(type__in=routing.TOLD).values_list("pk", flat=True))
    letters = Letter.objects.count()
    sent = sum(file.read_text().count("\nSubject: ") for file in (service.folder / "mail").iterdir())
    print(f"{letters} letters were sent {sent} times")
    # A worker that dies between sending and noting it sends again what it had in its hands.
    assert letters <= sent <= letters + 5 * mail.BATCH
