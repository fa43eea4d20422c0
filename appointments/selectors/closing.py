"""Which clinic days are ended, and which were forgotten."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from appointments.domain.session_states import RUNNING
from appointments.models import Appointment, ClinicSession, DayClosing
from appointments.selectors.day import ON_THE_LIST
from clinics.domain.calendar import oslo_date

# A day that was never ended is shown for as long.
REMEMBERED = timedelta(days=14)


def closing_of(session_id: UUID) -> DayClosing | None:
    """Return the closing in force of a day, with who ended it."""
    return (
        DayClosing.objects.filter(session_id=session_id, reopened_at=None)
        .select_related("closed_by")
        .first()
    )


def closings_of(session_id: UUID) -> list[DayClosing]:
    """List how a day was ended and reopened, the newest on top."""
    closings = DayClosing.objects.filter(session_id=session_id)
    return list(closings.select_related("closed_by", "reopened_by").order_by("-closed_at"))


def is_ended(session_id: UUID) -> bool:
    """Tell whether a day is ended."""
    return DayClosing.objects.filter(session_id=session_id, reopened_at=None).exists()


def all_ended(clinic_id: int, day: date) -> bool:
    """Tell whether every session of a clinic's day is ended, so that no vial is opened again."""
    in_force = DayClosing.objects.filter(session=OuterRef("pk"), reopened_at=None)
    sessions = ClinicSession.objects.filter(clinic_id=clinic_id, date=day, state__in=RUNNING)
    ended, running = sessions.filter(Exists(in_force)), sessions.filter(~Exists(in_force))
    return ended.exists() and not running.exists()


def never_ended(clinic_ids: Iterable[int], *, now: datetime) -> list[ClinicSession]:
    """List the past days with people that nobody has ended, the latest on top; one query."""
    in_force = DayClosing.objects.filter(session=OuterRef("pk"), reopened_at=None)
    people = Appointment.objects.filter(slot__session=OuterRef("pk"), status__in=ON_THE_LIST)
    today = oslo_date(now)
    return list(
        ClinicSession.objects.filter(
            ~Exists(in_force),
            Q(Exists(people)),
            clinic_id__in=list(clinic_ids),
            date__lt=today,
            date__gte=today - REMEMBERED,
            ends_at__lte=now,
            state__in=RUNNING,
        ).order_by("-starts_at")
    )
