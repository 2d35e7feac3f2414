"""Library-software products, as their vendors or communities describe them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from directory import actors, journal, text, triggers, vocabularies
from directory.text import EMPTY


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
