"""Background tasks that keep the background work itself going; procrastinate finds this module by its name."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from api import bodies
from directory.search import words

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs", retry=RetryStrategy(max_attempts=3), pass_context=True)
async def retry_stalled_jobs(context, timestamp: int) -> None:
    """Put the jobs of dead workers back in the queue: procrastinate sees such a worker, but does nothing."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("a job of a dead worker runs again", extra={"fields": {"job": job.id, "task": job.task_name}})
        await manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="keep_bodies", lock="keep_bodies")
def keep_bodies(timestamp: int) -> None:
    """Serialise the entries whose kept body is behind; about 50,000 a minute, then the next minute goes on."""
    bodies.catch_up(batches=250)


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="rebuild_words", lock="rebuild_words")
def rebuild_words(timestamp: int) -> None:
    """Bring the vocabulary of typing errors to what the entries say now."""
    words.rebuild()
