"""Template tags of pages: a sentence in both languages side by side, as the catalogue of refusals has them."""

from typing import Any

from django import template
from django.utils.html import format_html

from partners.wording import chosen

register = template.Library()


@register.simple_tag
def say(indonesian: str, english: str, **named: Any) -> str:
    """The sentence in the reader's language; {names} are filled, and escaped."""
    return format_html(chosen(indonesian, english), **named) if named else chosen(indonesian, english)
