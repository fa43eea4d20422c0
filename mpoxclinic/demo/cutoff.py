"""A day tomorrow with a vial planned for one person, who has said that we may ask them to move."""

from datetime import datetime, time, timedelta

from django.db.models import Q

from appointments.domain.time_bands import Band
from appointments.models import Appointment, ClinicSession
from clinics.domain.calendar import OSLO, oslo_date
from mpoxclinic.demo.clinics import DemoClinics
from mpoxclinic.demo.holidays import is_holiday
from mpoxclinic.demo.names import invented
from mpoxclinic.demo.people import book_person
from mpoxclinic.demo.sessions import open_day
from vaccinations.models import Product

FIRST_NUMBER = 90
BOOKED_BEFORE = timedelta(days=4)
OPENS, LASTS = time(16), timedelta(hours=4)
TOGETHER, ALONE = (60, 70, 80), 210  # minutes from opening


def load_tomorrow(clinics: DemoClinics, product: Product, *, now: datetime) -> None:
    """Open tomorrow afternoon at the weekly clinic, unless it is open then or on holiday."""
    day = oslo_date(now) + timedelta(days=1)
    starts_at = datetime.combine(day, OPENS, tzinfo=OSLO)
    there = ClinicSession.objects.filter(
        Q(date=day) | Q(starts_at__lt=starts_at + LASTS, ends_at__gt=starts_at),
        clinic=clinics.weekly,
    )
    if is_holiday(day) or there.exists():
        return
    session = open_day(clinics.weekly, product, starts_at, LASTS)
    for number, minute in enumerate((*TOGETHER, ALONE)):
        who = invented(FIRST_NUMBER + number, day.toordinal(), reach="email", language="nb")
        booking = book_person(who, session, minute, now=now - BOOKED_BEFORE)
    Appointment.objects.filter(pk=booking.pk).update(movable_bands=[Band.AFTERNOON.value])
