"""Ending a clinic day: what is left to do, the figures, reopening."""

from datetime import datetime, timedelta

import pytest

from appointments.domain.closing import Hindrance
from appointments.domain.day_numbers import from_snapshot
from appointments.domain.fees import Fee
from appointments.domain.status import Status
from appointments.models import Appointment, DayClosing
from appointments.selectors.closing import closing_of, is_ended, never_ended
from appointments.services.closing import (
    DayEndedAlreadyError,
    DayNotReadyError,
    NotEndedError,
    ReopenReasonMissingError,
    reopen_day,
)
from appointments.services.day import DayEndedError, check_in
from appointments.services.fees import note_fees
from appointments.services.no_shows import note_no_shows
from appointments.services.observing import release
from audit.models import AuditEntry
from care.services.closing import end_day, write_off_tonight
from care.services.vaccination import rescreen_for, vaccinate
from care.services.visit_review import ask_clinician, end_visit
from tests.factories import (
    DAY,
    Day,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_lot,
    make_session,
    make_thawing,
    make_vial,
)
from vaccinations.models import Lot, LotEntry, Vial
from vaccinations.selectors import thawings_on_hand
from vaccinations.services.vials import close_as_empty, discard

pytestmark = pytest.mark.django_db

NOW = at("20.05")


def end(day: Day, *, told: bool = False, now: datetime = NOW) -> DayClosing:
    return end_day(session_id=day.session.pk, cases_told=told, by=day.by, now=now)


def left(day: Day, **how: bool) -> tuple[Hindrance, ...]:
    with pytest.raises(DayNotReadyError) as refused:
        end(day, **how)
    assert not is_ended(day.session.pk)
    return refused.value.left


def vaccinated(day: Day, vial: Vial, clock: str) -> Appointment:
    """Vaccinate somebody with the next dose of a vial, and let them go at the day's end."""
    came = make_arrival(session=day.session, clock=clock, by=day.nurse)
    decision = rescreen_for(
        appointment_id=came.pk, answers=day_answers(came.patient), by=day.by, now=at(clock)
    )
    vaccinate(
        appointment_id=came.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site="left_upper_arm",
        by=day.by,
        now=at(clock),
    )
    came.refresh_from_db()
    if came.observe_until:
        release(appointment_id=came.pk, by=day.by, now=at("20.00"))
    return came


def frozen_lot(day: Day) -> Lot:
    product = day.session.product
    product.stored_frozen = True
    product.save(update_fields=["stored_frozen"])
    return make_lot(clinic=day.clinic, product=product, number="7F01")


def charging(day: Day) -> None:
    day.clinic.fee = "Oppmøtet koster 300 kroner."
    day.clinic.save(update_fields=["fee"])


def test_an_empty_day_is_ended_and_nobody_can_book_it(day: Day) -> None:
    closing = end(day)

    day.session.refresh_from_db()
    assert day.session.state == "closed"
    assert closing_of(day.session.pk) == closing
    assert closing.closed_by == day.nurse
    actions = AuditEntry.objects.filter(object_id=str(day.session.pk)).values_list(
        "action", flat=True
    )
    assert {"session.closed", "day.ended"} <= set(actions)


def test_a_day_that_has_not_begun_is_not_ended(day: Day) -> None:
    with pytest.raises(DayNotReadyError) as refused:
        end(day, now=at("15.00"))

    assert refused.value.left == (Hindrance.NOT_BEGUN,)


def test_who_waits_and_who_is_expected_stand_in_the_way(day: Day) -> None:
    make_arrival(session=day.session, clock="17.40", by=day.nurse)
    make_booking(session=day.session, clock="18.00")

    assert left(day) == (Hindrance.WAITING, Hindrance.EXPECTED)


def test_who_never_came_is_noted_and_then_the_day_can_end(day: Day) -> None:
    missed = make_booking(session=day.session, clock="18.00")

    noted = note_no_shows(
        session_id=day.session.pk, appointment_ids=[missed.pk], by=day.by, now=NOW
    )

    assert len(noted) == 1
    assert from_snapshot(end(day).numbers).no_shows == 1


def test_nobody_is_noted_before_their_time_nor_in_another_session(day: Day) -> None:
    later = make_booking(session=day.session, clock="18.00")
    elsewhere = make_booking(session=make_session(starts_at=at("16.00") - timedelta(days=7)))
    ids = [later.pk, elsewhere.pk]

    assert not note_no_shows(
        session_id=day.session.pk, appointment_ids=ids, by=day.by, now=at("17.30")
    )


def test_who_has_come_meanwhile_is_not_noted(day: Day) -> None:
    here = make_arrival(session=day.session, clock="17.40", by=day.nurse)

    assert not note_no_shows(
        session_id=day.session.pk, appointment_ids=[here.pk], by=day.by, now=NOW
    )


def test_an_open_vial_stands_in_the_way_until_it_is_balanced(day: Day, vial: Vial) -> None:
    assert left(day) == (Hindrance.OPEN_VIALS,)

    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)

    end(day)


def test_a_vial_that_a_later_session_can_use_does_not(day: Day) -> None:
    make_session(clinic=day.clinic, starts_at=at("20.30"), hours=2)
    make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("19.30"))

    end(day)


def test_a_person_under_observation_stands_in_the_way(day: Day, vial: Vial) -> None:
    came = vaccinated(day, vial, "17.40")
    Appointment.objects.filter(pk=came.pk).update(released_at=None, released_by=None)
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)

    assert left(day) == (Hindrance.OBSERVED,)


