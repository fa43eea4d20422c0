"""What must hold in any demo, whenever it was loaded."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from appointments.domain.status import OCCUPYING
from appointments.models import Appointment, ClinicSession
from appointments.selectors.places import load_of, vials_for
from clinics.domain.calendar import oslo_date
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, units
from vaccinations.models import Dose, Vial


def assert_seats_hold() -> None:
    taken = Appointment.objects.filter(status__in=OCCUPYING)
    seats = Counter(taken.values_list("slot_id", "seat"))
    assert max(seats.values()) == 1
    assert not taken.filter(seat__gt=F("slot__capacity")).exists()
    for session in ClinicSession.objects.all():
        places = taken.filter(slot__session=session).values_list("slot__starts_at", "route")
        assert vials_for(session, load_of(session, places)) <= session.vials_allotted


def assert_vials_hold(now: datetime) -> None:
    assert Vial.objects.exists()
    for vial in Vial.objects.prefetch_related("doses"):
        given = [dose for dose in vial.doses.all() if dose.voided_at is None]
        used = sum(units(dose.volume_ml) for dose in given)
        gone = used + vial.discarded + vial.not_obtainable
        assert gone == UNITS_PER_VIAL if vial.closed_at else gone < UNITS_PER_VIAL, vial
        assert all(vial.opened_at <= dose.given_at < vial.use_before for dose in given)
        assert all(dose.given_at <= now for dose in given)
        assert vial.use_before - vial.opened_at == timedelta(minutes=120)
        assert oslo_date(vial.opened_at) <= vial.lot.expires_on


def assert_intervals_hold() -> None:
    seconds = Dose.objects.filter(dose_number=2)
    assert seconds.exists()
    for dose in seconds:
        first = Dose.objects.get(patient=dose.patient_id, dose_number=1)
        days = oslo_date(dose.given_at) - oslo_date(first.given_at)
        assert days >= timedelta(days=28)
        assert dose.previous_dose_on == oslo_date(first.given_at)
    assert Dose.objects.filter(within_limits=False).count() == 0


def assert_nothing_is_left_of_the_past(now: datetime) -> None:
    over = Q(slot__session__ends_at__lte=now)
    assert not Appointment.objects.filter(over, status__in=["booked", "arrived"]).exists()
    assert not Vial.objects.filter(closed_at=None, use_before__lte=now).exists()


def assert_one_person_has_one_place() -> None:
    doubles = (
        Appointment.objects.filter(status__in=["booked", "arrived"])
        .values("patient", "dose_number")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    assert not doubles.exists()
