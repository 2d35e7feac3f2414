"""The weekly letter to a moderator: at most ten lines over all that waits, each answered with one click."""

import datetime
import itertools
import uuid

from django.conf import settings
from django.db import models, transaction

from directory import actors, seal_heads
from partners import mail
from partners.accounts import acting
from partners.accounts.moderators import Moderator
from partners.accounts.users import User
from partners.trust import links, waiting

MOST_LINES = 10  # of the whole letter: the first and the last frame the things between
EVERY = datetime.timedelta(days=6, hours=12)  # the task looks once a day


class DigestSent(models.Model):
    """When a moderator last got the weekly letter."""

    user = models.OneToOneField("partners.User", on_delete=models.CASCADE, primary_key=True, related_name="digest_sent")
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.sent_at:%Y-%m-%d}"


def send(*, now: datetime.datetime) -> int:
    """Write the letters that are due; who has nothing waiting gets none. Returns how many were written."""
    people = User.objects.filter(pk__in=Moderator.objects.values("user"), is_active=True, confirmed_at__isnull=False)
    return sum(_send(key, now=now) for key in list(people.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _send(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    user = User.objects.select_for_update(of=("self",)).get(pk=key)
    sent = DigestSent.objects.filter(user=user).first()
    if sent and sent.sent_at > now - EVERY:
        return False
    text = written(user, acting.of_user(user), now=now)
    if not text:
        return False
    mail.put(to=user.email, subject="Mitra Pustaka: yang menunggu Anda minggu ini", text=text, now=now)
    DigestSent.objects.update_or_create(user=user, defaults={"sent_at": now})
    return True


def written(user: User, by: actors.Actor, *, now: datetime.datetime) -> str:
    """The text of a moderator's letter, empty when nothing waits. Each kind has its turn: none crowds out others."""
    count = sum(waiting.counts(by).values())
    if not count:
        return ""
    most = MOST_LINES - 2
    turns = itertools.zip_longest(
        *(waiting.page(by, kinds={about: one}, size=most) for about, one in waiting.KINDS.items())
    )
    shown = [item for turn in turns for item in turn if item][:most]
    lines = [
        f"{count} hal menunggu Anda{_first(len(shown), count)}. Tautan membuka halaman dengan tombol jawaban."
        f" ({count} wait for you; each link opens a page with the answers, in English too.)"
    ]
    if head := seal_heads.last():  # in mailboxes it is out of the reach of who holds the database
        lines[0] += f" Segel jurnal: {head}"
    for item in shown:
        link = links.address(links.Link(item.about, item.key, user.pk), now=now)
        told = f"{waiting.KINDS[item.about].label}: {item.title}, {item.place} ({item.detail})"
        lines.append(f"- {' '.join(told.split())}. Tanpa jawaban: {item.silence}. {link}")
    lasts = f"Tautan berlaku {links.FOR_MODERATORS.days} hari dan hanya untuk Anda: jangan teruskan surat ini."
    lines.append(f"Semuanya: {settings.PUBLIC_URL}/desk/ {lasts}")
    return "\n".join(lines) + "\n"


def _first(shown: int, count: int) -> str:
    return f"; yang paling mendesak {shown}" if count > shown else ""
