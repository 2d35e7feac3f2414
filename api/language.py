"""The language of labels and messages, Indonesian unless the reader prefers English; codes never change."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header


def of(request: HttpRequest) -> str:
    """`id` or `en`, by Accept-Language."""
    for language, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = language.split("-")[0]
        if base in ("id", "en"):
            return base
    return "id"
