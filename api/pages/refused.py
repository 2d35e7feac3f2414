"""The page of a form that was refused because it does not prove that it came from this site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partners.wording import chosen


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: usually a page that stood open since before somebody signed in."""
    sentence = chosen(
        "Formulir ini sudah kedaluwarsa. Buka lagi halamannya, lalu kirim sekali lagi.",
        "This form is out of date. Open the page again, and send it once more.",
    )
    return render(request, "pages/refused.html", {"refusal": sentence}, status=403)
