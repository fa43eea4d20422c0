"""What is always true of sessions, slots and appointments."""

from appointments.integrity import appointments, seats, sessions
from integrity.invariants import Invariants

INVARIANTS = Invariants(sessions.INVARIANTS, seats.INVARIANTS, appointments.INVARIANTS)
