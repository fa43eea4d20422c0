"""What is always true of sessions, slots, appointments, waiting, offers and plannings."""

from appointments.integrity import (
    appointments,
    displaced,
    offers,
    repairs,
    seats,
    sessions,
    waiting,
)
from integrity.invariants import Invariants

INVARIANTS = Invariants(
    sessions.INVARIANTS,
    seats.INVARIANTS,
    appointments.INVARIANTS,
    displaced.INVARIANTS,
    waiting.INVARIANTS,
    offers.INVARIANTS,
    repairs.INVARIANTS,
)
