"""The sweep: jobs of dead workers run again."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from api import tasks


@app.task(name="tests.nothing")
def nothing() -> None:
    """A job to be left behind."""


def job_of_a_worker(seconds_since_heartbeat: int, **how: str) -> int:
    job = nothing.configure(**how).defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_since_heartbeat],
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [cursor.fetchone()[0], job]
        )
    return job


def status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()[0]


def sweep() -> None:
    async_to_sync(tasks.sweep)(app.job_manager)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_runs_again():
    job = job_of_a_worker(seconds_since_heartbeat=90)
    sweep()
    assert status(job) == "todo"


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_gives_its_lock_to_its_like_that_is_queued():
    how = {"queueing_lock": "nothing", "lock": "nothing"}
    job, queued = job_of_a_worker(seconds_since_heartbeat=90, **how), nothing.configure(**how).defer()
    sweep()
    assert (status(job), status(queued)) == ("failed", "todo")


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_live_worker_is_left_alone():
    job = job_of_a_worker(seconds_since_heartbeat=5)
    sweep()
    assert status(job) == "doing"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_during_the_sweep_does_not_stop_it():
    ended, stalled = job_of_a_worker(seconds_since_heartbeat=90), job_of_a_worker(seconds_since_heartbeat=90)

    class Manager:
        async def get_stalled_jobs(self):
            jobs = list(await app.job_manager.get_stalled_jobs())
            await app.job_manager.finish_job_by_id_async(ended, Status.SUCCEEDED, delete_job=True)
            return jobs

        async def retry_job(self, job):
            await app.job_manager.retry_job(job)

    async_to_sync(tasks.sweep)(Manager())
    assert status(stalled) == "todo"


def test_the_sweep_is_asked_for_every_minute():
    periodic = app.periodic_registry.periodic_tasks.values()
    assert [each.cron for each in periodic if each.task is tasks.retry_stalled_jobs] == ["* * * * *"]
