"""What waits at the demo's desk: claims, suggestions and reports, as people leave them for a moderator."""

import datetime

from django.db import transaction

from directory import actors, ids
from directory.entries.entries import Entry
from partners import papers
from partners.accounts import acting
from partners.accounts.users import User
from partners.trust import claim_moves, flags, proofs, suggestions

DAY = datetime.timedelta(days=1)
CLAIMS = 3
CHANGES = (
    ({"postal_code": "40111"}, "Tercetak di kop surat sekolah."),
    ({"website": "https://sekolah.example"}, "Situs sekolah yang baru."),
    ({"address": "Jl. Perpustakaan No. 7"}, "Sekolah pindah tahun lalu."),
    ({"description_id": "Perpustakaan buka juga pada hari Sabtu."}, "Saya wali murid di sana."),
)
REPORTS = (
    ("wrong", "Nomor teleponnya milik sekolah lain."),
    ("not_real", "Gedungnya sudah menjadi puskesmas."),
    ("other", "Namanya salah ketik."),
)


@transaction.atomic
def load(*, now: datetime.datetime) -> None:
    """Leave claims with a letter to look at, suggestions and reports about schools that nobody acts for."""
    free = Entry.objects.filter(kind="school", status="active", region__isnull=False, memberships=None)
    schools = iter(free.order_by("-name_key", "pk")[: CLAIMS + len(CHANGES) + len(REPORTS)])
    for number in range(CLAIMS):
        _claim(next(schools), number, now=now - (number + 1) * DAY)
    for number, (values, reason) in enumerate(CHANGES):
        at = now - (3 * number + 2) * DAY
        suggestions.suggest(next(schools).pk, values, reason=reason, by=actors.ANONYMOUS, now=at)
    for number, (reason, note) in enumerate(REPORTS):
        school, at = next(schools), now - (2 * number + 1) * DAY
        flags.flag(ids.encode(school.kind, school.pk), reason=reason, note=note, by=actors.ANONYMOUS, now=at)


def _claim(school: Entry, number: int, *, now: datetime.datetime) -> None:
    person = User.objects.create_user(f"guru-{number + 1}@demo.example", None)
    User.objects.filter(pk=person.pk).update(name=f"Guru {school.name}"[:200], confirmed_at=now)
    by = acting.of_user(User.objects.get(pk=person.pk))
    claim = claim_moves.open(school.pk, statement="Saya guru pustakawan di sekolah ini.", by=by, now=now)
    letter = papers.document("Surat tugas", [papers.text(f"Kepala {school.name} menugaskan pengelola perpustakaan.")])
    proofs.upload_letter(claim.pk, name="surat-tugas.pdf", content=letter, by=by, now=now)
