"""How both Django peers run: the few settings of a public API without sessions, on persistent connections."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.benchmarks.peers import dsn


def application(urls: str) -> Callable[..., Any]:
    """The WSGI application that serves the `urlpatterns` of a module."""
    database = dsn.parts()
    settings.configure(
        SECRET_KEY="measured",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=urls,
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": database["host"],
                "PORT": database.get("port", ""),
                "NAME": database["dbname"],
                "USER": database["user"],
                "CONN_MAX_AGE": None,
                "OPTIONS": {"options": " ".join(f"-c {name}={value}" for name, value in dsn.SETTINGS.items())},
            }
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.postgres",
            "pgtrigger",
            "django_filters",
            "rest_framework",
            "directory",
        ],
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        },
    )
    return get_wsgi_application()
