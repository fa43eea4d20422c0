"""What is always true of sessions, slots, appointments, waiting, offers and plannings."""

from appointments.integrity import (
    appointments,
    closing,
    displaced,
    next_due,
    observing,
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
    closing.INVARIANTS,
    displaced.INVARIANTS,
    observing.INVARIANTS,
    next_due.INVARIANTS,
    waiting.INVARIANTS,
    offers.INVARIANTS,
    repairs.INVARIANTS,
)
