"""A dose started by another route than planned: whose word allows it, and what it never allows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from care.services.off_plan import NoReasonForRouteError, OffPlan, RouteStoppedError
from care.services.vaccination import Vaccinated, rescreen_for, vaccinate
from clinics.domain.roles import Role
from clinics.models import Membership, Staff
from eligibility.domain.decision import Route
from eligibility.models import ReviewCase
from tests.care.services.test_review_to_dose import approved_and_here, asked
from tests.care.services.test_vaccination_races import at_once
from tests.factories import (
    DAY,
    LONG_AGO,
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_case,
    make_clinic,
    make_day,
    make_doctor,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.invariants import assert_integrity
from vaccinations.domain.limits import Limit
from vaccinations.domain.off_plan import RouteStop
from vaccinations.models import Dose, Lot, Vial
from vaccinations.selectors.deviations import unseen_deviations
from vaccinations.services.doses import LotBlockedError, OutsideLimitsError
from vaccinations.services.vials import VialClosedError

pytestmark = pytest.mark.django_db
NOW = at("17.42")
WHY = "Siste person, glasset går med"
WHOLE = OffPlan(route="subcutaneous", reason=WHY)
SKIN = OffPlan(route="intradermal", reason="Glasset rekker til flere")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def doctor(day: Day) -> Staff:
    return make_doctor(clinic=day.clinic)


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


def give(
    day: Day,
    one: Appointment,
    vial: Vial,
    *,
    by: Staff | None = None,
    off_plan: OffPlan | None = WHOLE,
    now: Any = NOW,
    **answers: object,
) -> Dose:
    """Ask today's questions and give the dose."""
    assert one.patient
    decision = rescreen_for(
        appointment_id=one.pk,
        answers=day_answers(one.patient, **answers),
        by=day.by,
        now=now,
    )
    return vaccinate(
        appointment_id=one.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        off_plan=off_plan,
        by=actor_of(by or day.nurse, day.clinic),
        now=now,
    ).dose


def test_a_clinician_who_gives_the_whole_vial_has_overridden_the_plan(
    day: Day, doctor: Staff, vial: Vial, waiting: Appointment
) -> None:
    dose = give(day, waiting, vial, by=doctor)

    dose.refresh_from_db()
    assert (dose.route, str(dose.volume_ml), dose.within_limits) == ("subcutaneous", "0.50", False)
    assert (dose.override_by, dose.override_reason) == (doctor, WHY)
    assert (dose.deviation, dose.deviation_reason) == ("", "")
    assert not unseen_deviations([day.clinic.pk]).exists()
    vial.refresh_from_db()
    assert vial.closed_at == NOW, "a dose under the skin takes all of it"
    assert_integrity(now=NOW)


def test_a_vaccinator_gives_it_with_a_reason_and_the_lead_sees_the_deviation(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    dose = give(day, waiting, vial)

    dose.refresh_from_db()
    assert (dose.within_limits, dose.override_by, dose.override_reason) == (False, None, "")
    assert (dose.deviation, dose.deviation_reason) == ("route", WHY)
    assert list(unseen_deviations([day.clinic.pk])) == [dose]
    assert_integrity(now=NOW)


def test_a_clinician_of_another_clinic_is_a_vaccinator_here(
    day: Day, doctor: Staff, vial: Vial, waiting: Appointment
) -> None:
    Membership.objects.filter(staff=doctor).update(role=Role.VACCINATOR)
    Membership.objects.create(
        staff=doctor,
        clinic=make_clinic(slug="nabo", name="Nabo"),
        role=Role.CLINICIAN,
        valid_from=LONG_AGO,
    )

    dose = give(day, waiting, vial, by=doctor)

    assert (dose.override_by, dose.deviation) == (None, "route")


def test_the_next_dose_is_placed_as_planned(day: Day, vial: Vial, waiting: Appointment) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))

    give(day, waiting, vial)

    place = Appointment.objects.get(dose_number=2)
    assert (place.status, place.route) == (Status.BOOKED, "intradermal")


