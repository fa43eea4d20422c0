"""Who waits: one who is offered a time, one who cannot come then, one for short notice."""

from datetime import datetime, timedelta

from appointments.domain.time_bands import Band
from appointments.models import WaitingEntry
from appointments.services.offering import offer_at
from appointments.services.waiting import Wish, join
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from mpoxclinic.demo.clinics import DemoClinics
from mpoxclinic.demo.names import invented
from mpoxclinic.demo.people import add_person, decide

FIRST_NUMBER = 84
WAITS = timedelta(weeks=8)
EVERY_DAY = tuple(range(7))
# The clinic is closed then, so this person waits on.
SUNDAYS = (6,)


def load_waiting(clinics: DemoClinics, *, now: datetime) -> None:
    """Put three people on the weekly clinic's list, unless somebody is, and offer what is free."""
    if WaitingEntry.objects.filter(clinic=clinics.weekly).exists():
        return
    _wait(clinics, 0, weekdays=SUNDAYS, now=now - timedelta(minutes=9))
    _wait(clinics, 1, eta_minutes=25, now=now - timedelta(minutes=6))
    _wait(clinics, 2, now=now - timedelta(minutes=3))
    offer_at(clinics.weekly.pk, now=now)


def _wait(
    clinics: DemoClinics,
    number: int,
    *,
    now: datetime,
    weekdays: tuple[int, ...] = EVERY_DAY,
    eta_minutes: int | None = None,
) -> None:
    who = invented(FIRST_NUMBER + number, oslo_date(now).toordinal(), group=3)
    patient = add_person(who, now=now)
    decision = decide(patient, who, now=now)
    assert decision.course is not None, "only those who are offered it wait"
    join(
        patient_id=patient.pk,
        clinic_id=clinics.weekly.pk,
        decision_id=decision.pk,
        dose_number=decision.course["next_dose"],
        route=decision.course["route"],
        not_before=None,
        wish=Wish(
            wants_time=eta_minutes is None,
            standby=eta_minutes is not None,
            weekdays=weekdays,
            bands=tuple(Band),
            until=oslo_date(now + WAITS),
            eta_minutes=eta_minutes,
        ),
        by=Actor.patient(patient.pk),
        now=now,
    )
