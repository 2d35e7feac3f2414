"""What each kind of entry has beyond the common; a school's library stands here too."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from directory import journal, triggers, vocabularies
from directory.text import EMPTY


def _codes(vocabulary: str) -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=20, choices=vocabularies.choices(vocabulary)),
        default=list,
        db_default=models.Value([]),
        blank=True,
    )


def _known(field: str, vocabulary: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *vocabularies.codes(vocabulary)]}),
        name=f"%(class)s_{field}_known",
    )


class KindRow(journal.Row):
    """The row of an entry's kind, one to one with it; the trigger of the table proves that the kinds agree."""

    entry = models.OneToOneField(
        "directory.Entry", on_delete=models.CASCADE, primary_key=True, related_name="%(class)s"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class School(KindRow):
    """An education unit from early childhood to upper secondary, with non-formal ones."""

    form = models.CharField(max_length=10, choices=vocabularies.choices("form"))
    ownership = models.CharField(max_length=8, choices=vocabularies.choices("ownership"), **EMPTY)
    ministry = models.CharField(max_length=16, choices=vocabularies.choices("ministry"), **EMPTY)
    accreditation = models.CharField(max_length=6, choices=vocabularies.choices("school_accreditation"), **EMPTY)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    class_groups = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(form__in=vocabularies.codes("form")), name="school_form_known"),
            _known("ownership", "ownership"),
            _known("ministry", "ministry"),
            _known("accreditation", "school_accreditation"),
        ]
        indexes = [models.Index("form", "entry", name="school_form")]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("school")]


class Library(KindRow):
    """The library of a school, or of a university or a community; no row means that nothing is known of one."""

    exists = models.CharField(max_length=8, choices=vocabularies.choices("library_exists"), default="unknown")
    type = models.CharField(max_length=24, choices=vocabularies.choices("library_type"), **EMPTY)
    name = models.CharField(max_length=300, **EMPTY)
    npp = models.CharField(max_length=15, **EMPTY)
    titles = models.PositiveIntegerField(null=True, blank=True)
    copies = models.PositiveIntegerField(null=True, blank=True)
    room_area_m2 = models.PositiveIntegerField(null=True, blank=True)
    opening_hours_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    librarians = models.PositiveSmallIntegerField(null=True, blank=True)
    teacher_librarians = models.PositiveSmallIntegerField(null=True, blank=True)
    library_staff = models.PositiveSmallIntegerField(null=True, blank=True)
    has_internet = models.BooleanField(null=True, blank=True)
    opac_url = models.URLField(max_length=500, **EMPTY)
    accreditation = models.CharField(max_length=2, choices=vocabularies.choices("library_accreditation"), **EMPTY)
    accreditation_year = models.PositiveSmallIntegerField(null=True, blank=True)
    accreditation_valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(exists__in=vocabularies.codes("library_exists")), name="library_exists_known"
            ),
            _known("type", "library_type"),
            _known("accreditation", "library_accreditation"),
            models.CheckConstraint(
                condition=Q(titles=None) | Q(copies=None) | Q(copies__gte=F("titles")),
                name="library_a_copy_of_every_title",
            ),
            models.UniqueConstraint("npp", name="library_npp_once", condition=~Q(npp="")),
        ]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("school", "organisation")]


class Publisher(KindRow):
    """A house that publishes books."""

    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    book_levels = _codes("book_level")
    subjects = ArrayField(
        models.PositiveSmallIntegerField(), default=list, db_default=models.Value([]), blank=True
    )  # the ten Dewey hundreds: 0, 100 ... 900

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subjects__contained_by=list(range(0, 1000, 100))), name="publisher_dewey_hundreds"
            )
        ]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("publisher")]


class Author(KindRow):
    """A person who writes, draws, translates, edits or tells; only what the person made public stands here."""

    roles = _codes("author_role")
    book_levels = _codes("book_level")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=vocabularies.codes("author_role")), name="author_roles_known"
            )
        ]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("author")]


class Vendor(KindRow):
    """A company, community or office that makes or services library software."""

    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    services = _codes("service")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(services__contained_by=vocabularies.codes("service")),
                name="vendor_services_known",
            )
        ]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("vendor")]


class Organisation(KindRow):
    """An association, foundation, office, university, community library or bookshop."""

    type = models.CharField(max_length=20, choices=vocabularies.choices("organisation_type"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=vocabularies.codes("organisation_type")), name="organisation_type_known"
            )
        ]
        triggers = [*triggers.child(key="entry_id"), triggers.of_kind("organisation")]


MODELS: dict[str, type[KindRow]] = {
    "school": School,
    "publisher": Publisher,
    "author": Author,
    "vendor": Vendor,
    "organisation": Organisation,
}
LIBRARY_HOLDERS = ("school", "organisation")


def own_fields(model: type[KindRow]) -> tuple[str, ...]:
    """The names of what a kind's row says of its entry."""
    of_the_row = {field.name for field in KindRow._meta.get_fields()} | {"entry"}
    return tuple(field.name for field in model._meta.concrete_fields if field.name not in of_the_row)
