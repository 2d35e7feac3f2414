"""What every resource of /v1 shares: parameters, pages, detail, sparse fields, expansion, conditional answers."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions
from rest_framework.request import Request

from api import conditional, filtering, pagination, renderers, views
from api.openapi import operations
from directory import errors, filters, ids


class Row(NamedTuple):
    """A row of a list: its place in the order, and its document, None when it can no longer be seen."""

    place: Sequence[Any]
    document: bytes | None


class ListViewSet(views.View):
    """A read-only list. A subclass declares; it programs nothing."""

    schema = operations.Schema()
    lookup_value_regex = "[^/]+"

    object_name: ClassVar[str]
    model: ClassVar[type[Model]]
    filterset_class: type[filters.Filters] | None = None
    sorts: ClassVar[dict[str, str]] = {"updated_at": "updated_at", "created_at": "created_at"}
    path_description = "The object's id."
    path_pattern = ""
    path_example: Any = ""
    paths: ClassVar[dict[str, tuple[str, str, Any]]] = {}  # the same three, where an address names several things
    spoken_name = ""  # what writing operations are named after, where that is not the object
    can_be_missing = False  # also where no id stands in the address: 404
    erases = False  # a person can have it erased: 410
    is_single = False  # what `list` answers is one document, not an envelope
    is_file = False  # it is bytes to be saved
    moves = False
    special_sorts: ClassVar[Sequence[str]] = ()
    expandable: ClassVar[Sequence[str]] = ()
    facets: ClassVar[Sequence[str]] = ()
    parameters: ClassVar[Sequence[str]] = ()  # of the list, where it takes fewer than filtering.LIST
    extra_parameters: ClassVar[dict[str, dict[str, Any]]] = {}  # name -> schema; the action itself reads it
    required_parameters: ClassVar[Sequence[str]] = ()
    detail_parameters: ClassVar[Sequence[str]] = ()
    detail_extra: ClassVar[dict[str, dict[str, Any]]] = {}  # as extra_parameters, of the single object
    write_parameters: ClassVar[Sequence[str]] = ()
    searches = False
    corrects = False  # the list's envelope says what was searched instead of a mistyped word
    is_labelled = False  # bodies hold labels in the reader's language
    limits = filtering.LIMITS
    cache = conditional.PUBLIC
    asked = filtering.Asked()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Begin, unless only the address is asked about."""
        if self.action is None:
            raise exceptions.MethodNotAllowed(str(request.method))
        if self.action == "metadata":  # OPTIONS asks about the address, whatever is asked of it
            return
        super().initial(request, *args, **kwargs)
        self.begin(request)

    def begin(self, request: Request) -> None:
        """Count the caller and clean the parameters, once it is known who asks for what format."""
        self.count(request, self.actor)
        self.asked = filtering.asked(request, self)
        renderers.check(self)

    def get_renderers(self) -> list[Any]:
        """The formats of the action."""
        return [renderer() for renderer in renderers.offered(self)]

    # --- what a subclass may put differently ---

    def visible(self) -> QuerySet[Any]:
        """The rows that the actor may see."""
        return self.model._default_manager.visible_to(self.actor)  # type: ignore[attr-defined,no-any-return]

    def selected(self) -> QuerySet[Any]:
        """The visible rows, narrowed by the filters."""
        rows = self.visible()
        return self.filterset_class.narrow(rows, self.asked.filters) if self.filterset_class else rows

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what the serializer reads."""
        return rows

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those rows that can be seen."""
        rows = self.prepared(self.visible().filter(pk__in=keys)).in_bulk()
        shape = self.get_serializer_class()()
        return {key: orjson.dumps(shape.to_representation(row)) for key, row in rows.items()}

    @property
    def order(self) -> pagination.Order:
        """The columns by which the list is read, else by key."""
        return pagination.order(self.asked.sort, self.sorts, key=self.model._meta.pk.name)

    def page(self) -> pagination.Page:
        """The page that was asked for."""
        by, limit = self.order, self.asked.limit
        mark = f"{self.asked.place} {','.join(by.by())}"
        after = pagination.decode_marked(self.asked.cursor, mark)
        found = self.found(by, after, limit + 1)
        shown = found[:limit]
        cursor = pagination.encode([mark, *shown[-1].place]) if len(found) > limit else ""
        return pagination.Page([row.document for row in shown if row.document is not None], cursor)

    def found(self, by: pagination.Order, after: Sequence[Any] | None, limit: int) -> Sequence[Row]:
        """The first rows behind a place, with their documents."""
        return self.rows(pagination.ordered(self.selected(), by, after=after)[:limit], by)

    def rows(self, rows: QuerySet[Any], by: pagination.Order) -> Sequence[Row]:
        """Rows that are ordered and cut already, with their documents."""
        found = list(rows.values_list(*by.columns, "pk"))
        documents = self.documents([row[-1] for row in found])
        return [Row(row[:-1], documents.get(row[-1])) for row in found]

    def taken_along(self, documents: Sequence[bytes]) -> Sequence[bytes]:
        """The documents as downloads of a whole list hold them: copies of these nobody can call back."""
        return documents

    def extras(self) -> dict[str, Any]:
        """Further members of the list's envelope: total and facets."""
        if not self.asked.with_total:
            return {}
        return {"total": self.total()}

    def total(self) -> dict[str, Any]:
        """How many the list has."""
        return total(self.selected())

    # --- actions ---

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Which methods there are."""
        response = conditional.empty(204)
        response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def list(self, request: Request, **address: str) -> HttpResponseBase:
        """A page of the resource, or all of it in a format that is not paged."""
        if isinstance(request.accepted_renderer, renderers.Download):
            return request.accepted_renderer.answer(self)
        return self.answer_page(self.page())

    # --- answers ---

    def answer_one(self, body: bytes, *, version: int | None, cache: str = "") -> HttpResponse:
        """A single object, with the fields and expansions that were asked for."""
        if self.asked.fields or self.asked.expand:
            body, version = self.shaped([body])[0], None
        return self._answer(self._format.one(body), version=version, cache=cache)

    def answer_page(self, page: pagination.Page) -> HttpResponse:
        """The envelope of a list around its documents."""
        cursor = page.next_cursor or None
        return self.answer_envelope(
            self.shaped(page.documents), {"has_more": cursor is not None, "next_cursor": cursor, **self.extras()}
        )

    def answer_envelope(self, documents: Sequence[bytes], members: dict[str, Any]) -> HttpResponse:
        """A list as it is sent, with the address of the page after it."""
        response = self._answer(self._format.page(documents, members))
        if members["next_cursor"] and response.status_code == 200:
            response["Link"] = f'<{next_address(self.request._request, members["next_cursor"])}>; rel="next"'
        return response

    def answer_value(self, value: Any) -> HttpResponse:
        """A document that is neither a row nor a page."""
        return self._answer(orjson.dumps(value))

    def _answer(self, body: bytes, *, version: int | None = None, cache: str = "") -> HttpResponse:
        is_public = self.actor.kind == "anonymous"
        kept = (cache or self.cache) if is_public else conditional.PRIVATE
        return conditional.answer(
            self.request._request, body, content_type=self._format.media_type, version=version, cache=kept
        )

    @property
    def _format(self) -> renderers.Format:
        chosen: renderers.Format = self.request.accepted_renderer
        return chosen

    def field_names(self) -> Sequence[str]:
        """The members that ?fields= can choose."""
        return list(self.get_serializer_class()().fields)

    def shaped(self, documents: Sequence[bytes]) -> Sequence[bytes]:
        """The documents with the fields and expansions that were asked for, and what the format needs."""
        if not self.asked.fields and not self.asked.expand:
            return documents
        from api.v1 import expansion  # it reads every resource, and every resource stands on this file

        values = [orjson.loads(document) for document in documents]
        for path in self.asked.expand:
            expansion.expand(values, path, self.request)
        named = {path.split(".")[0] for path in self.asked.expand}
        wanted = self.asked.fields | {"id", "object"} | named | self._format.needed
        if self.asked.fields:
            values = [{name: value for name, value in one.items() if name in wanted} for one in values]
        return [orjson.dumps(value) for value in values]


class ResourceViewSet(ListViewSet):
    """A list and its single objects."""

    renderer_classes = renderers.TABLE

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One object."""
        rows = self.prepared(self.visible())
        row = rows.filter(pk=self.key_of(pk)).first()
        if row is None:
            raise errors.Missing("not_found")
        return self.answer_one(
            orjson.dumps(self.get_serializer_class()(row).data), version=getattr(row, "version", None)
        )

    def key_of(self, text: str) -> Any:
        """The primary key of a public id; Missing when it is none of this resource."""
        return key_named(text, self.object_name)


def key_named(text: str, name: str) -> Any:
    """The key of a public id of the object type `name`; Missing when it is none."""
    try:
        found, key = ids.decode(text)
    except errors.Invalid:
        raise errors.Missing("not_found") from None
    if found != name:
        raise errors.Missing("not_found")
    return key


def named(response: HttpResponse, name: str) -> HttpResponse:
    """The answer as a file to be saved under a name; no browser shows it as a page of this service."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def dumps(value: Any) -> bytes:
    """A document's bytes."""
    return orjson.dumps(value)


def total(rows: QuerySet[Any]) -> dict[str, Any]:
    """How many there are, counted to 10,000 at most."""
    found = rows.order_by().values("pk")[: TOTAL_COUNTED_TO + 1].count()
    is_more = found > TOTAL_COUNTED_TO
    return {"value": min(found, TOTAL_COUNTED_TO), "relation": "gte" if is_more else "eq"}


TOTAL_COUNTED_TO = 10_000


def next_address(request: HttpRequest, cursor: str) -> str:
    """The same request with another cursor."""
    query = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    return f"{settings.PUBLIC_URL}{escape_uri_path(request.path)}?{urlencode([*query, ('cursor', cursor)])}"
