"""The views and addresses of the tutorial peer."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, pagination, routers, views, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from directory import errors, ids, text
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from tests.benchmarks.peers import django_rows, drf_shapes, queries


class SchoolFilter(django_filters.FilterSet):
    """What schools can be filtered by; a search and a place also order them."""

    form = django_filters.BaseInFilter(field_name="school__form")
    region = django_filters.CharFilter(method="in_region")
    near = django_filters.CharFilter(method="by_nearness")
    q = django_filters.CharFilter(method="by_words")

    class Meta:
        model = Entry
        fields = ("form", "region", "near", "q")

    def in_region(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Those of a region and below it."""
        return rows.within(value)

    def by_nearness(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Those with a place, the nearest first."""
        return django_rows.nearest(rows, value)

    def by_words(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Those that hold all words; a mistyped one finds nothing."""
        return django_rows.matching(rows, queries.tsquery(queries.words(value)))


class Pages(pagination.PageNumberPagination):
    """Numbered pages in the envelope of the contract."""

    page_size, max_page_size, page_size_query_param = 50, 200, "limit"

    def get_paginated_response(self, data: Any) -> Response:
        """The envelope."""
        more = self.page.has_next()
        return Response({"data": data, "has_more": more, "next_cursor": str(self.page.number + 1) if more else None})


class SchoolViewSet(viewsets.ModelViewSet):
    """Schools and their libraries."""

    http_method_names = ("get",)
    serializer_class, pagination_class = drf_shapes.SchoolSerializer, Pages
    filter_backends, filterset_class = (DjangoFilterBackend,), SchoolFilter

    def get_queryset(self) -> QuerySet[Entry]:
        """With all that a document shows."""
        return django_rows.shown(django_rows.listed().order_by("id"))

    def get_object(self) -> Entry:
        """The school of an id."""
        try:
            return django_rows.shown(django_rows.seen()).get(pk=ids.decode(self.kwargs["pk"])[1])
        except (errors.Invalid, Entry.DoesNotExist):
            raise Http404 from None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page, with facets if asked for."""
        response = super().list(request, *args, **kwargs)
        if "facets" in request.query_params:
            rows = self.filter_queryset(django_rows.listed())
            response.data["facets"] = django_rows.facets(rows, request.query_params["facets"].split(","))
        return response


class SuggestViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Entries whose name begins with what is typed."""

    serializer_class = drf_shapes.SuggestionSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The first ten by name; the index of names serves the beginning of a normal form."""
        begun = text.normalise(request.query_params["q"])
        rows = Entry.objects.filter(status__in=django_rows.SEEN, name_key__startswith=begun).order_by("name_key", "id")
        numbers = Prefetch("identifiers", Identifier.objects.filter(retired_at=None), "held_identifiers")
        found = rows.select_related("region__parent__parent__parent").prefetch_related(numbers)[:10]
        return Response({"data": self.get_serializer(found, many=True).data, "has_more": False, "next_cursor": None})


class WriteView(views.APIView):
    """The one small write."""

    def post(self, request: Request) -> Response:
        """A new address of a website."""
        asked = drf_shapes.WriteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"version": django_rows.change(**asked.validated_data)})


router = routers.SimpleRouter(trailing_slash=False)
router.register("schools", SchoolViewSet, basename="school")
router.register("suggest", SuggestViewSet, basename="suggest")
urlpatterns = [path("v1/", include(router.urls)), path("bench/writes", WriteView.as_view())]
