"""What a clinic has seen in its last eight weeks: what its vials gave, and who came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from appointments.domain.learning import (
    ClosedVial,
    Masses,
    learned_share,
    learned_yields,
    mean_of,
)
from appointments.domain.session_states import RUNNING
from appointments.domain.status import Status
from appointments.domain.vial_planning import VialPolicy
from appointments.models import Appointment
from clinics.domain.calendar import oslo_date
from vaccinations.domain.vial_balance import VOLUME_ML
from vaccinations.models import Vial

WEEKS = 8


@dataclass(frozen=True)
class Came:
    """Of `of` people who had a place, `got` got a dose."""

    of: int
    got: int


@dataclass(frozen=True)
class Learned:
    """What the planner has learned of a clinic, and from how much, since a day.

    ``vials`` are those that tell something; ``by_cutoff`` and ``by_opening`` are the people with a
    place then. Chances are between 0 and 1.
    """

    since: date
    vials: int
    by_cutoff: Came
    by_opening: Came
    yield_mass: Masses
    p_attend_cutoff: float
    p_attend_day: float

    @property
    def mean_yield(self) -> float:
        """Doses that a vial is expected to give."""
        return mean_of(self.yield_mass)

    @property
    def attend_percent(self) -> int:
        """The share of those booked at opening that is expected to get a dose, of a hundred."""
        return round(100 * self.p_attend_day)

    @property
    def attend_cutoff_percent(self) -> int:
        """The share of those booked at the cutoff that is expected to get a dose, of a hundred."""
        return round(100 * self.p_attend_cutoff)

    def numbers(self) -> dict[str, object]:
        """Return what is learned by the names of VialPolicy."""
        return {
            "yield_mass": self.yield_mass,
            "p_attend_cutoff": self.p_attend_cutoff,
            "p_attend_day": self.p_attend_day,
        }


def learned_at(clinic_id: int, *, now: datetime) -> Learned:
    """Learn from a clinic's eight weeks before today; two queries however much there is.

    Today does not count yet: its vials are open and its people on their way.
    """
    today = oslo_date(now)
    since = today - timedelta(weeks=WEEKS)
    default = VialPolicy(window_min=1)
    vials = closed_vials(clinic_id, since=since, until=today)
    by_cutoff, by_opening = attendance(clinic_id, since=since, until=today)
    return Learned(
        since=since,
        vials=len(vials),
        by_cutoff=by_cutoff,
        by_opening=by_opening,
        yield_mass=learned_yields(vials, default.yield_mass),
        p_attend_cutoff=learned_share(by_cutoff.got, by_cutoff.of, default.p_attend_cutoff),
        p_attend_day=learned_share(by_opening.got, by_opening.of, default.p_attend_day),
    )


def closed_vials(clinic_id: int, *, since: date, until: date) -> list[ClosedVial]:
    """List the closed vials of a clinic that tell something of their yield; one query.

    ``until`` is the first day left out. A vial spent on a whole-vial dose, or with nothing drawn,
    tells nothing; one thrown away with vaccine left is censored.
    """
    counts = Q(doses__voided_at=None)
    rows = (
        Vial.objects.filter(
            clinic_id=clinic_id, day__gte=since, day__lt=until, closed_at__isnull=False
        )
        .annotate(
            shared=Count("doses", filter=counts & Q(doses__volume_ml=VOLUME_ML["intradermal"])),
            counted=Count("doses", filter=counts),
        )
        .filter(shared__gte=1, counted=F("shared"))
        .order_by()
        .values_list("shared", "discarded")
    )
    return [ClosedVial(doses, censored=discarded > 0) for doses, discarded in rows]


def attendance(clinic_id: int, *, since: date, until: date) -> tuple[Came, Came]:
    """Count who had a place at the cutoff, and at opening, and who of them got a dose; one query.

    Standby people are not among them: they have no place of their own.
    """
    cutoff, opening = F("slot__session__cutoff_at"), F("slot__session__starts_at")
    at_cutoff = Q(booked_at__lte=cutoff) & (~Q(status=Status.CANCELLED) | Q(ended_at__gt=cutoff))
    at_opening = Q(booked_at__lte=opening) & (~Q(status=Status.CANCELLED) | Q(ended_at__gt=opening))
    got = Q(status=Status.VACCINATED)
    found = (
        Appointment.objects.filter(
            slot__session__clinic_id=clinic_id,
            slot__session__state__in=sorted(RUNNING),
            slot__session__date__gte=since,
            slot__session__date__lt=until,
            standby=False,
        )
        .exclude(status__in=[Status.HELD, Status.EXPIRED])
        .aggregate(
            by_cutoff=Count("pk", filter=at_cutoff),
            got_by_cutoff=Count("pk", filter=at_cutoff & got),
            by_opening=Count("pk", filter=at_opening),
            got_by_opening=Count("pk", filter=at_opening & got),
        )
    )
    return (
        Came(found["by_cutoff"], found["got_by_cutoff"]),
        Came(found["by_opening"], found["got_by_opening"]),
    )
