"""Background tasks of those who act; procrastinate finds this module by its name. The row is the job, a task wakes."""

from procrastinate.contrib.django import app

from directory import clock
from partners import mail, timers
from partners.agreements import signing
from partners.collaborations import waitlist
from partners.deliveries import deliveries, outbound, routing
from partners.fulfilment import destinations, holding
from partners.offers import moves, reminding
from partners.trust import claim_moves, digest, evidence, freshness, silence


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


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="settle_claims", lock="settle_claims")
def settle_claims(timestamp: int) -> None:
    """Let silence decide the claims whose time has come."""
    claim_moves.settle_due(now=clock.now())


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_evidence", lock="forget_evidence")
def forget_evidence(timestamp: int) -> None:
    """Remove the letters of claims that were decided long ago."""
    evidence.forget(now=clock.now())


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="answer_by_silence", lock="answer_by_silence")
def answer_by_silence(timestamp: int) -> None:
    """Hand suggestions on to moderators, end what nobody answered, forget addresses and erased people."""
    now = clock.now()
    silence.hand_on(now=now)
    silence.lapse_suggestions(now=now)
    silence.lapse_flags(now=now)
    silence.forget_contacts(now=now)
    silence.forget_erased()


@app.periodic(cron="31 0 * * *")
@app.task(queueing_lock="keep_fresh", lock="keep_fresh")
def keep_fresh(timestamp: int) -> None:
    """Ask the editors of entries whose word grows old, and mark those who gave none."""
    now = clock.now()
    freshness.ask(now=now)
    freshness.mark_stale(now=now)


@app.periodic(cron="0 23 * * *")  # six in the morning in Jakarta
@app.task(queueing_lock="send_digests", lock="send_digests")
def send_digests(timestamp: int) -> None:
    """Write the weekly letters to moderators; each gets theirs a week after the last."""
    digest.send(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="work_deadlines", lock="work_deadlines")
def work_deadlines(timestamp: int) -> None:
    """Do what is due, those of a killed worker when its lease has run out; offer what came back to those who wait."""
    now = clock.now()
    timers.work(now=now)
    waitlist.offer_released(now=now)


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="follow_fulfilment", lock="follow_fulfilment")
def follow_fulfilment(timestamp: int) -> None:
    """Let statements about sessions stand, forget addresses and codes of long ago."""
    now = clock.now()
    holding.finish_due(now=now)
    destinations.forget(now=now)
    signing.forget_codes(now=now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="deliver", lock="deliver")
def deliver(timestamp: int) -> None:
    """Tell people what has happened, and write the mails that are due."""
    now = clock.now()
    routing.route(now=now)
    outbound.write_due(now=now)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forget_deliveries", lock="forget_deliveries")
def forget_deliveries(timestamp: int) -> None:
    """Remove the deliveries of long ago."""
    deliveries.forget(now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="settle_offers", lock="settle_offers")
def settle_offers(timestamp: int) -> None:
    """Open the offers and needs that no moderator looked at in time, and end those whose time has come."""
    now = clock.now()
    moves.open_reviewed(now=now)
    moves.expire_due(now=now)


@app.periodic(cron="41 0 * * *")
@app.task(queueing_lock="remind_of_offers", lock="remind_of_offers")
def remind_of_offers(timestamp: int) -> None:
    """Tell the approvers which offers and needs expire soon."""
    reminding.remind(now=clock.now())
