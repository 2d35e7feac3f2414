"""How django-allauth does things here: mail by the outbox, our limits of sign-in, a proved address in our row."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from api import throttling
from api.pages import attempts
from directory import clock
from partners import mail
from partners.accounts import users


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a letter into the outbox; its links begin with PUBLIC_URL, whatever host was asked for."""
        own = {
            "current_site": SimpleNamespace(name="Mitra Pustaka", domain=urlsplit(settings.PUBLIC_URL).netloc),
            "email": email,
            "signup_url": settings.PUBLIC_URL + reverse("account_signup"),
            "password_reset_url": settings.PUBLIC_URL + reverse("account_reset_password"),
        }
        message: EmailMessage = self.render_mail(template_prefix, email, {**context, **own})
        mail.put(to=email, subject=message.subject, text=str(message.body), now=clock.now())

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Note in the user's row that the address is proved; False when it is another account's."""
        others = users.User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id)
        if others.exists():
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False
        is_done = bool(super().confirm_email(request, email_address))
        if is_done:
            users.confirm(email_address.user_id, now=clock.now())
        return is_done

    @transaction.atomic
    def set_password(self, user: users.User, password: str) -> None:
        """Keep the new password. The code that allowed it has proved the address, too (without `confirm_email`)."""
        super().set_password(user, password)
        is_proved = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
        if is_proved and user.confirmed_at is None:
            users.confirm(user.pk, now=clock.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that counts for limits; of IPv6 the /64."""
        return throttling.address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at; refuses too many, the right password among them."""
        if not attempts.spend(credentials.get("email", ""), self.get_client_ip(request), now=clock.now()):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The user of a right password, whose attempt is not counted."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            attempts.give_back(credentials.get("email", ""), self.get_client_ip(request))
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.forget_account(credentials.get("email", ""), self.get_client_ip(request))
