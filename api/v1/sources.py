"""Data sources: where entries come from, under which licence, and what a source does not cover."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields, resource
from directory.entries.sources import Source


class SourceSerializer(fields.Serializer):
    """A data source; a stronger rank wins where two sources say different things."""

    id = fields.PublicId("source", source="pk")
    object = fields.ObjectName("source")
    version = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    publisher = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True, help_text="The day that the data describes.")
    licence = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(help_text="Where two sources differ, the higher rank wins.")
    rows = serializers.IntegerField(help_text="How many rows were read of it last.")
    coverage = serializers.CharField(allow_blank=True, help_text="What it covers.")
    not_covered = serializers.CharField(allow_blank=True, help_text="What nobody should expect to find by it.")
    is_demo = serializers.BooleanField(help_text="Whether its data is made up.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SourceViewSet(resource.ResourceViewSet):
    """Where the directory's data comes from."""

    object_name, model, serializer_class = "source", Source, SourceSerializer
    path_pattern, path_example = components.public_id("source")["pattern"], "src_01kf3cb0s3f8q8r2d1kq8m8n8p"
    sorts = {**resource.ResourceViewSet.sorts, "name": "name"}

    def visible(self) -> QuerySet[Any]:
        """All of them: a source is public."""
        return Source.objects.all()
