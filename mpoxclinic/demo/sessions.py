"""When the demo's clinics are open: their evenings, the one under way, one in two days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appointments.models import ClinicSession
from appointments.services.sessions import open_session, plan_session
from audit.domain import Actor
from clinics.domain.calendar import OSLO, oslo_date
from clinics.models import Clinic
from mpoxclinic.demo.holidays import is_holiday
from mpoxclinic.demo.room import end_of_the_one_before, make_room
from vaccinations.models import Product

TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
PLANNED_BEFORE = timedelta(weeks=10)
# So long ago began the session under way: a vial from its beginning is near its end now.
BEGAN = timedelta(hours=2)
LASTS = timedelta(hours=5)
# Hours at which a clinic might be open.
DAYTIME = range(8, 20)


@dataclass(frozen=True)
class Rhythm:
    """How often a clinic opens, and for whom."""

    weekday: int
    opens: time
    hours: int
    stations: int
    vials: int
    groups: tuple[int, ...]
    monthly: bool = False


RHYTHMS = {
    "nydalen": Rhythm(TUESDAY, time(16), 4, 2, 6, (2, 3)),
    "fjelldal": Rhythm(THURSDAY, time(16), 4, 2, 8, (2, 3), monthly=True),
    "fjordby": Rhythm(WEDNESDAY, time(12), 3, 1, 4, (1,)),
}


def regular_days(rhythm: Rhythm, first: date, last: date) -> Iterator[date]:
    """Yield a clinic's days from one day to another, without those it keeps closed.

    Monthly is the month's first such weekday that is no holiday.
    """
    for days in range((last - first).days + 1):
        day = first + timedelta(days=days)
        if _is_open(rhythm, day) and not (
            rhythm.monthly and any(_is_open(rhythm, day.replace(day=d)) for d in range(1, day.day))
        ):
            yield day


def _is_open(rhythm: Rhythm, day: date) -> bool:
    return day.weekday() == rhythm.weekday and not is_holiday(day)


def open_regular(clinic: Clinic, product: Product, first: date, last: date) -> list[ClinicSession]:
    """Open a clinic's regular days that have no session yet, planned some weeks before."""
    rhythm = RHYTHMS[clinic.slug]
    there = set(
        ClinicSession.objects.filter(clinic=clinic, date__range=(first, last)).values_list(
            "date", flat=True
        )
    )
    return [
        open_day(
            clinic,
            product,
            datetime.combine(day, rhythm.opens, tzinfo=OSLO),
            timedelta(hours=rhythm.hours),
        )
        for day in regular_days(rhythm, first, last)
        if day not in there
    ]


def under_way(clinic: Clinic, *, now: datetime) -> ClinicSession | None:
    """Return the session of a clinic that people have come to and that is not over."""
    return ClinicSession.objects.filter(
        clinic=clinic,
        state=ClinicSession.State.OPEN,
        starts_at__lte=now,
        ends_at__gt=now,
        slots__appointments__arrived_at__isnull=False,
    ).first()


def open_under_way(clinic: Clinic, product: Product, *, by: Actor, now: datetime) -> ClinicSession:
    """Open a session that began two hours ago, whatever the hour and the day are.

    Or less, where the one before ended since.
    """
    starts_at = ten_minutes(now) - BEGAN
    before = end_of_the_one_before(clinic, now=now)
    if before:
        starts_at = max(starts_at, before)
    make_room(clinic, starts_at, starts_at + LASTS, by=by, now=now)
    return open_day(clinic, product, starts_at, LASTS)


def open_in_two_days(clinic: Clinic, product: Product, *, now: datetime) -> None:
    """Open a day at this time of day, so that a reminder is due now; in the daytime only."""
    starts_at = ten_minutes(now) + timedelta(days=2) - timedelta(hours=1)
    day = oslo_date(starts_at)
    hour = now.astimezone(OSLO).hour
    is_taken = ClinicSession.objects.filter(clinic=clinic, date=day).exists()
    if hour in DAYTIME and not is_taken:
        open_day(clinic, product, starts_at, timedelta(hours=4))


def ten_minutes(moment: datetime) -> datetime:
    """Return the last whole ten minutes."""
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def open_day(
    clinic: Clinic, product: Product, starts_at: datetime, lasts: timedelta
) -> ClinicSession:
    """Open a session of a clinic as it always does, planned some weeks before."""
    rhythm, planned_at = RHYTHMS[clinic.slug], starts_at - PLANNED_BEFORE
    session = plan_session(
        clinic_id=clinic.pk,
        product_id=product.pk,
        starts_at=starts_at,
        ends_at=starts_at + lasts,
        stations=rhythm.stations,
        slot_minutes=10,
        vials_allotted=rhythm.vials + lasts // timedelta(hours=1),
        offered_groups=list(rhythm.groups),
        by=Actor.system(),
        now=planned_at,
    )
    return open_session(session_id=session.pk, by=Actor.system(), now=planned_at)
