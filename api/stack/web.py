"""The web server process: granian with threads, queue and log stated, not left to its defaults."""

import os
from pathlib import Path

BACKLOG = 1024
IDLE_MILLISECONDS = 10_000


def serve() -> None:
    """Serve until a stop signal comes."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    Granian(
        "api.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS or os.cpu_count() or 1,
        # One thread a worker measured 1.4 times gunicorn; more only queue for the interpreter lock. The second is for
        # whoever comes while a download waits for its reader.
        blocking_threads=settings.WEB_THREADS,
        backlog=BACKLOG,
        # It counts connections, idle ones too, so it is large and an idle one is closed soon.
        backpressure=settings.WEB_BACKPRESSURE,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_MILLISECONDS),
        websockets=False,
        log_dictconfig=settings.LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        # Swagger UI, Redoc and the desk's files: served by granian's own threads, so Python is never asked and
        # no package or second server is needed.
        static_path_route=["/static"],
        static_path_mount=[Path(settings.STATIC_ROOT)],
    ).serve()


if __name__ == "__main__":
    os.environ["DATABASE_PROFILE"] = "web"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    serve()
