"""The one small write that is measured, built of the house's classes, without the credential that no peer checks."""

import dataclasses
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers, views
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from api import authentication, conditional, errors, renderers, urls
from directory import actors, clock, ids, journal
from directory.entries.contacts import Contact
from directory.entries.entries import Entry


class WebsiteSerializer(serializers.Serializer[Any]):
    """The new address of an entry's website."""

    entry = serializers.CharField(max_length=40)
    website = serializers.URLField(max_length=300)


@transaction.atomic
def change(entry: str, *, website: str, by: actors.Actor) -> int:
    """Put the website of the entry with this public id; returns the version of the entry that this makes."""
    kind, key = ids.decode(entry)
    journal.record("website.changed", by=by, now=clock.now(), subject=(kind, entry))
    Contact.objects.filter(entry=key, kind="website").update(value=website)
    return Entry.objects.values_list("version", flat=True).get(pk=key)


class Websites(views.APIView):
    """POST {"entry": "sch_...", "website": "https://..."} answers {"version": n}."""

    authentication_classes = (authentication.Credentials,)
    content_negotiation_class = renderers.Negotiation
    renderer_classes = (renderers.Json,)
    parser_classes = (JSONParser,)

    def post(self, request: Request) -> HttpResponse:
        """Write it."""
        asked = WebsiteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        # No peer gives its requests ids.
        version = change(**asked.validated_data, by=dataclasses.replace(request.auth, request_id=""))
        response = HttpResponse(orjson.dumps({"version": version}), content_type=renderers.Json.media_type)
        response["Cache-Control"] = conditional.FRESH
        return response

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """A refusal as a problem document; a fault of ours goes on to Django."""
        response = errors.from_exception(self.request._request, exc)
        if response is None:
            raise exc
        return response


urlpatterns = [path("bench/writes", Websites.as_view()), *urls.urlpatterns]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
