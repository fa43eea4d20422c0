"""A person of the simulated world, told by what is special about them."""

from dataclasses import replace
from typing import Any

from appointments.simulation.bookings import Booking
from appointments.simulation.world import Fate, Person, StandbyDay

ANY_TIME = (0, 480)
EASY = Person(
    asked_at=0,
    days=(0,),
    band=ANY_TIME,
    fate=Fate.COMES,
    fails_screening=False,
    notice=0.5,
    taste=0,
    follows_shortlist=True,
    agrees_to_move=True,
    lateness=0,
)
QUICK = StandbyDay(available=True, accepts=True, comes=True, eta=25)


def person(**special: Any) -> Person:
    return replace(EASY, **special)


def booked(*minutes: int, **special: Any) -> list[Booking]:
    return [Booking(person(**special), 0, minute) for minute in minutes]
