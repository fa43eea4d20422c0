"""The kinds of people who ask for a page, as the access matrix lists them."""

from enum import StrEnum


class Visitor(StrEnum):
    """Who asks. Roles are held today, at some clinic, by staff with the second factor."""

    NOBODY = "nobody known"
    PATIENT = "patient"
    PROVED = "patient who has shown who they are"
    UNCONFIRMED = "staff without the second factor"
    NO_ROLE = "staff without a role"
    VACCINATOR = "vaccinator"
    CLINICIAN = "clinician"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SUPERUSER = "superuser"


# In the words of the table: what must hold besides.
OWN_CLINIC = "own clinic only"
IN_THE_ADMIN = "who is let into the admin"
WITH_ROLE = "with a role today"
NOT_ENROLLED = "who has no second factor yet"
ROLES = frozenset(
    {Visitor.VACCINATOR, Visitor.CLINICIAN, Visitor.LEAD, Visitor.ADMIN, Visitor.AUDITOR}
)
