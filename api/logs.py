"""Logs as one JSON object a line, each with the id of the request it belongs to."""

import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

# The secret of a mailed link stands in its path: no line holds it, neither ours nor Django's of a failed request.
SECRET = re.compile(r"(/links/(?:suggestions/)?|(?<!/v1)/invitations/)[\w.:~=-]+")
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON; what a caller passes as `extra={"fields": {...}}` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        # Django logs a failed request when our middleware has already left it, but hands the request over.
        if current := request_id.get() or getattr(getattr(record, "request", None), "id", ""):
            line["request_id"] = current
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["exception"] = "".join(traceback.format_exception(record.exc_info[1]))
        return SECRET.sub(r"\1...", orjson.dumps(line, default=str).decode())


def configuration(level: str) -> dict[str, Any]:
    """Return the `logging.config` dictionary of every process: JSON on standard error from `level` on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "api.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # The access log has the status of every request; Django's own line for a 404 says it twice.
        "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}},
    }
