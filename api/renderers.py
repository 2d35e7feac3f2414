"""The formats a reader can ask for, by Accept or ?format=."""

from typing import Any

import orjson
from rest_framework import exceptions, negotiation, renderers
from rest_framework.request import Request


class Json(renderers.BaseRenderer):
    """The format of the contract; problems are JSON whatever was asked for."""

    media_type, format, charset = "application/json", "json", None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """The bytes of a document."""
        return orjson.dumps(data)


class Negotiation(negotiation.DefaultContentNegotiation):
    """Accept and ?format=; a format that there is not is 406 with those there are."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """The renderer and its media type."""
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
