"""What tests of pages share: a browser that is signed in as a person would, and the letters that were written."""

import re

from django.test import Client

from partners.mail import Letter
from partners.models import User
from tests import people


def person(name: str = "", **fields: object) -> User:
    """Somebody with a password and a confirmed address."""
    from allauth.account.models import EmailAddress

    made = people.user(name, password=people.PASSWORD, **fields)
    EmailAddress.objects.create(user=made, email=made.email, verified=made.confirmed_at is not None, primary=True)
    return made


def browser(who: User | None = None, **headers: str) -> Client:
    """A browser, signed in as somebody who was made by `person`."""
    client = Client(headers={"Accept-Language": "id", **headers})
    if who is not None:
        response = sign_in(client, who.email)
        assert response.status_code == 302, response.content.decode()
    return client


def sign_in(client: Client, email: str, password: str = people.PASSWORD, **extra: object) -> object:
    """The answer to the form."""
    return client.post("/account/login/", {"login": email, "password": password}, **extra)


def letters(to: str) -> list[Letter]:
    """What was written to an address, the newest last."""
    return list(Letter.objects.filter(to=to).order_by("created_at", "pk"))


def code_in(letter: Letter) -> str:
    """The code of a letter, which stands alone in a line."""
    return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", letter.text, re.MULTILINE)[1]


def bytes_of(response: object) -> bytes:
    """A page without what differs each time it is made: the token of its forms."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