def test_the_planned_route_needs_no_reason_and_leaves_no_trace(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    dose = give(day, waiting, vial, off_plan=OffPlan(route="intradermal", reason=""))

    assert (dose.within_limits, dose.route, dose.deviation) == (True, "intradermal", "")


@pytest.mark.parametrize("reason", ["", "  \n", "\u200b"])
def test_nobody_leaves_the_plan_without_a_written_reason(
    day: Day, doctor: Staff, vial: Vial, waiting: Appointment, reason: str
) -> None:
    for staff in (day.nurse, doctor):
        with pytest.raises(NoReasonForRouteError):
            give(day, waiting, vial, by=staff, off_plan=OffPlan("subcutaneous", reason))
    assert not Dose.objects.exists()


def test_with_keloids_the_dose_is_never_started_in_the_skin(
    day: Day, doctor: Staff, vial: Vial, waiting: Appointment
) -> None:
    for staff in (day.nurse, doctor):
        with pytest.raises(RouteStoppedError) as refused:
            give(day, waiting, vial, by=staff, off_plan=SKIN, keloid_tendency=True)
        assert refused.value.stop == RouteStop.KELOIDS
    assert not Dose.objects.exists()


@pytest.mark.parametrize("route", ["intramuscular", ""])
def test_a_route_that_nobody_gives_it_by_is_never_started(
    day: Day, vial: Vial, waiting: Appointment, route: str
) -> None:
    with pytest.raises(RouteStoppedError):
        give(day, waiting, vial, off_plan=OffPlan(route, WHY))
    assert not Dose.objects.exists()


def begun(day: Day, vial: Vial) -> None:
    make_dose(vial=vial, by=day.nurse, now=at("17.35"))


def recalled(day: Day, vial: Vial) -> None:
    Lot.objects.filter(pk=vial.lot_id).update(state=Lot.State.RECALLED)


def over(day: Day, vial: Vial) -> None:
    Vial.objects.filter(pk=vial.pk).update(use_before=at("17.41"))


def expired(day: Day, vial: Vial) -> None:
    Lot.objects.filter(pk=vial.lot_id).update(expires_on=OPENING.date() - timedelta(days=1))


@pytest.mark.parametrize(
    ("meanwhile", "refused", "limit"),
    [
        (begun, OutsideLimitsError, Limit.NOT_ENOUGH_LEFT),
        (over, OutsideLimitsError, Limit.WINDOW),
        (expired, OutsideLimitsError, Limit.LOT_EXPIRED),
        (recalled, LotBlockedError, None),
    ],
)
def test_a_reason_for_the_route_lifts_no_other_limit(
    day: Day,
    doctor: Staff,
    vial: Vial,
    waiting: Appointment,
    meanwhile: Callable[[Day, Vial], None],
    refused: type[Exception],
    limit: Limit | None,
) -> None:
    meanwhile(day, vial)
    before = Dose.objects.count()

    for staff in (day.nurse, doctor):
        with pytest.raises(refused) as error:
            give(day, waiting, vial, by=staff)
        if isinstance(error.value, OutsideLimitsError):
            assert error.value.limits == [limit]
    assert Dose.objects.count() == before


def test_a_reason_for_the_route_does_not_shorten_the_interval(
    day: Day, doctor: Staff, vial: Vial
) -> None:
    one = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    earlier = OPENING - timedelta(days=21)
    make_dose(patient=one.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)

    for staff in (day.nurse, doctor):
        with pytest.raises(OutsideLimitsError) as refused:
            give(day, one, vial, by=staff)
        assert refused.value.limits == [Limit.INTERVAL]


def judged(day: Day, what: str) -> ReviewCase:
    """Make a case of somebody whom a clinician lets have the dose under the skin."""
    if what == "exposed":
        return make_case(exposed_on=DAY - timedelta(days=2), now=at("15.00"), clinic=day.clinic)
    born = {"under_18": date(2011, 3, 1), "ordered": date(1994, 5, 4)}[what]
    person = make_patient(birth_date=born)
    return make_case(patient=person, now=at("15.00"), clinic=day.clinic)


@pytest.mark.parametrize("what", ["under_18", "exposed", "ordered"])
def test_whom_a_clinician_lets_have_it_under_the_skin_is_never_given_it_in_the_skin(
    day: Day, what: str
) -> None:
    route = Route.SUBCUTANEOUS
    one = approved_and_here(day, judged(day, what), route=route, volume_ml=Decimal("0.5"))
    decision = asked(day, one)
    assert decision.outcome == "eligible", decision.reasons
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("16.02"))

    with pytest.raises(RouteStoppedError) as refused:
        vaccinate(
            appointment_id=one.pk,
            decision_id=decision.pk,
            vial_id=vial.pk,
            site=Dose.Site.LEFT_ARM,
            off_plan=SKIN,
            by=day.by,
            now=at("16.03"),
        )

    assert refused.value.stop == what


@pytest.mark.django_db(transaction=True)
def test_given_two_nurses_when_both_take_the_whole_vial_then_one_gets_it() -> None:
    day = make_day()
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    colleague = make_staff(clinic=day.clinic, name="Ola Gran")

    results = at_once(*_both(day, vial, [day.nurse, colleague], WHOLE, WHOLE))

    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(error) for error in refused] == [VialClosedError]
    assert Dose.objects.get().deviation == "route"
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_given_two_nurses_when_one_takes_a_dose_of_the_whole_vial_then_the_balance_holds() -> None:
    day = make_day()
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    colleague = make_staff(clinic=day.clinic, name="Ola Gran")

    results = at_once(*_both(day, vial, [day.nurse, colleague], WHOLE, None))

    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], VialClosedError | OutsideLimitsError)
    assert Dose.objects.count() == 1
    assert_integrity(now=NOW)


def _both(
    day: Day, vial: Vial, nurses: list[Staff], *ways: OffPlan | None
) -> list[Callable[[], Vaccinated]]:
    acts = []
    for clock, nurse, way in zip(("17.40", "17.40"), nurses, ways, strict=True):
        one = make_arrival(session=day.session, clock=clock, by=day.nurse)
        assert one.patient
        decision = rescreen_for(
            appointment_id=one.pk, answers=day_answers(one.patient), by=day.by, now=NOW
        )

        def act(one=one, decision=decision, nurse=nurse, way=way) -> Vaccinated:  # type: ignore[no-untyped-def]
            return vaccinate(
                appointment_id=one.pk,
                decision_id=decision.pk,
                vial_id=vial.pk,
                site=Dose.Site.LEFT_ARM,
                off_plan=way,
                by=actor_of(nurse, day.clinic),
                now=NOW,
            )

        acts.append(act)
    return acts
