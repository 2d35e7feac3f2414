"""All settings, read once from the environment; docs/reference/settings.md lists every variable."""

from pathlib import Path

import environ

from api import logs
from api.stack import profiles

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# DATABASE_URL set means production, with the refusals of api/refusals.py; unset means the embedded demo.
PRODUCTION = bool(env.str("DATABASE_URL", default=""))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else "demo-only")
KEY_PEPPER = env.str("KEY_PEPPER", default="" if PRODUCTION else "demo-only")

PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
DOCS_URL = env.str("DOCS_URL", default=f"{PUBLIC_URL}/docs").rstrip("/")
DATA_LICENCE = env.str("DATA_LICENCE", default="CC-BY-4.0")
DATA_LICENCE_URL = env.str("DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])

WEB_WORKERS = env.int("WEB_WORKERS", default=0)
WEB_THREADS = env.int("WEB_THREADS", default=1)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()

DATABASE_PROFILE = env.str("DATABASE_PROFILE", default="command")
if PRODUCTION:
    # The schema's owner migrates; every other process has the narrower role of DATABASE_URL.
    migrates = DATABASE_PROFILE == "migrate" and env.str("DATABASE_OWNER_URL", default="")
    database = env.db("DATABASE_OWNER_URL" if migrates else "DATABASE_URL")
else:
    database = profiles.embedded(env.str("EMBEDDED_POSTGRES", default=""), profile=DATABASE_PROFILE)
DATABASES = {"default": profiles.database(database, profile=DATABASE_PROFILE)}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "pgtrigger",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "directory",
    "partners",
    "api",
]
MIDDLEWARE = [
    "api.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
]
ROOT_URLCONF = "api.urls"
WSGI_APPLICATION = "api.wsgi.application"
AUTH_USER_MODEL = "partners.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"

LOGGING = logs.configuration(LOG_LEVEL)
