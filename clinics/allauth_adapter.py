from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clinics.domain.demo import is_demo_login
from clinics.models import Staff
from clinics.permissions import is_local
from encryption.fields import decrypt, encrypt
from limits.addresses import client_network
from limits.refusal import mark_refused

# As long as failed log-ins of one account are counted (ACCOUNT_RATE_LIMITS).
FAILED_LOG_INS_SECONDS = 300


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made by an administrator, never by signing up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network that log-ins are counted by."""
        return client_network(request) or "unknown"

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """Return a form's error; one of trying too often makes the answer a refusal (429)."""
        if code == "too_many_login_attempts" and self.request is not None:
            mark_refused(self.request, FAILED_LOG_INS_SECONDS)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def pre_login(self, request: HttpRequest, user: Staff, **details: Any) -> HttpResponse | None:
        """Refuse a demo login outside the demo and from other machines, as if it were closed."""
        if is_demo_login(user.email) and not (settings.DEMO and is_local(request)):
            user.is_active = False
        response: HttpResponse | None = super().pre_login(request, user, **details)
        return response


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator secrets are encrypted at rest."""

    def generate_authenticator_name(self, user: Staff, type: Authenticator.Type) -> str:  # noqa: A002
        """Name a new passkey until its owner does."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passnøkkel %(number)s") % {"number": number}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse the last app or passkey: without one nothing opens. An administrator can reset."""
        factors = Authenticator.objects.filter(user_id=authenticator.user_id)
        others = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with the keys for fields."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret. Raises UnreadableValueError when no key fits."""
        return decrypt(encrypted_text)
