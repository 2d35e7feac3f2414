"""All settings, read once from the environment; docs/reference/settings.md lists every variable."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from api import logs
from api.stack import commands, profiles
from directory import vocabularies

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent


def number(name: str, *, default: int) -> int:
    """Return an integer variable; says which one is wrong instead of a traceback."""
    try:
        return env.int(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from None


def database(name: str) -> dict[str, Any]:
    """Return the Django database of a URL variable; never repeats the URL, which holds a password."""
    try:
        if env.str(name).startswith(("postgres://", "postgresql://")) and (found := env.db(name))["NAME"]:
            return found
    except (KeyError, ValueError):
        pass
    raise ImproperlyConfigured(f"{name} must look like postgres://USER:PASSWORD@HOST:PORT/DATABASE.")


# --- Mode: DATABASE_URL set means production, with the refusals of api/refusals.py; unset, the embedded demo. ---
PRODUCTION = bool(env.str("DATABASE_URL", default=""))
DEMO_DATA = env.bool("DEMO_DATA", default=True)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else "demo-only")
KEY_PEPPER = env.str("KEY_PEPPER", default="" if PRODUCTION else "demo-only")

# --- Where it is served, and what is said of it ---
HOST = env.str("HOST", default="127.0.0.1")
PORT = number("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
DOCS_URL = env.str("DOCS_URL", default=f"{PUBLIC_URL}/docs").rstrip("/")
DATA_LICENCE = env.str("DATA_LICENCE", default="CC-BY-4.0")
DATA_LICENCE_URL = env.str("DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/")
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
STATIC_ROOT = env.str("STATIC_ROOT", default=str(commands.data_folder() / "static"))
STATIC_URL = "/static/"
SEAL_HEADS = env.str("SEAL_HEADS", default="" if PRODUCTION else str(commands.data_folder() / "seal-heads"))

# --- Processes ---
WEB_WORKERS = number("WEB_WORKERS", default=0)
WEB_THREADS = number("WEB_THREADS", default=2)  # one is always free of downloads
WEB_BACKPRESSURE = number("WEB_BACKPRESSURE", default=512)
WORKER_CONCURRENCY = number("WORKER_CONCURRENCY", default=2)
# Requests a minute. An address may be a provider's gateway with thousands of phones behind it.
RATE_LIMITS = {
    "anonymous": number("RATE_LIMIT_ANONYMOUS", default=3000),
    "user": number("RATE_LIMIT_USER", default=600),
    "developer": number("RATE_LIMIT_DEVELOPER", default=6000),
    "entry": number("RATE_LIMIT_ENTRY", default=6000),
}
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = logs.configuration(LOG_LEVEL)

# --- Database ---
DATABASE_PROFILE = env.str("DATABASE_PROFILE", default="command")
if not PRODUCTION:
    _database = profiles.embedded(env.str("EMBEDDED_POSTGRES", default=""), profile=DATABASE_PROFILE)
elif DATABASE_PROFILE == "migrate" and env.str("DATABASE_OWNER_URL", default=""):
    _database = database("DATABASE_OWNER_URL")  # migrations alone have the role that owns the tables
else:
    _database = database("DATABASE_URL")
DATABASES = {"default": profiles.database(_database, profile=DATABASE_PROFILE)}

# --- Mail: to files by default, so that a demo shows what it would send; an SMTP server by one setting. ---
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(commands.data_folder() / "mail")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="Mitra Pustaka <pustaka@localhost>")

# --- Code ---
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # above the admin, whose templates it replaces; the desk has a site of its own
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
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
    "allauth",  # below api, whose templates come before its own
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "api.middleware.request_log",
    "api.headers.public_api",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "api.middleware.content_policy",
    "api.plain.reads",
    "api.pages.middleware.Sessions",
    "api.middleware.page_language",
    "api.pages.middleware.Csrf",
    "api.pages.middleware.Authentication",
    "api.pages.middleware.Messages",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "api.urls"
WSGI_APPLICATION = "api.wsgi.application"
AUTH_USER_MODEL = "partners.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False  # the routes of /v1 take both forms

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- People and their pages ---
UNFOLD = {
    "SITE_TITLE": "Meja moderasi",
    "SITE_HEADER": "Meja moderasi",
    "SITE_SUBHEADER": "Mitra Pustaka",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "href": "data:,"}],  # there is none, and no browser shall ask for it
    "STYLES": [lambda request: static("api/desk.css")],
    "SIDEBAR": {"show_search": False, "command_search": False, "navigation": "api.desk.navigation.sections"},
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "account_home", "account_login"
ACCOUNT_ADAPTER = "api.pages.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "api.pages.signing_up.SignupForm",
    "reset_password": "api.pages.signing_up.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of what is done to the account
# Codes to type, no links: a link with a secret stands in logs, histories and the scanners of mail servers.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
# A provider's gateway may hide many people; what one account may do is the narrower limit. Sign-in has limits of its
# own in api/pages/attempts.py.
ACCOUNT_RATE_LIMITS = {
    "signup": "60/15m/ip",
    "login": "300/15m/ip",
    "login_failed": "5/15m/key",  # of a second factor; for passwords see there
    "reset_password": "60/15m/ip,5/15m/key",
    "confirm_email": "1/10s/key,6/15m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Mitra Pustaka"
MFA_ADAPTER = "api.pages.second_factors.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "api.pages.second_factors.AddPasskeyForm",
    "edit_webauthn": "api.pages.second_factors.RenamePasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # browsers take http://localhost for safe
FILE_UPLOAD_HANDLERS = ["api.pages.uploads.OneFile"]
SESSION_COOKIE_AGE = 14 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
CSRF_FAILURE_VIEW = "api.pages.refused.csrf_failure"
# What the limits above have counted, and which codes of a second factor were used: seen by every process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "api_cache",
        "KEY_FUNCTION": "api.pages.attempts.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- API ---
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}  # all else is declared by api/v1/resource.py
SPECTACULAR_SETTINGS = {
    "TITLE": "Mitra Pustaka API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        **vocabularies.enum_names(),
        "EntryStatus": "directory.entries.entries.SHOWN",
        "EntryNameType": "api.v1.shapes.NAME_TYPES",
        "IdentifierScheme": "api.v1.shapes.SCHEMES",
        "ChangeType": "api.v1.changes.CHANGES",
        "HistoryChangeType": "api.v1.history.CHANGES",
        "ApiKeyKind": "partners.accounts.api_keys.KINDS",
        "ClaimCodeKind": "partners.trust.evidence.CODES",
        "EvidenceChecker": "api.v1.claim_shapes.CHECKERS",
        "CallerKind": "api.v1.me.KINDS",
        "MemberRole": "partners.accounts.memberships.ROLES",
        "Scope": "directory.actors.SCOPES",
        "MergeAction": "directory.entries.filling.ACTIONS",
        "ProfessionalStatus": "partners.accounts.professionals.SHOWN",
        "ConsentPurpose": "partners.accounts.consents.CODES",
        "FileType": "partners.collaborations.threads.TYPES",
        "EventSubject": "partners.deliveries.subjects.NAMES",
        "ErasureFate": "api.v1.own_data.FATES",
        "ErasureEntry": "partners.accounts.privacy.ENTRY_CHOICES",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.openapi.document.complete"],
}

# --- Safety ---
_is_https = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = _is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked over plain HTTP inside the machine
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _is_https
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The prefix makes browsers refuse a cookie that another host of the domain has set; it needs TLS.
_prefix = "__Host-" if _is_https else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}session", f"{_prefix}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# The check looks for the name of Django's class; ours is a subclass that keeps away from /v1, where no cookie is read.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
