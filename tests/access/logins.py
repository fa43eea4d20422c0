"""Log test clients in as the real log-in pages would leave them."""

import time

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from django.test import Client

from clinics.models import Staff
from clinics.services.staffing import enrol_totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def log_in(client: Client, staff: Staff, *, second_factor: bool = True) -> Client:
    """Log a staff user in with a password and, unless told otherwise, an app's code."""
    client.force_login(staff)
    methods = [{"method": "password", "at": time.time(), "email": staff.email}]
    if second_factor:
        if not Authenticator.objects.filter(user=staff).exists():
            enrol_totp(staff, SECRET)
        app = Authenticator.objects.get(user=staff, type="totp")
        methods.append({"method": "mfa", "at": time.time(), "id": app.pk, "type": "totp"})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = methods
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(staff.pk)
    session.save()
    return client
