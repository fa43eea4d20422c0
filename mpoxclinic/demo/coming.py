"""What is to come: booked evenings, and a dose 2 to be placed."""

from datetime import datetime, timedelta

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import cancel
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from mpoxclinic.demo.clinics import DemoClinics
from mpoxclinic.demo.names import invented
from mpoxclinic.demo.people import book_person
from mpoxclinic.demo.sessions import ten_minutes

FIRST_NUMBER = 70
BOOKED_BEFORE = timedelta(days=3)
# How many people book the next evening of each clinic by themselves.
NEW_BOOKINGS = {"nydalen": 3, "fjelldal": 2, "fjordby": 1}


def load_coming(clinics: DemoClinics, *, now: datetime) -> None:
    """Book people in the next evening of each clinic, where nobody new has booked yet."""
    number = FIRST_NUMBER
    for clinic in clinics.all:
        coming = ClinicSession.objects.filter(clinic=clinic, starts_at__gt=now)
        session = coming.order_by("starts_at").first()
        number += NEW_BOOKINGS[clinic.slug]
        if session is None or _new_in(session):
            continue
        first = _minute_of_a_reminder(session, now)
        for seat in range(NEW_BOOKINGS[clinic.slug]):
            who = invented(
                number - seat,
                session.date.toordinal(),
                group=1 if clinic == clinics.hospital else 3,
            )
            book_person(who, session, first + 10 * seat, now=now - BOOKED_BEFORE)


def load_just_now(clinics: DemoClinics, *, now: datetime) -> None:
    """Book somebody by telephone just now: the confirmation goes out at once, on both channels."""
    coming = ClinicSession.objects.filter(clinic=clinics.weekly, starts_at__gt=now)
    session = coming.order_by("starts_at")[0]
    who = invented(FIRST_NUMBER + 8, oslo_date(now).toordinal(), reach="both", language="nb")
    book_person(who, session, 120, now=now, by=clinics.nurse_at(clinics.weekly))


def load_dose_two_to_place(clinics: DemoClinics, *, now: datetime) -> None:
    """Let somebody give up the place for dose 2: they are on the list of those without."""
    coming = Appointment.objects.filter(
        slot__session__clinic=clinics.weekly,
        slot__starts_at__gt=now,
        status=Status.BOOKED,
        dose_number=2,
    )
    appointment = coming.order_by("slot__starts_at", "seat").last()
    if appointment:
        by = Actor.patient(appointment.patient_id)
        cancel(appointment_id=appointment.pk, by=by, now=now - timedelta(hours=20))


def _new_in(session: ClinicSession) -> bool:
    return Appointment.objects.filter(slot__session=session, dose_number=1).exists()


def _minute_of_a_reminder(session: ClinicSession, now: datetime) -> int:
    """Return the minute in two days from now where the session is open then, else an hour in."""
    in_two_days = ten_minutes(now) + timedelta(days=2)
    if session.starts_at <= in_two_days < session.ends_at - timedelta(hours=1):
        return int((in_two_days - session.starts_at).total_seconds() // 60)
    return 60
