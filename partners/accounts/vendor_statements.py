"""What a vendor says about a library reaches the library's members by mail, with links that answer in one click."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction

from directory import actors, errors, ids, permissions
from directory.software import stating
from directory.software.installations import Installation
from partners import mail
from partners.accounts import acting, memberships
from partners.accounts.memberships import Membership
from partners.accounts.users import User

LASTS = datetime.timedelta(days=180)
MOST_LETTERS = 20  # about one statement
_signer = signing.Signer(salt="partners.vendor_statements")


class Link(NamedTuple):
    """What a link of a letter may do, and as whom: the rights of that person are read when it is used."""

    verb: str  # remove, consent
    installation: uuid.UUID
    user: uuid.UUID


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


def link(verb: str, row: Installation, user: uuid.UUID, *, now: datetime.datetime) -> str:
    """The address of a page with one button, which answers for the library as this person for half a year."""
    until = int((now + LASTS).timestamp())
    text = _signer.sign_object([verb, str(row.pk), str(user), until])
    # In the query, which no log keeps.
    return f"{settings.PUBLIC_URL}/statements?link={text}"


def opened(text: str, *, now: datetime.datetime) -> Link | None:
    """What the link of a letter is for; None for every other text."""
    try:
        verb, installation, user, until = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None
    return Link(verb, uuid.UUID(installation), uuid.UUID(user)) if now.timestamp() < until else None


def meant(link: Link) -> tuple[Installation, actors.Actor]:
    """The statement of a link and its person, acting for the library; Missing when one of them is no longer there."""
    row = Installation.objects.select_related("library", "product__vendor").filter(pk=link.installation).first()
    user = User.objects.filter(pk=link.user, is_active=True).first()
    if row is None or user is None:
        raise errors.Missing("not_found")
    try:
        by = acting.of_user(user, acting_entry=ids.encode(row.library.kind, row.library_id))
    except errors.Forbidden:  # no member of the library any more
        raise errors.Missing("not_found") from None
    is_answered = link.verb == "consent" and row.status != "awaiting_consent"
    if is_answered or not Installation.objects.visible_to(by).filter(pk=row.pk).exists():
        raise errors.Missing("not_found")
    return row, by


@transaction.atomic
def answer(link: Link, *, by: actors.Actor, now: datetime.datetime) -> Installation:
    """Do what the link is for. Missing, Forbidden, Conflict `wrong_state`."""
    verb = {"remove": stating.remove, "consent": stating.consent}[link.verb]
    return verb(link.installation, by=by, now=now)


def _tell(row: Installation, *, now: datetime.datetime) -> None:
    for user in _answering(row.library_id):
        text = LETTERS[row.status].format(
            vendor=row.product.vendor.name,
            product=row.product.name,
            library=row.library.name,
            evidence=row.evidence or "-",
            remove=link("remove", row, user.pk, now=now),
            consent=link("consent", row, user.pk, now=now),
        )
        mail.put(to=user.email, subject=f"{row.product.vendor.name}: {row.product.name}"[:200], text=text, now=now)


def _answering(library: uuid.UUID) -> list[User]:
    """The members who may answer for the library."""
    members = Membership.objects.acting().filter(entry=library).select_related("user").order_by("pk")
    right = permissions.RULES["remove_installation"].roles
    return [row.user for row in members if memberships.effective(row) & right][:MOST_LETTERS]


LETTERS = {
    "shown": """\
{vendor} menyatakan bahwa perpustakaan {library} memakai {product}.
Bukti: {evidence}

Pernyataan ini ditampilkan sebagai "dinyatakan oleh pengembang", karena katalog daring perpustakaan Anda terbuka untuk
umum. Bila Anda tidak menghendakinya, hapus dengan satu klik:
{remove}

--
{vendor} states that the library of {library} runs {product}. It is shown as "stated by the vendor", because your
library's catalogue is public. The link above removes it.
""",
    "awaiting_consent": """\
{vendor} menyatakan bahwa perpustakaan {library} memakai {product}.
Bukti: {evidence}

Pernyataan ini belum ditampilkan. Setuju:
{consent}

Tidak setuju (pernyataan dihapus):
{remove}

Tanpa jawaban Anda, pernyataan ini tidak pernah ditampilkan.

--
{vendor} states that the library of {library} runs {product}. It is not shown: the first link above agrees, the second
removes it, and without an answer it is never shown.
""",
}
