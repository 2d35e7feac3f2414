"""The entrance of /v1: what there is, where it is documented, under which licence the data stand."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import headers
from api.v1 import fields, resource
from directory.entries.entries import Entry


class LicenceSerializer(fields.Serializer):
    """The licence of the data."""

    name = serializers.CharField()
    url = serializers.URLField()


class RootSerializer(fields.Serializer):
    """The addresses of the API."""

    object = fields.ObjectName("api")
    name = serializers.CharField()
    api_version = serializers.CharField()
    documentation = serializers.URLField(help_text="For people.")
    openapi = serializers.URLField(help_text="This document.")
    licence = LicenceSerializer()
    resources = serializers.DictField(child=serializers.URLField(), help_text="Name to address.")


class RootViewSet(resource.ListViewSet):
    """The addresses of everything under /v1."""

    object_name, model, serializer_class = "api", Entry, RootSerializer
    parameters = ("format",)
    is_single = True

    def list(self, request: Request) -> HttpResponse:
        """The addresses of everything under /v1."""
        from api.v1 import urls  # the table names this view

        base = f"{settings.PUBLIC_URL}/v1"
        return self.answer_value(
            {
                "object": "api",
                "name": "Mitra Pustaka",
                "api_version": headers.API_VERSION,
                "documentation": settings.DOCS_URL,
                "openapi": f"{base}/openapi.json",
                "licence": {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL},
                "resources": {name: f"{base}/{name}" for name in urls.RESOURCES},
            }
        )
