"""Indonesia's regions from province to village, their codes in other schemes, other names and dated flags."""

import functools

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from directory import errors, journal, text, triggers, vocabularies

LEVELS = {1: "province", 2: "regency", 3: "district", 4: "village"}


class Regions(models.QuerySet["Region"]):
    """Questions about regions."""

    def within(self, code: str) -> "Regions":
        """The region `code` and everything below it."""
        return self.filter(within("code", code))

    def resolve(self, reference: str) -> "Region":
        """The region of a Kemendagri code, dotted or not, or of `scheme:code`.

        Raises Invalid `unknown_region`, and `ambiguous_region_code` for four bare digits:
        they mean one regency in Kemendagri's scheme and another in BPS's.
        """
        scheme, _, code = reference.rpartition(":")
        if not scheme and len(code) == 4 and code.isdigit():
            raise errors.Invalid("ambiguous_region_code", value=reference)
        if scheme in ("", "kemendagri"):
            found = self.filter(code=dotted(code)).first()
        else:
            found = self.filter(codes__scheme=scheme, codes__code=code).first()
        if found is None:
            raise errors.Invalid("unknown_region", value=reference)
        return found

    def code_of(self, reference: str) -> str:
        """The Kemendagri code of a reference, as `resolve`; most often it is that code already."""
        try:
            return known(reference)
        except LookupError:
            return self.resolve(reference).code


@functools.lru_cache(maxsize=10_000)
def known(code: str) -> str:
    """The code itself when a region has it; else LookupError.

    Remembered, for it comes before every list of a region; which is safe, as no code ever becomes another region's.
    What is not known is asked anew each time.
    """
    if not Region.objects.filter(code=code).exists():
        raise LookupError(code)
    return code


class Region(journal.Root):
    """One province, regency or city, district or village; the key is its dotted Kemendagri code."""

    code = models.CharField(max_length=13, primary_key=True, db_collation="C")  # `within` needs byte order
    name = models.CharField(max_length=120)
    level = models.SmallIntegerField(choices=list(LEVELS.items()))
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    postal_code = models.CharField(max_length=5, blank=True)
    area_km2 = models.FloatField(null=True)
    population = models.IntegerField(null=True)
    time_zone = models.CharField(max_length=40, blank=True)
    name_key = text.NormalisedField(source="name")

    objects = Regions.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"),
                name="region_code_form",
            ),
            models.CheckConstraint(
                condition=Q(level=1, parent=None) | Q(level__gt=1, parent__isnull=False),
                name="region_parent_by_level",
            ),
            models.CheckConstraint(
                # NULL passes a check: without the two `isnull` half a point would.
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="region_point_whole",
            ),
        ]
        indexes = [
            models.Index("level", "code", name="region_level"),
            models.Index("name_key", "code", name="region_name"),
            models.Index("changed_position", "code", name="region_feed"),
        ]
        triggers = [*triggers.root(key="code"), triggers.shown_below()]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def lineage(self) -> list["Region"]:
        """The region's ancestors from the province down, and itself; free when `parent` is selected thrice."""
        above = self.parent.lineage() if self.parent else []
        return [*above, self]


class RegionCode(journal.Row):
    """The code of a region in another scheme."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=12, choices=vocabularies.choices("region_scheme"))
    code = models.CharField(max_length=12)
    note = models.CharField(max_length=20, blank=True)  # how the pair was found: exact, fuzzy, manual

    class Meta:
        constraints = [models.UniqueConstraint("scheme", "code", name="region_code_once_per_scheme")]
        triggers = triggers.child(parent="region_id", root="directory_region", root_key="code")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class RegionAlias(journal.Row):
    """Another name of a region: a former one, or one that people type."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    name_key = text.NormalisedField(source="name")

    class Meta:
        constraints = [models.UniqueConstraint("region", "name_key", name="region_alias_once")]
        triggers = triggers.child(parent="region_id", root="directory_region", root_key="code")

    def __str__(self) -> str:
        return self.name


class RegionFlag(journal.Row):
    """A legal status of a region for a time: that it is a remote area by a certain decree, say."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="flags")
    flag = models.CharField(max_length=20, choices=vocabularies.choices("region_flag"))
    legal_basis = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("region", "flag", "legal_basis", name="region_flag_once_per_basis"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="region_flag_dates_in_order",
            ),
        ]
        triggers = triggers.child(parent="region_id", root="directory_region", root_key="code")

    def __str__(self) -> str:
        return f"{self.flag} ({self.legal_basis})"


def dotted(code: str) -> str:
    """A Kemendagri code with its dots; anything else as it is."""
    if code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 10):
        return ".".join(part for part in (code[:2], code[2:4], code[4:6], code[6:]) if part)
    return code


def within(column: str, code: str) -> Q:
    """The condition that the code in `column` is `code` or below it: one range of the index, as '/' follows '.'."""
    return Q(**{f"{column}__gte": code, f"{column}__lt": f"{code}/"})


def point_index(name: str) -> GistIndex:
    """The index of nearest-neighbour reads; the order is x = longitude, y = latitude."""
    return GistIndex(Func(F("longitude"), F("latitude"), function="point"), name=name)
