"""Logging a nurse in through the real pages: password, then the code of an app."""

import time
from datetime import datetime

from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.services.staffing import enrol_totp
from tests.browser import Visitor
from tests.clinics.cast import app_code
from tests.factories import make_clinic, make_staff

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE_SECONDS, SECONDS_TO_TYPE = 30, 8
PASSWORD = "et langt passord til prøve"


def make_nurse(*, name: str = "Kari Nes", email: str = "kari@example.org") -> Staff:
    """Make a vaccinator with an authenticator app."""
    nurse = make_staff(Role.VACCINATOR, clinic=make_clinic(), name=name, email=email)
    nurse.set_password(PASSWORD)
    nurse.save()
    enrol_totp(nurse, SECRET)
    return nurse


def log_in(visitor: Visitor, nurse: Staff) -> None:
    """Log in with password and code."""
    visitor.open("/ansatt/")
    visitor.page.fill("input[name=login]", nurse.email)
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.press("Logg inn")
    visitor.page.fill("input[name=code]", _fresh_code())
    visitor.press("Logg inn")


def _fresh_code() -> str:
    """Return a code that holds long enough to be typed, as a person would wait for the next."""
    left = CODE_SECONDS - time.time() % CODE_SECONDS
    if left < SECONDS_TO_TYPE:
        time.sleep(left)
    return app_code(SECRET, datetime.now().astimezone())


def see_id(visitor: Visitor) -> None:
    """Confirm on the check-in page that it is the right person, with a foreign passport."""
    visitor.page.check("input[name=document][value=passport]")
    visitor.page.select_option("select[name=no_number_why]", "not_shown")
    visitor.press("ID sett – registrer oppmøte")
