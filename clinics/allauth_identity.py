"""Password, app, passkeys and recovery codes, as allauth keeps them."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from clinics.models import Staff, StaffLogin


class AllauthIdentity:
    """Reads what allauth has noted in the session; the seam is clinics/identity.py."""

    def method(self, request: HttpRequest, staff: Staff) -> StaffLogin.Method:
        """Return by what the session's user has proved who they are: the second factor, if any."""
        shown = [
            str(record["type"])
            for record in get_authentication_records(request, staff)
            if record["method"] == "mfa"
        ]
        return StaffLogin.Method(shown[-1]) if shown else StaffLogin.Method.PASSWORD

    def has_second_factor(self, request: HttpRequest) -> bool:
        """Tell whether this session gave a code from an authenticator that the user still has."""
        records = get_authentication_records(request, request.user)
        shown = [record["id"] for record in records if record["method"] == "mfa"]
        return bool(shown) and bool(
            Authenticator.objects.filter(pk__in=shown, user_id=request.user.pk).exists()
        )

    def is_enrolled(self, staff: Staff) -> bool:
        """Tell whether a user has an app or a passkey."""
        return bool(is_mfa_enabled(staff))
