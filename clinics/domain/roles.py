"""The roles of staff at a clinic."""

from enum import StrEnum


class Role(StrEnum):
    """What a staff user does at one clinic."""

    VACCINATOR = "vaccinator"
    CLINICIAN = "clinician"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


# Those who stand in the clinic on the day.
AT_THE_BOARD = frozenset({Role.VACCINATOR, Role.CLINICIAN, Role.LEAD})
ANY_ROLE = frozenset(Role)
