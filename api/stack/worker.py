"""The background worker process: procrastinate with its heartbeat, on the patient database profile."""

import asyncio
import os


def work() -> None:
    """Run background jobs until a stop signal comes; ends by itself after a long outage of the database."""
    import django

    django.setup()
    from django.conf import settings
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(_run(worker, concurrency=settings.WORKER_CONCURRENCY))


async def _run(app, *, concurrency: int) -> None:
    async with app.open_async():
        # Done jobs are deleted: what they did is in the rows they served. A job that is still running when a
        # stop is asked is left to the sweep of api/tasks.py.
        await app.run_worker_async(concurrency=concurrency, delete_jobs="successful", shutdown_graceful_timeout=10)


if __name__ == "__main__":
    os.environ["DATABASE_PROFILE"] = "worker"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    work()
