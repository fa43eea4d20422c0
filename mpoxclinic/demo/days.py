"""The demo's sessions: one under way, and evenings in the weeks to come."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from appointments.models import ClinicSession
from appointments.services.sessions import open_session, plan_session
from audit.domain import Actor
from clinics.domain.calendar import OSLO, oslo_date
from clinics.models import Clinic
from mpoxclinic.demo.clinics import DemoClinics

WEEKS_AHEAD = 8
HOURS = timedelta(hours=4)


def load_days(clinics: DemoClinics, *, now: datetime) -> ClinicSession:
    """Open the demo's sessions that are not there yet; return the one under way."""
    under_way = ClinicSession.objects.filter(
        clinic=clinics.municipal,
        state=ClinicSession.State.OPEN,
        starts_at__lte=now,
        ends_at__gt=now + timedelta(hours=1),
    ).first()
    if under_way is None:
        starts_at = _ten_minutes(now) - HOURS / 4
        # One that ends soon, or begins soon, is the demo's day: a clinic opens once at a time.
        under_way = (
            ClinicSession.objects.filter(
                clinic=clinics.municipal, starts_at__lt=starts_at + HOURS, ends_at__gt=starts_at
            )
            .exclude(state=ClinicSession.State.CANCELLED)
            .order_by("starts_at")
            .last()
        )
        if under_way is None:
            under_way = _open(clinics, clinics.municipal, starts_at, now)
    for starts_at in _coming(now):
        for clinic in (clinics.municipal, clinics.hospital):
            if not ClinicSession.objects.filter(
                clinic=clinic, date=oslo_date(starts_at), starts_at__gt=now
            ).exists():
                _open(clinics, clinic, starts_at, now)
    return under_way


def _coming(now: datetime) -> Iterator[datetime]:
    """Yield two days from now at this time of day, so that a reminder is due, then evenings."""
    yield _ten_minutes(now) + timedelta(days=2) - HOURS / 4
    today = oslo_date(now)
    for week in range(1, WEEKS_AHEAD + 1):
        thursday = today + timedelta(days=(3 - today.weekday()) % 7 + 7 * (week - 1))
        if thursday > today + timedelta(days=2):
            yield datetime.combine(thursday, time(16), tzinfo=OSLO)


def _ten_minutes(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def _open(
    clinics: DemoClinics, clinic: Clinic, starts_at: datetime, now: datetime
) -> ClinicSession:
    session = plan_session(
        clinic_id=clinic.pk,
        product_id=clinics.product.pk,
        starts_at=starts_at,
        ends_at=starts_at + HOURS,
        stations=2,
        slot_minutes=10,
        vials_allotted=12,
        offered_groups=[1] if clinic == clinics.hospital else [2, 3],
        by=Actor.system(),
        now=now,
    )
    return open_session(session_id=session.pk, by=Actor.system(), now=now)
