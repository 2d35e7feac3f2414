"""Data sources: where entries come from, under which licence, and what a source does not cover."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from api.v1 import resource
from directory.entries.sources import Source


class SourceSerializer(resource.Serializer):
    """A data source; a stronger rank wins where two sources say different things."""

    id = resource.PublicId("source", source="pk")
    object = resource.ObjectName("source")
    version = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    publisher = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)
    licence = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField()
    rows = serializers.IntegerField()
    coverage = serializers.CharField(allow_blank=True)
    not_covered = serializers.CharField(allow_blank=True)
    is_demo = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SourceViewSet(resource.ResourceViewSet):
    """Where the directory's data comes from."""

    object_name, model, serializer_class = "source", Source, SourceSerializer
    sorts = {**resource.ResourceViewSet.sorts, "name": "name"}

    def visible(self) -> QuerySet[Any]:
        """All of them: a source is public."""
        return Source.objects.all()
