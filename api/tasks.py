"""Background tasks that keep the background work itself going; procrastinate finds this module by its name."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs", retry=RetryStrategy(max_attempts=3), pass_context=True)
async def retry_stalled_jobs(context, timestamp: int) -> None:
    """Put the jobs of dead workers back in the queue: procrastinate sees such a worker, but does nothing."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("a job of a dead worker runs again", extra={"fields": {"job": job.id, "task": job.task_name}})
        await manager.retry_job(job)