def test_fees_are_asked_for_where_the_clinic_takes_one(day: Day, vial: Vial) -> None:
    came = vaccinated(day, vial, "17.40")
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
    charging(day)

    assert left(day) == (Hindrance.FEES,)

    for _twice in range(2):
        note_fees(session_id=day.session.pk, fees={came.pk: Fee.EXEMPT}, by=day.by, now=NOW)
    assert AuditEntry.objects.filter(action="appointment.fee").count() == 1
    assert from_snapshot(end(day).numbers).exempt == 1


def test_nobody_is_asked_for_a_fee_where_there_is_none(day: Day, vial: Vial) -> None:
    day.clinic.fee = ""
    day.clinic.save(update_fields=["fee"])
    vaccinated(day, vial, "17.40")
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)

    end(day)


def test_a_fee_is_noted_of_who_got_a_dose_alone(day: Day) -> None:
    booked = make_booking(session=day.session, clock="18.00")

    assert not note_fees(session_id=day.session.pk, fees={booked.pk: Fee.PAID}, by=day.by, now=NOW)


def test_a_case_that_waits_is_handed_over_first(day: Day) -> None:
    came = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    decision = rescreen_for(
        appointment_id=came.pk,
        answers=day_answers(came.patient, pregnant=True),
        by=day.by,
        now=at("17.41"),
    )
    ask_clinician(appointment_id=came.pk, decision_id=decision.pk, by=day.by, now=at("17.42"))
    end_visit(appointment_id=came.pk, reason="clinician_review", by=day.by, now=at("17.50"))

    assert left(day) == (Hindrance.CASES,)
    assert from_snapshot(end(day, told=True).numbers).turned_away == 1


def test_thawed_vials_that_die_tonight_are_written_off_once(day: Day) -> None:
    frozen = frozen_lot(day)
    thawing = make_thawing(lot=frozen, by=day.nurse, vials=2, use_before=at("23.00"))

    assert left(day) == (Hindrance.THAWED,)
    lost = [
        write_off_tonight(
            session=day.session,
            thawing_id=thawing.pk,
            vials=2,
            note="ingen kom",
            by=day.by,
            now=NOW,
        )
        for _twice in range(2)
    ]

    assert (lost[0].vials, lost[1]) == (-2, None)
    assert LotEntry.objects.filter(thawing=thawing).count() == 1
    assert thawings_on_hand([frozen.pk]) == []
    assert from_snapshot(end(day).numbers).lost_unopened == 2


def test_thawed_vials_that_live_until_tomorrow_do_not_matter(day: Day) -> None:
    frozen = frozen_lot(day)
    make_thawing(lot=frozen, by=day.nurse, use_before=NOW + timedelta(days=3))

    end(day)


def test_the_figures_are_those_of_the_day(day: Day, vial: Vial) -> None:
    for clock in ("17.40", "17.50", "18.00"):
        vaccinated(day, vial, clock)
    discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="end_of_day", by=day.by, now=NOW)
    broken = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("18.10"))
    discard(vial_id=broken.pk, clinic_id=day.clinic.pk, reason="broken", by=day.by, now=NOW)
    day.clinic.fee = ""
    day.clinic.save(update_fields=["fee"])

    numbers = from_snapshot(end(day).numbers)

    assert (numbers.booked, numbers.came, numbers.vaccinated, numbers.doses) == (3, 3, 3, 3)
    assert (numbers.vials, numbers.fewest_vials) == (2, 1)
    assert numbers.discarded == {"broken": 5, "end_of_day": 2}
    assert numbers.waste_percent == 70.0


def test_a_day_is_ended_once(day: Day) -> None:
    first = end(day)

    with pytest.raises(DayEndedAlreadyError) as refused:
        end(day)

    assert refused.value.closing == first
    assert DayClosing.objects.count() == 1


def test_nobody_is_checked_in_once_the_day_is_ended(day: Day) -> None:
    closing = end(day)
    late = make_booking(session=make_session(clinic=day.clinic, starts_at=at("21.00")))
    DayClosing.objects.filter(pk=closing.pk).update(session=late.slot.session)

    with pytest.raises(DayEndedError):
        check_in(appointment_id=late.pk, by=day.by, now=at("21.00"))

    late.refresh_from_db()
    assert late.status == Status.BOOKED


def test_a_day_is_reopened_with_a_reason_once_and_ended_again(day: Day) -> None:
    first = end(day)
    how = {"session_id": day.session.pk, "closing_id": first.pk, "by": day.by, "now": NOW}

    with pytest.raises(ReopenReasonMissingError):
        reopen_day(**how, reason="  ")
    reopen_day(**how, reason="En dose manglet")
    with pytest.raises(NotEndedError):
        reopen_day(**how, reason="En dose manglet")

    first.refresh_from_db()
    assert first.reopen_reason == "En dose manglet"
    assert not is_ended(day.session.pk)
    assert AuditEntry.objects.filter(action="day.reopened").count() == 1
    assert end(day) != first


def test_a_past_day_with_people_that_nobody_ended_is_remembered(day: Day) -> None:
    make_booking(session=day.session, clock="18.00")
    clinic, tomorrow = [day.clinic.pk], NOW + timedelta(days=1)

    assert never_ended(clinic, now=NOW) == []
    assert never_ended(clinic, now=tomorrow) == [day.session]

    note_no_shows(
        session_id=day.session.pk,
        appointment_ids=Appointment.objects.values_list("pk", flat=True),
        by=day.by,
        now=tomorrow,
    )
    end(day, now=tomorrow)
    assert never_ended(clinic, now=tomorrow) == []
    assert day.session.date == DAY
