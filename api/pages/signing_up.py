"""The forms by which somebody makes an account or gets a new password; they tell nobody which addresses have one."""

from typing import Any

from allauth.account.forms import ResetPasswordForm as BaseResetForm
from allauth.account.forms import SignupForm as BaseForm
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from directory import clock
from partners.accounts import acting, consents
from partners.accounts.users import User


class SignupForm(BaseForm):  # type: ignore[misc]
    """allauth's form, which takes as long for an address that has an account as for one that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = consents.PURPOSES["account_terms"]
        self.fields["email"].help_text = terms.en if translation.get_language() == "en" else terms.id

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account, or write to the address that it has one; the page is the same.

        Whoever sends the form agrees to the text that stands in it, and that is noted with the account.
        """
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # what takes the time of making an account
            return super().try_save(request)
        with transaction.atomic():
            user, response = super().try_save(request)
            if user is not None:
                version = consents.PURPOSES["account_terms"].version
                by = acting.of_user(user)
                consents.give("account_terms", text_version=version, how="page", by=by, now=clock.now())
        return user, response


class ResetPasswordForm(BaseResetForm):  # type: ignore[misc]
    """allauth's form; the code confirms also the address of an account that was made without a form."""

    def save(self, request: HttpRequest, **named: Any) -> Any:
        """Send the code, or a letter that there is no account; the page is the same."""
        for user in self.users:
            EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults={"primary": True})
        return super().save(request, **named)
