"""Background tasks that keep the background work itself going; procrastinate finds this module by its name."""

import contextlib
import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from api import bodies, idempotency, throttling
from api.pages import attempts
from directory import clock, seal, seal_heads
from directory.entries import duplicates
from directory.search import cells, words

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled_jobs", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Once a minute, see `sweep`."""
    await sweep(context.app.job_manager)


async def sweep(manager: JobManager) -> None:
    """Put the jobs of dead workers back in the queue: procrastinate tells which they are, but does nothing."""
    for job in await manager.get_stalled_jobs():
        log.warning("a job of a dead worker runs again", extra={"fields": {"job": job.id, "task": job.task_name}})
        with contextlib.suppress(ConnectorException):  # it has ended in the meantime, or another sweep was faster
            try:
                await manager.retry_job(job)
            except UniqueViolation:  # its like is queued and waits for its lock: that one does what it left
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="keep_bodies", lock="keep_bodies")
def keep_bodies(timestamp: int) -> None:
    """Serialise the entries whose kept body is behind; about 50,000 a minute, then the next minute goes on."""
    bodies.catch_up(batches=250)


@app.periodic(cron="37 2 * * *")
@app.task(queueing_lock="drop_unseen_bodies", lock="drop_unseen_bodies")
def drop_unseen_bodies(timestamp: int) -> None:
    """Remove what hidden and erased entries once showed: nobody is served it, and nobody should find it."""
    bodies.drop_unseen()


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="rebuild_words", lock="rebuild_words")
def rebuild_words(timestamp: int) -> None:
    """Bring the vocabulary of typing errors to what the entries say now."""
    words.rebuild()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="fold_facets", lock="fold_facets")
def fold_facets(timestamp: int) -> None:
    """Put the last minute's changes of facet counts into the sums; no answer changes, it only takes less time."""
    cells.fold()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_journal", lock="seal_journal")
def seal_journal(timestamp: int) -> None:
    """Seal what the journal got in the last minute, at most a million events; then the next minute goes on."""
    seal.seal(now=clock.now())
    seal_heads.remember(now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="find_duplicates", lock="find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Look for the twins of the entries that changed; at most 20,000 of them, then the next run goes on."""
    duplicates.scan(now=clock.now(), batches=20)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="forget", lock="forget")
def forget(timestamp: int) -> None:
    """Remove kept answers and rate counts that nobody can ask for any more."""
    now = clock.now()
    idempotency.forget(now=now)
    throttling.forget(now=now)
    attempts.forget(now=now)
