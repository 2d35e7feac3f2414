"""Second factors as django-allauth keeps them, their secrets encrypted: a dump of the database opens no account."""

import base64
import hashlib
import hmac
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn import forms
from cryptography.fernet import Fernet  # comes with passkeys: fido2 stands on it
from django.conf import settings

from partners.wording import chosen


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's hooks."""

    def encrypt(self, text: str) -> str:
        """What is kept of a secret."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name under which a passkey is kept on a telephone."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Mitra Pustaka"}


class _Named:
    """A form of allauth's whose field for a name has no words but English ones."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["name"].label = chosen("Nama", "Name")  # type: ignore[attr-defined]


class AddPasskeyForm(_Named, forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""


class RenamePasskeyForm(_Named, forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for one."""


def _cipher() -> Fernet:
    key = hmac.digest(settings.KEY_PEPPER.encode(), b"second factors", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
