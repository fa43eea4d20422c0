"""The admin's pages for sessions and appointments."""

from appointments.admin.appointments import AppointmentAdmin
from appointments.admin.planning import PlanningNumbersAdmin
from appointments.admin.sessions import ClinicSessionAdmin

__all__ = ["AppointmentAdmin", "ClinicSessionAdmin", "PlanningNumbersAdmin"]
