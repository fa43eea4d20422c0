"""People stay under observation after the dose until somebody lets them go."""

from datetime import timedelta

import pytest

from appointments.models import Appointment
from appointments.services.observing import (
    NotObservedError,
    ReactionUnderWayError,
    ReleasedAlreadyError,
    TooEarlyToReleaseError,
    TooLateToUndoReleaseError,
    keep_observed,
    release,
    start_observation,
    undo_release,
)
from audit.models import AuditEntry
from clinics.models import Clinic
from tests.factories import Day, at, make_booking, make_day
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity
from vaccinations.models import Reaction

pytestmark = pytest.mark.django_db
GIVEN = at("17.42")
OVER = at("18.02")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def observed(day: Day) -> Appointment:
    return make_vaccinated(day, now=GIVEN)


def stored(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(pk=appointment.pk)


def test_a_dose_begins_an_observation_as_long_as_the_clinic_says(observed: Appointment) -> None:
    assert observed.observe_until == OVER
    assert observed.released_at is None
    assert_integrity(now=GIVEN)


def test_a_clinic_that_observes_nobody_begins_none(day: Day) -> None:
    Clinic.objects.update(observation_minutes=0)
    assert make_vaccinated(day, now=GIVEN).observe_until is None


def test_a_dose_recorded_when_the_time_was_over_begins_none(observed: Appointment) -> None:
    start_observation(observed, now=OVER)
    assert stored(observed).observe_until is None


def test_a_dose_recorded_late_is_observed_from_when_it_was_given(observed: Appointment) -> None:
    start_observation(observed, now=OVER - timedelta(minutes=1))
    assert stored(observed).observe_until == OVER


def test_when_the_time_is_over_somebody_lets_the_person_go(observed: Appointment, day: Day) -> None:
    release(appointment_id=observed.pk, by=day.by, now=OVER)

    gone = stored(observed)
    assert gone.released_at == OVER
    assert gone.released_by == day.nurse
    assert AuditEntry.objects.get(action="appointment.released").patient_id == observed.patient_id
    assert_integrity(now=OVER)


def test_before_the_time_is_over_it_must_be_confirmed(observed: Appointment, day: Day) -> None:
    early = OVER - timedelta(seconds=1)
    with pytest.raises(TooEarlyToReleaseError):
        release(appointment_id=observed.pk, by=day.by, now=early)
    assert stored(observed).released_at is None

    release(appointment_id=observed.pk, by=day.by, now=early, early=True)
    assert stored(observed).released_at == early
    assert AuditEntry.objects.filter(action="appointment.released_early").count() == 1


def test_the_second_of_two_who_let_somebody_go_is_told(observed: Appointment, day: Day) -> None:
    release(appointment_id=observed.pk, by=day.by, now=OVER)
    with pytest.raises(ReleasedAlreadyError):
        release(appointment_id=observed.pk, by=day.by, now=OVER + timedelta(minutes=1))
    assert stored(observed).released_at == OVER


def test_who_has_got_no_dose_cannot_be_let_go(day: Day) -> None:
    booked = make_booking(session=day.session)
    with pytest.raises(NotObservedError):
        release(appointment_id=booked.pk, by=day.by, now=OVER)
    with pytest.raises(NotObservedError):
        keep_observed(appointment_id=booked.pk, by=day.by, now=OVER)


def test_a_release_by_mistake_is_undone_a_moment_later(observed: Appointment, day: Day) -> None:
    release(appointment_id=observed.pk, by=day.by, now=OVER)
    undo_release(appointment_id=observed.pk, by=day.by, now=OVER + timedelta(minutes=14))
    assert stored(observed).released_at is None
    assert_integrity(now=OVER)


def test_a_release_of_a_while_ago_stays(observed: Appointment, day: Day) -> None:
    with pytest.raises(TooLateToUndoReleaseError):
        undo_release(appointment_id=observed.pk, by=day.by, now=OVER)
    release(appointment_id=observed.pk, by=day.by, now=OVER)
    with pytest.raises(TooLateToUndoReleaseError):
        undo_release(appointment_id=observed.pk, by=day.by, now=OVER + timedelta(minutes=15))


def test_nobody_is_let_go_while_a_reaction_goes_on(observed: Appointment, day: Day) -> None:
    reaction = Reaction.objects.create(
        patient_id=observed.patient_id,
        dose=observed.dose,
        kind="anaphylaxis",
        onset_at=GIVEN,
        recorded_by=day.nurse,
        recorded_at=GIVEN,
    )
    with pytest.raises(ReactionUnderWayError) as refused:
        release(appointment_id=observed.pk, by=day.by, now=OVER, early=True)
    assert refused.value.reaction_id == reaction.pk


def test_who_was_let_go_is_kept_again_when_something_happens(
    observed: Appointment, day: Day
) -> None:
    release(appointment_id=observed.pk, by=day.by, now=OVER)
    keep_observed(appointment_id=observed.pk, by=day.by, now=OVER + timedelta(minutes=30))
    kept = stored(observed)
    assert kept.released_at is None
    assert kept.observe_until == OVER
    assert AuditEntry.objects.filter(action="appointment.kept_observed").count() == 1
