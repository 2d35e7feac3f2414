"""Lists of rows to read: nothing is added, changed or deleted here, and searches go by the indexes there are."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from api.desk import regional
from api.desk.columns import chosen_by, columns
from api.desk.site import actor_of, desk
from directory import actors, errors, ids
from directory.entries import entries, identifiers
from directory.entries.entries import Entry
from directory.journal import Event
from directory.search import query
from partners.accounts.api_keys import ApiKey
from partners.accounts.memberships import Membership
from partners.mail import Letter

COUNTED_TO = 10_000


class Named:
    """The options of a model, but for what it is called: Indonesian has one form for one and for many."""

    def __init__(self, options: Any, name: str) -> None:
        self._options = options
        self.verbose_name = self.verbose_name_plural = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)


class Bounded(Paginator):  # type: ignore[type-arg]
    """Pages of a list that is counted to a bound: nobody turns over more."""

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        """How many rows there are, up to the bound."""
        return int(self.object_list[:COUNTED_TO].count())  # type: ignore[call-arg,arg-type]


class Rows(ModelAdmin):  # type: ignore[misc]
    """A list that is only read."""

    actions = list_display_links = None
    change_list_template = "desk/rows.html"
    list_per_page = 50
    show_full_result_count = False
    paginator = Bounded
    ordering = ("-pk",)
    called: ClassVar[str]

    def __init__(self, model: type[Model], site: admin.AdminSite) -> None:
        super().__init__(model, site)
        self.opts = Named(self.opts, self.called)

    def get_urls(self) -> list[URLPattern]:
        """The list alone, to be read: there is no address at which a row could be added, changed or deleted."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(require_safe(self.changelist_view)), name=name)]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, under its Indonesian name."""
        listed = super().get_changelist_instance(request)
        listed.opts = self.opts
        return listed

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every moderator; `narrowed` says of what."""
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for viewing."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the moderator's regions."""
        return self.narrowed(super().get_queryset(request), actor_of(request))

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """What the moderator may read of them."""
        raise NotImplementedError

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """What is asked for, by an index; nothing for what is no such thing."""
        return (self.found(queryset, search_term.strip()) if search_term.strip() else queryset), False

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The rows that a search means."""
        raise NotImplementedError


@admin.register(Entry, site=desk)
class EntryRows(Rows):
    """Entries of every status."""

    called = "entri"
    list_display = ("linked", *columns("kind", "region", "status", "trust_level", "updated_at"))
    list_filter = (chosen_by("kind"), chosen_by("status"), chosen_by("trust_level"))
    list_select_related = ("region",)
    search_fields = ("name",)
    search_help_text = "Nama, npsn:..., atau id"

    @admin.display(description="Nama", ordering="name")
    def linked(self, row: Entry) -> str:
        """Its name, which leads to its page and the buttons there."""
        return format_html('<a href="{}">{}</a>', reverse("desk:entry", args=[ids.encode(row.kind, row.pk)]), row.name)

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """Those of the regions."""
        if "" in by.regions:
            return rows
        found = Q(pk__in=[])
        for code in by.regions:
            found |= entries.within(code)
        return rows.filter(found)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By id or number, else as people search."""
        key = identifiers.entry_of(term)
        return rows.filter(pk=key) if key else query.narrow(rows, query.parse(term))


@admin.register(Event, site=desk)
class EventRows(Rows):
    """The journal."""

    called = "kejadian"
    ordering = ("-position", "-id")
    list_display = columns(
        "type",
        "at",
        "actor_kind",
        "actor_reference",
        "subject_type",
        "subject_id",
        "status_before",
        "status_after",
        "reason",
        "request_id",
    )
    search_fields = ("subject_id",)
    search_help_text = "Id dari yang berubah, misalnya sch_... atau clm_..."

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """What happened to the regions' entries."""
        return rows.filter(regional.events(by))

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By what it is about."""
        try:
            name, key = ids.decode(term)
        except errors.Invalid:
            return rows.none()
        return rows.filter(pk=key) if name == "event" else rows.filter(subject_type=name, subject_id=str(key))


@admin.register(Membership, site=desk)
class MembershipRows(Rows):
    """Who acts for which entry."""

    called = "keanggotaan"
    list_display = columns("entry", "user", "roles", "created_at", "suspended_at", "ended_at")
    list_select_related = ("entry", "user")
    search_fields = ("user__email",)
    search_help_text = "Surel, atau id entri"

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """Those of the regions' entries."""
        return rows.filter(regional.within(by, "entry__"))

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By the member's address or the entry."""
        return rows.filter(user__email__iexact=term) if "@" in term else rows.filter(entry=identifiers.entry_of(term))


@admin.register(ApiKey, site=desk)
class ApiKeyRows(Rows):
    """Keys, without anything that opens."""

    called = "kunci"
    list_display = columns(
        "name",
        "kind",
        "entry",
        "public",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_select_related = ("entry",)
    search_fields = ("public",)
    search_help_text = "Bagian kunci yang boleh terlihat, atau id entri"

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """Those of the regions' entries; of the country all."""
        return rows.filter(regional.within(by, "entry__"))

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By the part of the key that may be shown, or the entry."""
        return rows.filter(Q(public=term) | Q(entry=identifiers.entry_of(term)))


@admin.register(Letter, site=desk)
class LetterRows(Rows):
    """Mails that wait or were sent, without what they say: it may hold a code that opens an account."""

    called = "surat"
    list_display = columns("subject", "to", "created_at", "due_at", "tries", "sent_at")
    search_fields = ("to",)
    search_help_text = "Surel penerima"

    def narrowed(self, rows: QuerySet[Any], by: actors.Actor) -> QuerySet[Any]:
        """Those about the regions' entries; of the country all."""
        return rows.filter(regional.within(by, "entry__"))

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By the address: letters are kept for 30 days, so the table stays small."""
        return rows.filter(to__iexact=term)
