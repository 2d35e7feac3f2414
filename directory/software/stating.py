"""Who says that a library runs a product: state it, correct it, end it, consent to it, remove it, check it.

The library speaks for itself. What a vendor says is shown at once where everybody can see it at the library's public
catalogue, else after the library agreed; what the library removed, the vendor does not say again.
"""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

import uuid_utils.compat
from django.apps import apps
from django.db import transaction

from directory import actors, errors, ids, journal, permissions
from directory.permissions import RULES
from directory.software import dates
from directory.software.installations import Installation
from directory.software.products import Product

LIBRARIES = ("school", "organisation")
FIELDS = (
    "product_version",
    "hosting",
    "from_date",
    "from_precision",
    "until_date",
    "until_precision",
    "evidence",
)
MOST_WAITING = 10  # of one vendor in one library: each is a letter to its members


@transaction.atomic
def state(
    library: uuid.UUID, product: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Installation:
    """Add a statement, as the library, as the product's vendor, or as a moderator: by whom the actor acts for.

    Raises Missing, Forbidden, Invalid `invalid_id`, errors.Several for dates, Conflict `wrong_kind`, `wrong_state`,
    `already_exists`, `removed_by_library`, `too_many_waiting`.
    """
    entry = _library(library, by=by)
    made = Product.objects.visible_to(by).filter(pk=product).first()
    if made is None:
        raise errors.Invalid("invalid_id", pointer="#/product", value=ids.encode("product", product))
    row = Installation(id=uuid_utils.compat.uuid7(), library_id=library, product_id=product)
    row.stated_by = _voice(entry, made, by=by)
    for name in FIELDS:
        setattr(row, name, values.get(name, getattr(row, name)))
    _check(row)
    if row.stated_by == "verified":
        row.verified_at = now
    if row.stated_by == "vendor":
        _check_vendor(row, made)
        row.status = "shown" if _is_public(entry) and not by.is_provisional else "awaiting_consent"
    journal.record("installation.stated", by=by, now=now, subject=("installation", row.pk), status_after=row.status)
    row.save(force_insert=True)
    return _fresh(row.pk)


@transaction.atomic
def change(
    key: uuid.UUID, values: Mapping[str, Any], *, version: int | None, by: actors.Actor, now: datetime.datetime
) -> Installation:
    """Correct a statement, as who made it. What a library consented to, it is asked again.

    Raises Missing, Forbidden, errors.Several for dates, Conflict `already_exists`, and `version_changed`.
    """
    row = _seen(key, by=by)
    _require_voice(row, by=by)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, values[name])
    _check(row)
    before = row.status
    if row.consented_at is not None and not _is_public(row.library):
        row.status, row.consented_at = "awaiting_consent", None
    return _write(row, "installation.changed", [*changed, "status", "consented_at"], before=before, by=by, now=now)


@transaction.atomic
def end(
    key: uuid.UUID,
    *,
    until_date: datetime.date,
    until_precision: str,
    by: actors.Actor,
    now: datetime.datetime,
) -> Installation:
    """Say since when it no longer runs, as who stated it or as the library.

    Raises Missing, Forbidden, errors.Several for dates, Conflict `wrong_state` when it has an end.
    """
    row = _seen(key, by=by)
    if by.acting_entry != row.library_id:
        _require_voice(row, by=by)
    else:
        permissions.require(RULES["state_installation"], by=by, entry=row.library_id)
    if row.until_date is not None:
        raise errors.Conflict("wrong_state", value="ended")
    row.until_date, row.until_precision = until_date, until_precision
    _check(row)
    fields = ["until_date", "until_precision"]
    return _write(row, "installation.ended", fields, before=row.status, by=by, now=now)


