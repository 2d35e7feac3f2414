"""Library-software products, as their vendors or communities describe them, and what vendors write about theirs."""

import datetime
import re
import uuid
from collections.abc import Mapping
from typing import Any

import uuid_utils.compat
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal, permissions, text, triggers, vocabularies
from directory.text import EMPTY

MAKERS = ("vendor", "organisation")  # an office or an association can publish software too
LICENCE = re.compile(r"[A-Za-z0-9.+()-]+( [A-Za-z0-9.+()-]+)*", re.ASCII)  # an SPDX expression, or "proprietary"
FIELDS = (
    "name",
    "website",
    "repository_url",
    "licence",
    "latest_version",
    "hosting",
    "standards",
    "services",
    "price_model",
    "description_id",
    "description_en",
)


def _codes(vocabulary: str) -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=20, choices=vocabularies.choices(vocabulary)),
        default=list,
        db_default=models.Value([]),
        blank=True,
    )


class Products(models.QuerySet["Product"]):
    """Questions about products."""

    def visible_to(self, actor: actors.Actor) -> "Products":
        """All but those of a hidden vendor."""
        return self if actor.is_moderator else self.exclude(vendor__status="hidden")


class Product(journal.Root):
    """One piece of library software."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    vendor = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="products"
    )  # null: a community's, with no entry of its own
    name = models.CharField(max_length=200)
    name_key = text.NormalisedField(source="name")
    website = models.URLField(max_length=500, **EMPTY)
    repository_url = models.URLField(max_length=500, **EMPTY)
    licence = models.CharField(max_length=60, **EMPTY)  # an SPDX identifier or "proprietary"
    latest_version = models.CharField(max_length=40, **EMPTY)
    hosting = _codes("hosting")
    standards = _codes("standard")
    services = _codes("service")
    price_model = models.CharField(max_length=16, choices=vocabularies.choices("price_model"), **EMPTY)
    description_id = models.TextField(**EMPTY)
    description_en = models.TextField(**EMPTY)
    is_retired = models.BooleanField(default=False, db_default=False)

    objects = Products.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("vendor", "name_key", name="product_once_per_vendor", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(name_key=""), name="product_name_says_something"),
            models.CheckConstraint(condition=Q(licence__regex=f"^({LICENCE.pattern})?$"), name="product_licence_form"),
            models.CheckConstraint(
                condition=Q(price_model__in=["", *vocabularies.codes("price_model")]), name="product_price_model_known"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__contained_by": vocabularies.codes(vocabulary)}),
                    name=f"product_{field}_known",
                )
                for field, vocabulary in (
                    ("hosting", "hosting"),
                    ("standards", "standard"),
                    ("services", "service"),
                )
            ),
        ]
        indexes = [models.Index("name_key", "id", name="product_name")]
        triggers = triggers.root()

    def __str__(self) -> str:
        return self.name


@transaction.atomic
def create(values: Mapping[str, Any], *, vendor: uuid.UUID | None, by: actors.Actor, now: datetime.datetime) -> Product:
    """Add a product of a vendor; without one, as the country's moderators do, a community's.

    Raises Forbidden, Invalid, Conflict `wrong_kind`, `already_exists`.
    """
    entries = apps.get_model("directory", "Entry").objects  # another room, which knows nothing of this one
    maker = entries.filter(pk=vendor).select_for_update(of=("self",)).first() if vendor else None
    region = maker.region_id if maker else None
    permissions.require(permissions.RULES["create_product"], by=by, entry=vendor, region=region)
    if maker and maker.kind not in MAKERS:
        raise errors.Conflict("wrong_kind", value=maker.kind)
    row = Product(id=uuid_utils.compat.uuid7(), vendor_id=vendor)
    _assign(row, values)
    _check_name(row)
    journal.record("product.created", by=by, now=now, subject=("product", row.pk))
    row.save(force_insert=True)
    return _fresh(row.pk)


@transaction.atomic
def change(
    key: uuid.UUID, values: Mapping[str, Any], *, version: int | None, by: actors.Actor, now: datetime.datetime
) -> Product:
    """Give members of a product other values; nothing is written where nothing differs.

    Raises Missing, Forbidden, Invalid, Conflict `already_exists`, and `version_changed` when it is no longer of
    `version`.
    """
    row = _seen(key, right="edit_product", by=by)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    changed = _assign(row, values)
    if "name" in changed:
        _check_name(row)
        changed.append("name_key")
    if changed:
        journal.record("product.changed", by=by, now=now, subject=("product", row.pk))
        row.save(update_fields=changed)
    return _fresh(key)


@transaction.atomic
def retire(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Product:
    """Say that nobody maintains the product any more; it stays listed. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, is_retired=True, by=by, now=now)


@transaction.atomic
def restore(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Product:
    """Take a retirement back. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, is_retired=False, by=by, now=now)


def _move(key: uuid.UUID, *, is_retired: bool, by: actors.Actor, now: datetime.datetime) -> Product:
    row = _seen(key, right="edit_product", by=by)
    if row.is_retired == is_retired:
        raise errors.Conflict("wrong_state", value="retired" if is_retired else "maintained")
    journal.record("product.retired" if is_retired else "product.restored", by=by, now=now, subject=("product", key))
    Product.objects.filter(pk=key).update(is_retired=is_retired)
    return _fresh(key)


def _seen(key: uuid.UUID, *, right: str, by: actors.Actor) -> Product:
    """The product, locked, if the actor sees it and has the right."""
    row = Product.objects.visible_to(by).filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    region = row.vendor.region_id if row.vendor else None
    permissions.require(permissions.RULES[right], by=by, entry=row.vendor_id, region=region)
    return row


def _fresh(key: uuid.UUID) -> Product:
    return Product.objects.select_related("vendor").get(pk=key)


def _assign(row: Product, values: Mapping[str, Any]) -> list[str]:
    """Put the given fields on the row; returns the names of those that differ from before."""
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _check_name(row: Product) -> None:
    key = text.normalise(row.name)
    if not key:
        raise errors.Invalid("blank_member", pointer="#/name", value="name")
    if Product.objects.filter(vendor=row.vendor_id, name_key=key).exclude(pk=row.pk).exists():
        raise errors.Conflict("already_exists")
