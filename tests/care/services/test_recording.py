"""What happened is recorded, with what it was outside of and why."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from appointments.domain.status import Move, MoveNotAllowedError, Status
from appointments.models import Appointment
from appointments.services.booking import cancel
from appointments.services.moves import ChangedMeanwhileError, move
from audit.models import AuditEntry
from care.services.recording import NotAVaccinatorError, record_given
from care.services.vaccination import rescreen_for
from clinics.domain.roles import Role
from notifications.models import Message
from tests.factories import (
    DAY,
    OPENING,
    Day,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_clinic,
    make_day,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
    make_wait,
)
from tests.invariants import assert_integrity
from vaccinations.domain.deviations import Asked, Deviation, from_text
from vaccinations.models import Dose, LotEntry, StandingOrder, Vial
from vaccinations.services.doses import DoseAlreadyGivenError
from vaccinations.services.lot_moves import quarantine
from vaccinations.services.recording import (
    ImpossibleVolumeError,
    NotYetGivenError,
    ReasonWantedError,
    VialSpentError,
    VialUnknownError,
)
from vaccinations.services.vials import close_as_empty, discard

pytestmark = pytest.mark.django_db
NOW = at("19.00")
GIVEN_AT = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


def ask(day: Day, waiting: Appointment, **answers: object) -> None:
    assert waiting.patient
    rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, **answers),
        by=day.by,
        now=at("17.41"),
    )


def record(day: Day, waiting: Appointment, vial: Vial, **what: Any) -> Dose:
    told: dict[str, Any] = {
        "route": Dose.Route.INTRADERMAL,
        "volume_ml": Decimal("0.1"),
        "site": Dose.Site.LEFT_ARM,
        "given_at": GIVEN_AT,
        "vaccinator_id": day.nurse.pk,
        "reason": "",
        "by": day.by,
        "now": NOW,
    }
    return record_given(appointment_id=waiting.pk, vial_id=vial.pk, **(told | what))


def found(dose: Dose) -> list[Deviation]:
    return from_text(dose.deviation)


def test_given_all_was_in_order_when_recorded_late_then_it_stands_as_it_happened(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    ask(day, waiting)

    dose = record(day, waiting, vial)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.dose, waiting.ended_at) == ("vaccinated", dose, GIVEN_AT)
    assert (dose.given_at, dose.recorded_at, dose.vaccinator) == (GIVEN_AT, NOW, day.nurse)
    assert (dose.deviation, dose.within_limits) == ("", True)
    place = Appointment.objects.get(dose_number=2)
    assert place.not_before == DAY + timedelta(days=28)
    assert AuditEntry.objects.filter(action="dose.recorded_late").count() == 1
    assert_integrity(now=NOW)


def test_given_no_questions_were_asked_when_recorded_then_a_reason_is_wanted_and_kept(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    with pytest.raises(ReasonWantedError) as refused:
        record(day, waiting, vial)
    assert refused.value.found == [Deviation.NOT_ASKED]
    assert not Dose.objects.exists()

    dose = record(day, waiting, vial, reason=" Det var travelt. ")

    assert (found(dose), dose.deviation_reason) == ([Deviation.NOT_ASKED], "Det var travelt.")
    assert not dose.within_limits
    assert_integrity(now=NOW)


def test_given_the_paper_says_all_was_denied_when_recorded_then_nothing_deviates(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    assert record(day, waiting, vial, asked=Asked.ALL_DENIED).within_limits


def test_given_todays_answers_stop_the_dose_when_it_was_given_then_the_person_is_a_deviation(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    ask(day, waiting, fever_over_38=True)
    dose = record(day, waiting, vial, reason="Oppdaget etterpå", asked=Asked.ALL_DENIED)
    assert found(dose) == [Deviation.PERSON]


def _after_the_window(day: Day, vial: Vial) -> dict[str, Any]:
    return {"given_at": vial.use_before, "now": at("20.00")}


def _before_it_was_opened(day: Day, vial: Vial) -> dict[str, Any]:
    return {"given_at": vial.opened_at - timedelta(minutes=1)}


def _under_the_skin(day: Day, vial: Vial) -> dict[str, Any]:
    return {"route": Dose.Route.SUBCUTANEOUS, "volume_ml": Decimal("0.5")}


def _too_much(day: Day, vial: Vial) -> dict[str, Any]:
    return {"volume_ml": Decimal("0.2")}


def _out_of_date(day: Day, vial: Vial) -> dict[str, Any]:
    day.lot.expires_on = DAY - timedelta(days=1)
    day.lot.save()
    return {}


def _of_a_stopped_lot(day: Day, vial: Vial) -> dict[str, Any]:
    quarantine(lot_id=day.lot.pk, clinic_id=day.clinic.pk, note="x", by=day.by, now=at("17.35"))
    return {}


def _without_an_order(day: Day, vial: Vial) -> dict[str, Any]:
    StandingOrder.objects.update(valid_until=DAY - timedelta(days=1))
    return {}


@pytest.mark.parametrize(
    ("arrange", "deviation"),
    [
        (_after_the_window, Deviation.WINDOW),
        (_before_it_was_opened, Deviation.WINDOW),
        (_under_the_skin, Deviation.ROUTE),
        (_too_much, Deviation.VOLUME),
        (_out_of_date, Deviation.LOT_EXPIRED),
        (_of_a_stopped_lot, Deviation.LOT_STOPPED),
        (_without_an_order, Deviation.NO_ORDER),
    ],
)
def test_what_was_outside_a_limit_is_recorded_with_its_deviation(
    day: Day, vial: Vial, waiting: Appointment, arrange: Any, deviation: Deviation
) -> None:
    what = {"asked": Asked.ALL_DENIED, **arrange(day, vial)}
    with pytest.raises(ReasonWantedError):
        record(day, waiting, vial, **what)

    dose = record(day, waiting, vial, reason="Slik var det", **what)

    assert found(dose) == [deviation]
    assert dose.deviation_reason == "Slik var det"


def test_a_lot_that_was_stopped_after_the_dose_is_no_deviation(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    quarantine(lot_id=day.lot.pk, clinic_id=day.clinic.pk, note="x", by=day.by, now=at("18.00"))
    assert LotEntry.objects.filter(kind="quarantined").exists()
    assert record(day, waiting, vial, asked=Asked.ALL_DENIED).within_limits


def test_given_a_dose_four_weeks_less_a_day_ago_when_recorded_then_the_interval_deviates(
    day: Day, vial: Vial
) -> None:
    anna = make_patient()
    earlier = OPENING - timedelta(days=27)
    make_dose(
        patient=anna, vial=make_vial(clinic=day.clinic, by=day.nurse, now=earlier), now=earlier
    )
    waiting = make_arrival(
        session=day.session, patient=anna, dose_number=2, clock="17.40", by=day.nurse
    )

    dose = record(day, waiting, vial, asked=Asked.ALL_DENIED, reason="Feil dag")

    assert (dose.dose_number, found(dose)) == (2, [Deviation.INTERVAL])


def told_too_close(day: Day, vial: Vial, days: int, **later: Any) -> Appointment:
    """Return the visit of a person whose next dose, so many days later, was recorded first."""
    booked = make_booking(session=day.session, clock="17.40")
    then = GIVEN_AT + timedelta(days=days)
    lot = make_lot(clinic=day.clinic, number=f"SENERE{days}", expires_on=DAY + timedelta(days=90))
    opened = then - timedelta(minutes=5)
    later_vial = make_vial(clinic=day.clinic, lot=lot, by=day.nurse, now=opened)
    dose = make_dose(patient=booked.patient, vial=later_vial, dose_number=2, now=then)
    Dose.objects.filter(pk=dose.pk).update(**later)
    return booked


def test_given_the_dose_after_it_is_on_record_when_recorded_then_too_short_a_time_is_noted(
    day: Day, vial: Vial
) -> None:
    told = {"asked": Asked.ALL_DENIED, "now": NOW + timedelta(days=30)}
    close, far = (told_too_close(day, vial, days) for days in (27, 28))

    with pytest.raises(ReasonWantedError):
        record(day, close, vial, **told)
    dose = record(day, close, vial, reason="Ført for sent", **told)

    assert (dose.dose_number, found(dose)) == (1, [Deviation.INTERVAL])
    assert found(record(day, far, vial, **told)) == []


def test_given_the_dose_after_it_was_judged_by_this_one_when_corrected_then_it_is_not_noted_again(
    day: Day, vial: Vial
) -> None:
    judged = told_too_close(day, vial, 20, previous_dose_on=DAY)

    dose = record(day, judged, vial, asked=Asked.ALL_DENIED, now=NOW + timedelta(days=30))

    assert found(dose) == []


@pytest.mark.parametrize("put_down_as", ["discarded", "not_obtainable"])
def test_given_the_vial_is_closed_when_its_dose_is_recorded_then_the_balance_holds(
    day: Day, vial: Vial, waiting: Appointment, put_down_as: str
) -> None:
    if put_down_as == "discarded":
        discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="end_of_day", by=day.by, now=NOW)
    else:
        close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)

    dose = record(day, waiting, vial, asked=Asked.ALL_DENIED, reason="Glemt på tavla")

    vial.refresh_from_db()
    assert getattr(vial, put_down_as) == 4
    assert vial.closed_at is not None
    assert found(dose) == [Deviation.NOT_ENOUGH_LEFT]
    assert_integrity(now=NOW)


def test_given_all_that_was_thrown_away_was_given_then_it_has_no_reason_any_more(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    for _ in range(4):
        make_dose(vial=vial, by=day.nurse, now=at("17.40"))
    discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="end_of_day", by=day.by, now=NOW)

    record(day, waiting, vial, asked=Asked.ALL_DENIED, reason="Glemt på tavla")

    vial.refresh_from_db()
    assert (vial.discarded, vial.discard_reason) == (0, "")
    assert_integrity(now=NOW)


def test_given_five_doses_on_record_when_a_sixth_is_told_of_then_the_vial_cannot_be_right(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    for _ in range(5):
        make_dose(vial=vial, by=day.nurse, now=at("17.40"))
    with pytest.raises(VialSpentError):
        record(day, waiting, vial, asked=Asked.ALL_DENIED, reason="x")
    assert Dose.objects.count() == 5


def test_the_last_dose_closes_an_open_vial(day: Day, vial: Vial, waiting: Appointment) -> None:
    for _ in range(4):
        make_dose(vial=vial, by=day.nurse, now=at("17.40"))
    record(day, waiting, vial, asked=Asked.ALL_DENIED)
    vial.refresh_from_db()
    assert vial.closed_at == NOW


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ({"given_at": NOW + timedelta(minutes=1)}, NotYetGivenError),
        ({"volume_ml": Decimal(0)}, ImpossibleVolumeError),
        ({"volume_ml": Decimal("0.6")}, ImpossibleVolumeError),
        ({"vaccinator_id": 0}, NotAVaccinatorError),
    ],
)
def test_only_the_impossible_is_refused_and_changes_nothing(
    day: Day, vial: Vial, waiting: Appointment, what: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(day, waiting, vial, reason="x", **what)
    assert not Dose.objects.exists()
    waiting.refresh_from_db()
    assert waiting.status == Status.ARRIVED


def test_another_clinics_vial_and_another_clinics_nurse_are_refused(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    elsewhere = make_clinic(slug="andre", name="Et annet sted")
    theirs = make_vial(clinic=elsewhere, now=at("17.30"))
    with pytest.raises(VialUnknownError):
        record(day, waiting, theirs, reason="x")
    auditor = make_staff(Role.AUDITOR, clinic=day.clinic)
    with pytest.raises(NotAVaccinatorError):
        record(day, waiting, vial, reason="x", vaccinator_id=auditor.pk)


def test_recorded_twice_it_is_recorded_once(day: Day, vial: Vial, waiting: Appointment) -> None:
    record(day, waiting, vial, reason="x")
    with pytest.raises(ChangedMeanwhileError):
        record(day, waiting, vial, reason="x")
    assert Dose.objects.count() == 1


def test_a_second_dose_of_the_person_on_the_day_is_refused(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    make_dose(patient=waiting.patient, vial=vial, by=day.nurse, now=at("17.35"))
    with pytest.raises(DoseAlreadyGivenError):
        record(day, waiting, vial, reason="x")


@pytest.mark.parametrize(
    ("before", "moves"),
    [
        ("booked", []),
        ("no_show", [Move.MISS]),
        ("turned_away", [Move.CHECK_IN, Move.TURN_AWAY]),
        ("left", [Move.CHECK_IN, Move.LEAVE]),
        ("declined", [Move.CHECK_IN, Move.DECLINE]),
    ],
)
def test_whatever_was_noted_before_the_next_day_the_dose_is_recorded(
    day: Day, vial: Vial, before: str, moves: list[Move]
) -> None:
    booked = make_booking(session=day.session, clock="17.40")
    fields = {
        Move.CHECK_IN: {"arrived_at": at("17.40"), "id_seen_by_id": day.nurse.pk},
    }
    for one in moves:
        move(booked, one, **fields.get(one, {"ended_at": at("18.00")}))
    assert booked.status == before
    tomorrow = NOW + timedelta(days=1)

    dose = record(day, booked, vial, reason="Tavla var nede", now=tomorrow)

    booked.refresh_from_db()
    assert (booked.status, booked.dose) == ("vaccinated", dose)
    assert booked.arrived_at is not None
    assert_integrity(now=tomorrow)


def test_given_another_took_the_seat_when_recorded_then_both_stand(day: Day, vial: Vial) -> None:
    missed = make_booking(session=day.session, clock="17.40")
    move(missed, Move.MISS, ended_at=at("18.00"))
    other = make_booking(session=day.session, clock="17.40")
    assert (missed.slot_id, missed.seat) == (other.slot_id, other.seat)

    record(day, missed, vial, reason="Kom for sent")

    missed.refresh_from_db()
    assert (missed.status, missed.standby, missed.seat) == ("vaccinated", True, None)
    assert_integrity(now=NOW)


def test_what_was_booked_again_for_the_same_dose_is_cancelled_and_told(
    day: Day, vial: Vial
) -> None:
    missed = make_booking(session=day.session, clock="17.40")
    move(missed, Move.MISS, ended_at=at("18.00"))
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    again = make_booking(session=later, patient=missed.patient, now=NOW)

    record(day, missed, vial, reason="Var her likevel")

    again.refresh_from_db()
    assert again.status == Status.CANCELLED
    assert Message.objects.filter(subject_id=again.pk, kind="cancelled").exists()
    assert_integrity(now=NOW)


def test_who_waited_for_the_dose_waits_no_more(day: Day, vial: Vial, waiting: Appointment) -> None:
    entry = make_wait(clinic=day.clinic, decision=waiting.decision)
    record(day, waiting, vial, reason="x")
    entry.refresh_from_db()
    assert entry.ended_at == NOW


def test_a_cancelled_time_takes_no_dose(day: Day, vial: Vial) -> None:
    booked = make_booking(session=day.session, clock="17.40")
    cancelled = cancel(appointment_id=booked.pk, by=day.by, now=at("17.00"))
    with pytest.raises(MoveNotAllowedError):
        record(day, cancelled, vial, reason="x")
    assert not Dose.objects.exists()
