"""The rows of the board: who somebody is, since when, and what is next, ready to be written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from appointments.domain.lateness import NO_SHOW_AFTER
from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.selectors.places import WHOLE_VIAL_ROUTE
from care.dayboard.ending_words import END_REASONS
from care.dayboard.words import Words
from care.services.vaccination import Step, ready_course, step_of
from clinics.templatetags.oslo_time import clock, numeric_day
from eligibility.models import ReviewCase

FIRST_DOSE = 1
# Stands in an address for the appointment's own: one look-up in the URLs serves all rows.
_ANY = str(UUID(int=0))


@dataclass(frozen=True)
class Person:
    """One row of the board. ``minutes`` counts from arrival, or from the time that has passed.

    ``listed`` is the name as the list shows it and ``spoken`` as a button says it, both initials
    where names are hidden; ``born`` is the birth date, or its year where less must be shown.
    ``lead`` and ``late`` are when somebody is expected, and how long ago that was, in words.
    ``case`` is what the clinician was asked, or has answered.
    """

    appointment: Appointment
    minutes: int
    step: Step
    takes_whole_vial: bool
    listed: str = ""
    spoken: str = ""
    born: str = ""
    year: int = 0
    lead: str = ""
    booked: str = ""
    late: str = ""
    key: str = ""
    url: str = ""
    arrive_url: str = ""
    case: ReviewCase | None = None

    @property
    def overdue(self) -> bool:
        """Whether somebody expected is so late that they may not come."""
        return self.appointment.status == Status.BOOKED and self.minutes >= NO_SHOW_AFTER

    @property
    def end_words(self) -> Words:
        """Why the visit ended without a dose, where that may stand on a screen in the room."""
        return END_REASONS.get(self.appointment.end_reason, "")

    @property
    def has_later_dose(self) -> bool:
        """Whether the dose is not the first."""
        return self.appointment.dose_number > FIRST_DOSE


class Rows:
    """Writes the people of one session as they are at ``now``; no query."""

    def __init__(self, session_id: UUID, now: datetime, *, initials: bool = False) -> None:
        self.now = now
        self.initials = initials
        self._url = reverse("dayboard:person", args=[session_id, _ANY])
        self._arrive_url = reverse("dayboard:arrive", args=[session_id, _ANY])
        # Many share a time of day: each is written once.
        self._clock: Callable[[datetime], str] = cache(clock)

    def person(
        self, one: Appointment, since: datetime | None, *, lead: datetime | None = None
    ) -> Person:
        """Write one person, with the minutes since a moment; ``lead`` is when to expect them."""
        assert one.patient is not None
        patient = one.patient.kept
        minutes = max(0, int((self.now - since).total_seconds() // 60)) if since else 0
        # Today's answers may have changed the route since it was booked.
        course = ready_course(one.decision, self.now)
        hidden = self.initials or patient.protected_address
        key = str(one.pk)
        booked = self._clock(one.slot.starts_at)
        return Person(
            appointment=one,
            minutes=minutes,
            step=step_of(one.decision, self.now),
            takes_whole_vial=(course.route if course else one.route) == WHOLE_VIAL_ROUTE,
            listed=patient.initials if self.initials else patient.listed_name,
            spoken=patient.initials if hidden else patient.name,
            born=str(patient.birth_date.year) if hidden else numeric_day(patient.birth_date),
            year=patient.birth_date.year,
            lead=self._clock(lead) if lead else booked,
            booked=booked,
            late=_late(minutes) if minutes else "",
            key=key,
            url=self._url.replace(_ANY, key),
            arrive_url=self._arrive_url.replace(_ANY, key),
        )


def _late(minutes: int) -> str:
    return ngettext("%(minutes)d min over tiden", "%(minutes)d min over tiden", minutes) % {
        "minutes": minutes
    }
