"""Who may open the pages of the board: those who stand in the clinic on the day."""

from appointments.permissions import clinic_of_appointment, clinic_of_session
from clinics.domain.roles import AT_THE_BOARD
from clinics.permissions import at_clinic

_ROLES = sorted(AT_THE_BOARD)

ON_SESSION = at_clinic(*_ROLES, by=clinic_of_session)
ON_PERSON = at_clinic(*_ROLES, by=clinic_of_appointment)
