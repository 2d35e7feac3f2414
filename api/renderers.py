"""The formats a reader can ask for, by Accept or ?format=: documents become pages, or streams of the whole set."""

from collections.abc import Sequence
from typing import Any, ClassVar

import orjson
from django.http import HttpResponseBase
from rest_framework import exceptions, negotiation, renderers
from rest_framework.request import Request

from api.exports import columns, geojson, jsonld, streams, tables
from directory import errors


class Format(renderers.BaseRenderer):
    """One format; documents come as JSON."""

    charset = None
    refused: ClassVar[Sequence[str]] = ("profile",)  # parameters that mean nothing in it
    needed: ClassVar[frozenset[str]] = frozenset()  # members it reads, also when ?fields= names others
    page_schema: ClassVar[dict[str, Any]] = {}  # for the API's document; {}: as the serializer says
    one_schema: ClassVar[dict[str, Any]] = {}

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """The bytes of what Django REST framework itself answers (OPTIONS)."""
        return orjson.dumps(data)

    def page(self, documents: Sequence[bytes], members: dict[str, Any]) -> bytes:
        """A page of a list; `members` are those of its envelope."""
        raise NotImplementedError

    def one(self, document: bytes) -> bytes:
        """A single object."""
        raise NotImplementedError


class Json(Format):
    """The format of the contract; problems are JSON whatever was asked for."""

    media_type, format = "application/json", "json"

    def page(self, documents: Sequence[bytes], members: dict[str, Any]) -> bytes:
        """The envelope around the documents."""
        return b'{"data":[' + b",".join(documents) + b"]," + orjson.dumps(members)[1:]

    def one(self, document: bytes) -> bytes:
        """The document itself."""
        return document


class File(Format):
    """Bytes to be saved, whatever they are."""

    media_type, format = "application/octet-stream", "file"


class Pdf(Format):
    """A paper to be printed."""

    media_type, format = "application/pdf", "pdf"
    page_schema = one_schema = {"type": "string", "contentMediaType": "application/pdf"}


class Calendar(Format):
    """A time for calendars (RFC 5545)."""

    media_type, format = "text/calendar", "ics"


class GeoJson(Format):
    """Points on a map."""

    media_type, format = "application/geo+json", "geojson"
    needed = geojson.PLACE
    page_schema = {"$ref": "#/components/schemas/GeoJsonFeatureCollection"}
    one_schema = {"$ref": "#/components/schemas/GeoJsonFeature"}
    page, one = staticmethod(geojson.page), staticmethod(geojson.one)  # type: ignore[assignment]


class JsonLd(Format):
    """Linked data in the words of schema.org; its members are not ours, so none can be chosen."""

    media_type, format = "application/ld+json", "jsonld"
    refused = ("profile", "fields", "expand", "facets", "include")
    page_schema = {"$ref": "#/components/schemas/JsonLdPage"}
    one_schema = {"$ref": "#/components/schemas/JsonLdObject"}
    page, one = staticmethod(jsonld.page), staticmethod(jsonld.one)  # type: ignore[assignment]


class Download(Format):
    """A format that is not paged: the whole filtered set in one answer."""

    refused = ("limit", "cursor", "include", "facets", "expand")
    page_schema = {"type": "string"}

    def answer(self, view: Any) -> HttpResponseBase:
        """The streamed answer to a list's request."""
        raise NotImplementedError


class Csv(Download):
    """A table for spreadsheets."""

    media_type, format = "text/csv", "csv"

    def answer(self, view: Any) -> HttpResponseBase:
        """The header and a row for each object."""
        profile = tables.PROFILES[view.asked.profile]
        chosen = columns.chosen(columns.of(view.get_serializer_class()), view.asked.fields)

        def lines(documents: Sequence[bytes]) -> bytes:
            return tables.rows(map(orjson.loads, documents), chosen, profile)

        head, content_type = tables.header(chosen, profile), "text/csv; charset=utf-8; header=present"
        return streams.answer(view, lines, head=head, content_type=content_type, suffix=self.format)


class Ndjson(Download):
    """One JSON object a line, the same as its detail."""

    media_type, format = "application/x-ndjson", "ndjson"
    refused = (*Download.refused, "profile")

    def answer(self, view: Any) -> HttpResponseBase:
        """A line for each object."""
        return streams.answer(view, _lines, head=b"", content_type=self.media_type, suffix=self.format)


def _lines(documents: Sequence[bytes]) -> bytes:
    return b"\n".join([*documents, b""])


TABLE = (Json, Csv, Ndjson)
MAP = (*TABLE, GeoJson, JsonLd)


def offered(view: Any) -> list[Any]:
    """The formats of the view's action: only a list can be downloaded, and what is written comes back as JSON."""
    if view.is_writing:
        return [Json]
    is_list = view.action != "retrieve"
    return [one for one in view.renderer_classes if is_list or not issubclass(one, Download)]


def check(view: Any) -> None:
    """Raise errors.Several when a parameter means nothing in the format asked for."""
    chosen, given = view.request.accepted_renderer, view.request.query_params
    refused = [(name, name) for name in chosen.refused if name in given]
    if isinstance(chosen, Download):
        # By place, not by offset: a stream has to find the next row without ranking all those before.
        refused += [("sort", f"sort={name}") for name in view.special_sorts if name in view.asked.sort]
    if refused:
        raise errors.Several(
            [
                errors.Invalid("parameter_not_for_format", parameter=name, value=text, format=chosen.format)
                for name, text in refused
            ]
        )


class Negotiation(negotiation.DefaultContentNegotiation):
    """Accept and ?format=; a format that there is not is 406 with those there are."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """The renderer and its media type."""
        if request.query_params.get("format") == "":
            raise self._refusal(renderers)
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except (exceptions.NotAcceptable, LookupError):
            raise self._refusal(renderers) from None

    def filter_renderers(self, renderers: Any, format: Any) -> list[Any]:
        """The renderers of a ?format=."""
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise self._refusal(renderers)
        return found

    def _refusal(self, renderers: Any) -> exceptions.NotAcceptable:
        refusal = exceptions.NotAcceptable()
        refusal.available = ", ".join(renderer.format for renderer in renderers)  # type: ignore[attr-defined]
        return refusal
