from appointments.models.appointments import Appointment
from appointments.models.closing import DayClosing
from appointments.models.displaced import Displaced
from appointments.models.next_answers import NextAnswer
from appointments.models.offers import Offer, OfferSkip
from appointments.models.planning import PLANNING_BOUNDS, PlanningNumbers
from appointments.models.repairs import MoveAsk, Repair
from appointments.models.sessions import ClinicSession, Slot
from appointments.models.waiting import WaitingEntry

__all__ = [
    "PLANNING_BOUNDS",
    "Appointment",
    "ClinicSession",
    "DayClosing",
    "Displaced",
    "MoveAsk",
    "NextAnswer",
    "Offer",
    "OfferSkip",
    "PlanningNumbers",
    "Repair",
    "Slot",
    "WaitingEntry",
]
