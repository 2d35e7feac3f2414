"""What a vendor says about a library reaches the library's members by mail, with a link that answers in one click."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from directory import actors
from directory.software import stating
from directory.software.installations import Installation
from partners import mail
from partners.trust import asking, letters, links
from partners.wording import Words, chosen

MOST_LETTERS = 20  # about one statement
_ANSWERS = {
    "shown": {"remove": Words("Hapus pernyataan ini", "Remove this statement")},
    "awaiting_consent": {
        "consent": Words("Setuju, tampilkan", "Agree: show it"),
        "remove": Words("Tidak setuju, hapus", "Disagree: remove it"),
    },
}
_WHAT = {
    "shown": Words(
        'Pernyataan ini ditampilkan sebagai "dinyatakan oleh pengembang".',
        'It is shown as "stated by the vendor", because your library\'s catalogue is public; you can remove it.',
    ),
    "awaiting_consent": Words(
        "Pernyataan ini belum ditampilkan; tanpa jawaban Anda, tidak pernah ditampilkan.",
        "It is not shown: agree or remove it. Without an answer it is never shown.",
    ),
}
_LETTER = """\
{vendor} menyatakan bahwa perpustakaan {library} memakai {product}.
Bukti: {evidence}

{what}
{asked} (satu klik): {link}
Yang sudah dihapus tidak dapat dinyatakan lagi oleh pengembang.

--
{vendor} states that the library of {library} runs {product}. {what_en} The link above answers.
"""


@transaction.atomic
def state(
    library: uuid.UUID, product: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Installation:
    """Add a statement; of a vendor's the library's members get a letter. As `stating.state`."""
    row = stating.state(library, product, values, by=by, now=now)
    if row.stated_by == "vendor":
        _tell(row, now=now)
    return row


@transaction.atomic
def change(
    key: uuid.UUID, values: Mapping[str, Any], *, version: int | None, by: actors.Actor, now: datetime.datetime
) -> Installation:
    """Correct a statement; where the library is asked anew, its members get a letter. As `stating.change`."""
    before = Installation.objects.filter(pk=key).values_list("status", flat=True).first()
    row = stating.change(key, values, version=version, by=by, now=now)
    if row.status == "awaiting_consent" and before == "shown":
        _tell(row, now=now)
    return row


def _tell(row: Installation, *, now: datetime.datetime) -> None:
    told = {"vendor": _maker(row), "product": row.product.name, "library": row.library.name}
    for _, user in zip(range(MOST_LETTERS), letters.editors_of(row.library_id), strict=False):
        link = links.address(links.Link("installation", row.pk, user.pk, row.library_id), now=now)
        text = _LETTER.format(
            **told,
            evidence=row.evidence or "-",
            what=_WHAT[row.status].id,
            what_en=_WHAT[row.status].en,
            asked=" atau ".join(words.id.lower() for words in _ANSWERS[row.status].values()).capitalize(),
            link=link,
        )
        subject = f"{told['vendor']}: {told['product']}"[:200]
        mail.put(to=user.email, subject=subject, text=text, now=now, entry=row.library_id)


def _ask(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = _about_own(key, actor)
    said = " ".join(filter(None, (row.product.name, row.product_version)))
    evidence = chosen(f" Bukti: {row.evidence}.", f" Evidence: {row.evidence}.") if row.evidence else ""
    stated = chosen(
        f"{_maker(row)} menyatakan bahwa perpustakaan ini memakai {said}.",
        f"{_maker(row)} states that this library runs {said}.",
    )
    return asking.Page(
        title=row.library.name,
        text=f"{stated}{evidence} {_WHAT[row.status]}",
        answers=_ANSWERS[row.status],
    )


def _answer(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_ANSWERS[_about_own(key, by).status], code)
    verb = {"remove": stating.remove, "consent": stating.consent}[code]
    return verb(key, by=by, now=now)


def _maker(row: Installation) -> str:
    return row.product.vendor.name if row.product.vendor else row.product.name


def _about_own(key: uuid.UUID, actor: actors.Actor) -> Installation:
    """The statement, if it is about the library that the link was sent to; Missing."""
    rows = Installation.objects.visible_to(actor).filter(library=actor.acting_entry, stated_by="vendor")
    row: Installation = asking.seen(rows.select_related("library", "product__vendor"), key)
    return row


QUESTION = asking.Question(_ask, _answer)
