"""Another way of giving the dose than planned, as the one at the board may choose it."""

from dataclasses import dataclass
from datetime import datetime

from appointments.domain.day_facts import Act
from appointments.domain.status import Status
from appointments.models import Appointment
from audit.domain import Actor
from care.dayboard.board import board_of
from care.dayboard.visit import Visit
from care.dayboard.words import ROUTE_STOPS, Words
from care.services.off_plan import facts_of
from clinics.domain.roles import Role
from vaccinations.domain.off_plan import IN_THE_SKIN, RouteStop, route_stop


@dataclass(frozen=True)
class OtherWay:
    """Why there is none (``stop``); who chooses it, and whether the day's advice points to it."""

    stop: RouteStop | None
    by_clinician: bool
    advised: bool

    @property
    def stop_words(self) -> Words:
        """Say why the dose is given under the skin only; "" where there is another way."""
        return ROUTE_STOPS[self.stop] if self.stop else ""


def other_way_of(visit: Visit, *, by: Actor, now: datetime) -> OtherWay:
    """Say whether the dose of a visit may be started in another way than planned.

    The advice is asked for only where nobody else waits: it costs what a board costs.
    """
    assert visit.today is not None
    assert visit.course is not None
    stop = route_stop(IN_THE_SKIN, facts_of(visit.today, visit.course))
    return OtherWay(
        stop=stop,
        by_clinician=by.role == Role.CLINICIAN,
        advised=stop is None and _is_lone_last(visit.appointment, now),
    )


def _is_lone_last(appointment: Appointment, now: datetime) -> bool:
    session = appointment.slot.session
    waiting = Appointment.objects.filter(slot__session=session, status=Status.ARRIVED)
    if waiting.exclude(pk=appointment.pk).exists():
        return False
    return any(
        one.advice.act is Act.WHOLE_VIAL
        and one.person is not None
        and one.person.appointment.pk == appointment.pk
        for one in board_of(session, now=now).advice
    )
