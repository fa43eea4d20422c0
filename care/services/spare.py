"""Counts what is left over in a session at a moment, for people without a time."""

from datetime import datetime

from appointments.domain.day_facts import DayNow, OpenVial
from appointments.domain.slot_times import minute_of
from appointments.domain.spare_doses import Spare, spare_doses
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.advice import called_in
from appointments.selectors.day import people_of
from appointments.selectors.lateness import expected_at
from appointments.selectors.places import WHOLE_VIAL_ROUTE, policy_of
from care.services.vaccination import Step, ready_course, step_of
from care.services.visit_review import cases_of
from clinics.domain.calendar import oslo_date
from eligibility.domain.cases import CaseState
from eligibility.domain.decision import Outcome
from eligibility.models import ReviewCase
from vaccinations.models import Lot
from vaccinations.selectors import open_vials, usable_lots

_DECIDED = {CaseState.REFUSED, CaseState.CLOSED}


def spare_now(session: ClinicSession, *, now: datetime) -> Spare:
    """Count the doses that are spare in a session now; six queries.

    In doubt a person counts as one who needs a dose: whoever has a time comes first.
    """

    def minute(moment: datetime | None) -> int:
        return minute_of(moment or now, session.starts_at)

    people = people_of(session.pk)
    arrived = [one for one in people if one.status == Status.ARRIVED]
    cases = cases_of(arrived)
    here = [one for one in arrived if _may_need_it(one, cases.get(one.pk), now)]
    sharing = [one for one in here if not _takes_whole(one, now)]
    expected = [one for one in people if one.status == Status.BOOKED]
    booked = [one for one in expected if not one.standby]
    called = list(called_in(session.clinic_id).values_list("vial_id", "appointment_id"))
    coming = {appointment_id for _vial, appointment_id in called}
    day = DayNow(
        now=minute(now),
        closing=minute(session.ends_at),
        waiting=tuple(minute(one.arrived_at) for one in sharing if not one.standby),
        standby_waiting=tuple(minute(one.arrived_at) for one in sharing if one.standby),
        whole_waiting=tuple(minute(one.arrived_at) for one in here if _takes_whole(one, now)),
        expected=tuple(
            minute(expected_at(one, session)) for one in booked if one.route != WHOLE_VIAL_ROUTE
        ),
        whole_expected=tuple(
            minute(expected_at(one, session)) for one in booked if one.route == WHOLE_VIAL_ROUTE
        ),
        standby_coming=sum(one.standby and one.pk not in coming for one in expected),
        vials=tuple(
            OpenVial(
                id=str(one.vial.pk),
                expiry=minute(one.vial.use_before),
                drawn=one.doses_given,
                left=one.doses_left,
                invited=sum(vial_id == one.vial.pk for vial_id, _appointment in called),
            )
            for one in open_vials(session.clinic_id)
            if one.usable(now) and _lot_is_good(one.vial.lot, now)
        ),
        stock=sum(
            lot.vials_left
            for lot in usable_lots(session.clinic_id, product_id=session.product_id, now=now)
        ),
    )
    return spare_doses(day, policy_of(session))


def _lot_is_good(lot: Lot, now: datetime) -> bool:
    return lot.state == Lot.State.USABLE and lot.expires_on >= oslo_date(now)


def _may_need_it(appointment: Appointment, case: ReviewCase | None, now: datetime) -> bool:
    """Tell whether somebody who is here may have the dose: not those who were told no today."""
    decision = appointment.decision
    if step_of(decision, now) is not Step.REVIEW:
        return True
    if case is not None:
        return case.state not in _DECIDED
    return decision is not None and decision.outcome == Outcome.CLINICIAN_REVIEW


def _takes_whole(appointment: Appointment, now: datetime) -> bool:
    course = ready_course(appointment.decision, now)
    return (course.route if course else appointment.route) == WHOLE_VIAL_ROUTE
