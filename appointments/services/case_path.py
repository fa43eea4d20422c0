"""Which answers lead to a clinician who decides, where to, and by when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appointments.selectors.openings import next_openings
from clinics.models import Clinic
from clinics.selectors import all_clinics
from eligibility.domain.answers import age_on
from eligibility.domain.cases import PREVENTS_DISEASE_FOR
from eligibility.domain.decision import Decision
from eligibility.services.screening import Screened

ADULT_FROM = 18


@dataclass(frozen=True)
class Window:
    """Until when a dose helps an exposed person: both days count (R11-R13)."""

    prevents_until: date
    deadline: date
    today: date

    @property
    def prevents(self) -> bool:
        """Whether a dose today may still prevent disease."""
        return self.today <= self.prevents_until

    @property
    def is_open(self) -> bool:
        """Whether the last day to vaccinate is ahead."""
        return self.today <= self.deadline

    @property
    def goes_on(self) -> bool:
        """Whether there are days left after day 4 (R12)."""
        return self.deadline > self.prevents_until


@dataclass(frozen=True)
class Place:
    """A clinic that can be asked, and when it is open next (None: no day is open yet)."""

    clinic: Clinic
    opens_at: datetime | None


def window_of(decision: Decision) -> Window | None:
    """Return until when a dose helps; None for somebody who was not exposed."""
    if decision.pepv is None:
        return None
    day_0 = decision.assessed_on - timedelta(days=decision.pepv.day)
    return Window(
        prevents_until=day_0 + PREVENTS_DISEASE_FOR,
        deadline=decision.pepv.deadline,
        today=decision.assessed_on,
    )


def age_of(screened: Screened) -> int:
    """Return the age in whole years on the day of the answers."""
    return age_on(screened.answers.date_of_birth, screened.answers.assessed_on)


def places_for(decision: Decision, *, now: datetime) -> list[Place]:
    """List the clinics that can be asked, the one that opens soonest first; two queries.

    Those of the decision's setting (R9), or all where it has none or there is no such clinic.
    """
    clinics = all_clinics()
    of_setting = [clinic for clinic in clinics if clinic.kind == decision.setting]
    asked = of_setting or clinics
    opens = next_openings(now=now)
    places = [Place(clinic, opens.get(clinic.pk)) for clinic in asked]
    return sorted(places, key=lambda place: (place.opens_at is None, place.opens_at or now))
