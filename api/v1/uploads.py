"""One file as it is sent, and a kept one as it is handed out: as bytes to be saved, never as a page of this service."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api import multipart
from api.v1 import inputs


@extend_schema_field({"type": "string", "contentMediaType": "application/octet-stream"})
class UploadedFile(serializers.Field):  # type: ignore[type-arg]
    """The file of an upload."""

    default_error_messages = {"invalid": "Bukan berkas."}

    def to_internal_value(self, data: Any) -> multipart.Upload:
        """The file as the parser read it."""
        if not isinstance(data, multipart.Upload):
            self.fail("invalid")
        return data


class FileInput(inputs.Input):
    """A file."""

    media_type = "multipart/form-data"
    example = {"file": "(the bytes of the file)"}
    file = UploadedFile(help_text="PDF, PNG, JPEG or WebP, at most 10 MiB and 40 megapixels.")


def for_saving(response: HttpResponse, *, name: str) -> HttpResponse:
    """The answer with a kept file, which no browser shows; `name` is ours, never the one that was sent."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
