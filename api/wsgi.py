"""The WSGI application that the web workers serve."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
os.environ.setdefault("DATABASE_PROFILE", "web")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, told of no charset: it decodes the query by that of the body, and `bz2_codec` ends in a bare 500."""
    media_type, *parameters = environ.get("CONTENT_TYPE", "").split(";")
    known = [one for one in parameters if not one.strip().lower().startswith("charset")]
    environ["CONTENT_TYPE"] = ";".join([media_type, *known])
    return _django(environ, start_response)
