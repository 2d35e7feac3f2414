"""Background tasks of those who act; procrastinate finds this module by its name. The row is the job, a task wakes."""

import contextlib

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from directory import clock
from partners import mail


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_mail", lock="send_mail")
def send_mail(timestamp: int) -> None:
    """Send the letters that are due; those of a killed worker are due again when its lease has run out."""
    mail.send_due(now=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_mail", lock="forget_mail")
def forget_mail(timestamp: int) -> None:
    """Remove letters that are long sent."""
    mail.forget(now=clock.now())


def wake_mail() -> None:
    """Have the letters sent now, not at the next full minute."""
    with contextlib.suppress(AlreadyEnqueued):  # it is about to be
        send_mail.defer(timestamp=0)  # type: ignore[call-arg]  # `periodic` hides the parameter
