"""The supervisor of `manage.py serve`: starts the children, restarts one that dies, stops all of them at the end."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable

from api.stack import processes
from api.stack.accounts import Problem

log = logging.getLogger(__name__)
LONGEST_PAUSE = 15.0  # so that work goes on within a minute after any outage of the database
STEADY_SECONDS = 60.0
GRACE_SECONDS = 15.0


class Child:
    """One program kept running, in a session of its own so that the terminal's Ctrl-C reaches only us."""

    def __init__(self, name: str, command: list[str], *, mark: str) -> None:
        self.name = name
        self.command = command
        self.mark = f"{mark}:{name}"
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 0.0
        self.started = self.due = time.monotonic()

    def start(self) -> None:
        """Start the program."""
        environment = os.environ | {processes.MARK: self.mark}
        self.process = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started = time.monotonic()

    def ended(self) -> bool:
        """Tell whether the program has started and ended."""
        return self.process is not None and self.process.poll() is not None

    def tend(self) -> None:
        """Restart the program when it has ended, after a pause that grows while it keeps ending."""
        if self.process is not None:
            if not self.ended():
                return
            steady = time.monotonic() - self.started > STEADY_SECONDS
            self.pause = 0.0 if steady else min(LONGEST_PAUSE, 2 * self.pause or 1.0)
            self.due = time.monotonic() + self.pause
            log.error("%s ended with code %s", self.name, self.process.returncode)
            self.process = None
            # A killed web server leaves workers that still answer on the port.
            processes.end(self.mark, patience=1)
        if time.monotonic() >= self.due:
            self.start()

    def ask_to_stop(self) -> None:
        """Send the stop signal to the program itself; it stops what it started."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)


class Supervisor:
    """The children, and what else to look after each second (`chores`)."""

    def __init__(self, children: list[Child], *, chores: list[Callable[[], None]]) -> None:
        self.children = children
        self.chores = chores
        self.stopping = False

    def start(self) -> None:
        """Start every child, and take the stop signals from here on."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        for child in self.children:
            child.start()

    def run(self) -> None:
        """Keep everything running until a stop signal comes."""
        while not self.stopping:
            for chore in self.chores:
                try:
                    chore()
                except Problem as problem:  # tried again: all else goes on
                    log.error("%s", problem)
            for child in self.children:
                child.tend()
            processes.wait_until(lambda: self.stopping, seconds=0.5)

    def end(self) -> None:
        """Stop every child, in parallel, and whatever they left."""
        for child in self.children:
            child.ask_to_stop()
        alive = [child.process for child in self.children if child.process is not None]
        processes.wait_until(lambda: all(process.poll() is not None for process in alive), seconds=GRACE_SECONDS)
        for child in self.children:
            processes.end(child.mark, patience=0)
        for process in alive:
            process.wait()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True
