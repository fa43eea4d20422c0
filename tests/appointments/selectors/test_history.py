"""What a clinic's last eight weeks tell of its vials and its people."""

from datetime import timedelta

import pytest

from appointments.domain.learning import ClosedVial
from appointments.models import Appointment, ClinicSession
from appointments.selectors.history import Came, closed_vials, learned_at
from appointments.services.booking import cancel
from audit.domain import Actor
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    make_booking,
    make_clinic,
    make_day,
    make_dose,
    make_lot,
    make_session,
    make_vial,
)
from vaccinations.models import Dose
from vaccinations.services.vials import close_as_empty, discard

pytestmark = pytest.mark.django_db

TOMORROW = OPENING + timedelta(days=1)


@pytest.fixture
def day():
    return make_day()


def use(day, doses, *, end="", now=OPENING, route=Dose.Route.INTRADERMAL):
    """Open a vial, draw doses from it, and close it as empty or throw it away."""
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=now)
    for _ in range(doses):
        make_dose(vial=vial, by=day.nurse, route=route, now=now)
    where = {"vial_id": vial.pk, "clinic_id": day.clinic.pk, "by": day.by, "now": now}
    if end == "empty":
        close_as_empty(**where)
    elif end:
        discard(reason=end, **where)
    return vial


def seen(day, **window):
    period = {"since": DAY - timedelta(weeks=8), "until": DAY + timedelta(days=1), **window}
    return sorted(closed_vials(day.clinic.pk, **period), key=lambda one: (one.doses, one.censored))


def test_an_emptied_vial_counts_for_what_it_gave_and_one_thrown_away_for_that_or_more(day):
    use(day, 5)
    use(day, 4, end="empty")
    use(day, 2, end="window_ended")
    use(day, 1, end="broken")

    assert seen(day) == [
        ClosedVial(1, censored=True),
        ClosedVial(2, censored=True),
        ClosedVial(4),
        ClosedVial(5),
    ]


def test_what_tells_nothing_is_left_out(day):
    use(day, 0, end="broken")
    use(day, 0, end="empty")
    use(day, 1, route=Dose.Route.SUBCUTANEOUS)
    use(day, 3)  # still open
    other = make_clinic(slug="andre")
    make_vial(clinic=other, lot=make_lot(clinic=other))

    assert seen(day) == []


def test_a_voided_dose_was_not_drawn(day):
    vial = use(day, 4)
    Dose.objects.filter(pk=vial.doses.first().pk).update(
        voided_at=OPENING, voided_by=day.nurse, void_reason="feil person"
    )
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=OPENING)

    assert seen(day) == [ClosedVial(3)]


def test_eight_weeks_count_and_today_does_not_yet(day):
    for days in (0, 1, 56, 57):
        use(day, 4, end="empty", now=OPENING - timedelta(days=days))

    assert learned_at(day.clinic.pk, now=OPENING).vials == 2
    assert learned_at(day.clinic.pk, now=TOMORROW).vials == 2


def booked(day, status, *, now=BEFORE, ended_at=None, **fields):
    one = make_booking(session=day.session, now=now)
    if ended_at:
        fields["ended_at"] = ended_at
    Appointment.objects.filter(pk=one.pk).update(**{"status": status, **fields})
    return one


def came(day):
    learned = learned_at(day.clinic.pk, now=TOMORROW)
    return learned.by_cutoff, learned.by_opening


def gets_a_dose(day, **booking):
    one = make_booking(session=day.session, **booking)
    dose = make_dose(patient=one.patient, vial=use(day, 0), by=day.nurse)
    Appointment.objects.filter(pk=one.pk).update(status="vaccinated", dose=dose)


def test_who_had_a_place_at_the_cutoff_and_at_opening_and_who_got_a_dose(day):
    cutoff = day.session.cutoff_at
    gets_a_dose(day)
    gets_a_dose(day, now=cutoff + timedelta(hours=1))
    booked(day, "no_show")
    booked(day, "turned_away")
    late = make_booking(session=day.session)
    cancel(appointment_id=late.pk, by=Actor.system(), now=cutoff + timedelta(hours=2))
    early = make_booking(session=day.session)
    cancel(appointment_id=early.pk, by=Actor.system(), now=cutoff - timedelta(hours=2))

    assert came(day) == (Came(of=4, got=1), Came(of=4, got=2))


def test_standby_people_holds_and_cancelled_days_are_not_counted(day):
    booked(day, "no_show", standby=True, seat=None)
    booked(day, "expired")
    assert came(day) == (Came(0, 0), Came(0, 0))
    booked(day, "no_show")
    ClinicSession.objects.filter(pk=day.session.pk).update(state="cancelled")
    assert came(day) == (Came(0, 0), Came(0, 0))


def test_given_no_history_then_the_defaults_stand(day):
    learned = learned_at(day.clinic.pk, now=OPENING)

    assert (learned.vials, learned.mean_yield) == (0, pytest.approx(4.7))
    assert (learned.p_attend_cutoff, learned.p_attend_day) == (0.85, 0.90)
    assert (learned.attend_cutoff_percent, learned.attend_percent) == (85, 90)


def test_what_happened_moves_the_numbers(day):
    use(day, 3, end="empty")
    for _ in range(5):
        booked(day, "no_show")

    learned = learned_at(day.clinic.pk, now=TOMORROW)

    assert dict(learned.yield_mass)[3] == pytest.approx(2 / 21)
    assert learned.p_attend_day == pytest.approx(18 / 25)
    assert learned.p_attend_cutoff == pytest.approx(17 / 25)


def test_it_costs_two_queries_however_much_there_is(day, django_assert_num_queries):
    for _ in range(4):
        use(day, 2, end="window_ended")
        booked(day, "no_show")
    with django_assert_num_queries(2):
        learned_at(day.clinic.pk, now=TOMORROW)


def test_another_clinics_history_is_its_own(day):
    use(day, 3, end="empty")
    make_session(clinic=make_clinic(slug="andre"))
    assert learned_at(make_clinic(slug="andre").pk, now=TOMORROW).vials == 0