@transaction.atomic
def consent(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Installation:
    """As the library, agree that a vendor's statement is shown. Missing, Forbidden, Conflict `wrong_state`."""
    row = _seen(key, by=by)
    permissions.require(RULES["consent_to_installation"], by=by, entry=row.library_id)
    if row.status != "awaiting_consent":
        raise errors.Conflict("wrong_state", value=row.status)
    row.status, row.consented_at = "shown", now
    fields = ["status", "consented_at"]
    return _write(row, "installation.consented", fields, before="awaiting_consent", by=by, now=now)


@transaction.atomic
def remove(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> Installation:
    """Take a statement away: the library any about itself, who stated it their own, a moderator each.

    From now on nobody sees it. Raises Missing, Forbidden.
    """
    row = _seen(key, by=by)
    own = next((entry for entry in (row.library_id, _speaker(row)) if entry and entry == by.acting_entry), None)
    permissions.require(RULES["remove_installation"], by=by, entry=own, region=row.library.region_id)
    before, row.status, row.removed_at = row.status, "removed", now
    fields = ["status", "removed_at"]
    return _write(row, "installation.removed", fields, before=before, by=by, now=now, reason=reason)


@transaction.atomic
def verify(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Installation:
    """As a moderator, say that a statement was checked. Missing, Forbidden, Conflict `wrong_state`."""
    row = _seen(key, by=by)
    permissions.require(RULES["verify_installation"], by=by, region=row.library.region_id)
    if row.status != "shown":
        raise errors.Conflict("wrong_state", value=row.status)
    row.verified_at = now
    return _write(row, "installation.verified", ["verified_at"], before=row.status, by=by, now=now)


def _library(key: uuid.UUID, *, by: actors.Actor) -> Any:
    """The entry of a library, locked: whoever says something of it waits for the others."""
    entries: Any = apps.get_model("directory", "Entry").objects  # another room, which knows nothing of this one
    row = entries.visible_to(by).filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    if row.kind not in LIBRARIES:
        raise errors.Conflict("wrong_kind", value=row.kind)
    if row.status == "hidden":
        raise errors.Conflict("wrong_state", value=row.status)
    return row


def _seen(key: uuid.UUID, *, by: actors.Actor) -> Installation:
    rows = Installation.objects.visible_to(by).select_related("library", "product")
    row = rows.filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def _voice(library: Any, product: Product, *, by: actors.Actor) -> str:
    """As whom the actor speaks: a code of `stated_by`."""
    if by.acting_entry is not None and by.acting_entry == product.vendor_id != library.pk:
        permissions.require(RULES["state_installation"], by=by, entry=by.acting_entry)
        return "vendor"
    if by.acting_entry != library.pk and by.moderates(library.region_id):
        permissions.require(RULES["verify_installation"], by=by, region=library.region_id)
        return "verified"
    permissions.require(RULES["state_installation"], by=by, entry=library.pk)
    return "school"


def _speaker(row: Installation) -> uuid.UUID | None:
    """The entry that stated it; None where that is no entry."""
    return {"school": row.library_id, "vendor": row.product.vendor_id}.get(row.stated_by)


def _require_voice(row: Installation, *, by: actors.Actor) -> None:
    if row.stated_by == "verified":
        permissions.require(RULES["verify_installation"], by=by, region=row.library.region_id)
    else:
        permissions.require(RULES["state_installation"], by=by, entry=_speaker(row))


def _is_public(library: Any) -> bool:
    """Whether everybody can see at a catalogue which software runs there."""
    held = getattr(library, "library", None)
    return held is not None and held.opac_url != ""


def _check(row: Installation) -> None:
    dates.check({name: getattr(row, name) for name in FIELDS})
    same = {
        name: getattr(row, name) for name in ("library_id", "product_id", "stated_by", "product_version", "from_date")
    }
    if Installation.objects.standing().filter(**same).exclude(pk=row.pk).exists():
        raise errors.Conflict("already_exists")


def _check_vendor(row: Installation, product: Product) -> None:
    if Installation.objects.refused(library=row.library_id, product=row.product_id).exists():
        raise errors.Conflict("removed_by_library")
    waiting = Installation.objects.filter(library=row.library_id, status="awaiting_consent")
    if waiting.filter(product__vendor=product.vendor_id).count() >= MOST_WAITING:
        raise errors.Conflict("too_many_waiting", most=MOST_WAITING)


def _write(
    row: Installation,
    type: str,
    fields: list[str],
    *,
    before: str,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str = "",
) -> Installation:
    journal.record(
        type,
        by=by,
        now=now,
        subject=("installation", row.pk),
        reason=reason,
        status_before=before,
        status_after=row.status,
    )
    row.save(update_fields=fields)
    return _fresh(row.pk)


def _fresh(key: uuid.UUID) -> Installation:
    return Installation.objects.select_related("library", "product").get(pk=key)
