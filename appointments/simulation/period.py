"""A whole period under one policy, and what it comes to."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from math import inf

from appointments.domain.vial_planning import hindsight_vials
from appointments.simulation.bookings import Diary
from appointments.simulation.clinic_day import ClinicDay, DayResult
from appointments.simulation.cutoff import repair, standby_wanted
from appointments.simulation.scenario import Conduct
from appointments.simulation.standby import Standby
from appointments.simulation.world import World

LONGEST_WAIT_MIN = 20  # of the bound in hindsight


@dataclass(frozen=True)
class Totals:
    """Hold counts over one or more periods. `waited` in minutes, over all doses."""

    requests: int = 0
    refused: int = 0  # no free time on a day they can come
    booked: int = 0
    as_wanted: int = 0
    cancelled: int = 0
    cancelled_late: int = 0
    asked: int = 0
    moved: int = 0
    stayed_away: int = 0
    failed_screening: int = 0
    booked_doses: int = 0
    sent_home: int = 0
    standby_doses: int = 0
    standby_in_vain: int = 0
    standby_called_off: int = 0
    vials: int = 0
    obtainable: int = 0  # doses that the opened vials could give
    hindsight: int = 0  # fewest vials for the same arrivals
    waited: int = 0

    @property
    def doses(self) -> int:
        """Doses given, to booked and to standby people."""
        return self.booked_doses + self.standby_doses

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def run_period(world: World, conduct: Conduct) -> Totals:
    """Live through a period in the order of time: bookings, cutoff and clinic day, day by day."""
    diary = Diary(world, conduct)
    policy = diary.policy
    on_list = set(range(len(world.standby)))
    totals = Totals()
    for day, book in enumerate(diary.days):
        diary.live_until(diary.cutoff_of(day))
        asked = repair(book, policy) if conduct.repairs else 0
        standby = None
        if conduct.calls_standby:
            today = {person: world.standby[person][day] for person in sorted(on_list)}
            available = {person: plans for person, plans in today.items() if plans.available}
            standby = Standby(available, policy)
            standby.invite_before(standby_wanted(book, policy))
        result = ClinicDay(book.bookings, world.yields[day], policy, standby).run()
        on_list -= result.standby
        bound = hindsight_vials(
            result.arrivals, policy.window_min, world.yields[day], LONGEST_WAIT_MIN
        )
        totals += _of_day(result, asked, bound)
    diary.live_until(inf)  # who asks too late for any day is refused, and counted
    return totals + _of_bookings(diary)


def run_periods(worlds: Iterable[World], conduct: Conduct) -> Totals:
    """Add up several periods."""
    return sum((run_period(world, conduct) for world in worlds), Totals())


def _of_bookings(diary: Diary) -> Totals:
    return Totals(
        requests=len(diary.made) + diary.refused,
        refused=diary.refused,
        booked=len(diary.made),
        as_wanted=sum(booking.wanted for booking in diary.made),
        moved=sum(booking.moved for booking in diary.made),
        cancelled=diary.cancelled,
    )


def _of_day(result: DayResult, asked: int, hindsight: int) -> Totals:
    return Totals(
        asked=asked,
        cancelled_late=result.cancelled_late,
        stayed_away=result.stayed_away,
        failed_screening=result.failed_screening,
        booked_doses=result.booked_doses,
        sent_home=result.sent_home,
        standby_doses=len(result.standby),
        standby_in_vain=result.standby_in_vain,
        standby_called_off=result.standby_called_off,
        vials=len(result.vials),
        obtainable=sum(vial.doses for vial in result.vials),
        hindsight=hindsight,
        waited=sum(result.waits),
    )
