from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import ClinicSession
from appointments.selectors.day import is_under_way, sessions_from
from appointments.selectors.displaced import lacking_a_time
from appointments.selectors.dose_two import dose_two_to_place
from appointments.selectors.waiting import count_waiting
from care.desk.permissions import AT_DESK, PLANNERS
from care.services.list_reads import record_list_read
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.models import Clinic
from clinics.permissions import STAFF, StaffRequest, access
from clinics.selectors import clinics_of
from eligibility.domain.cases import stands_out
from eligibility.selectors.cases import waiting_timings
from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.models import Dose
from vaccinations.services.shortages import Shortage, shortages


@dataclass(frozen=True)
class ClinicAtHand:
    """A clinic where the reader works. ``may_work`` is a role at the board, ``may_plan`` there or
    among those who plan the days.

    ``waiting`` people stand on the waiting list. ``shortages`` are days that the stock does not
    cover, for those who plan them.
    ``cases`` wait for a clinician, ``urgent_cases`` of them are overdue or will be in 12 hours.
    """

    clinic: Clinic
    may_work: bool
    today: list[ClinicSession]
    coming: list[ClinicSession]
    to_place: int
    waiting: int
    lacking_a_time: int
    shortages: list[Shortage]
    vials_lacking: int
    may_plan: bool
    may_decide: bool
    cases: int
    urgent_cases: int


@dataclass(frozen=True)
class DoseTwoDue:
    """Somebody who lacks a place for the next dose, possible from ``earliest_on`` (R16)."""

    dose: Dose
    given_on: date
    earliest_on: date


@access(STAFF)
@require_safe
@never_cache
def home(request: StaffRequest) -> HttpResponse:
    """Show the reader's clinics, with the sessions of today and those to come."""
    now = timezone.now()
    context = {"clinics": _clinics_at_hand(request, now), "now": now}
    return render(request, "desk/home.html", context)


@access(AT_DESK)
@require_safe
@never_cache
def dose_two(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the people who lack a place for dose 2."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    doses = list(dose_two_to_place([clinic.pk]))
    record_list_read(
        request.session,
        action="dose_two_list.read",
        list_id=clinic.pk,
        patient_ids=[dose.patient_id for dose in doses],
        by=request.actor,
        now=now,
    )
    due = [_due(dose) for dose in doses]
    return render(request, "desk/dose_two.html", {"clinic": clinic, "due": due})


def _due(dose: Dose) -> DoseTwoDue:
    given_on = oslo_date(dose.given_at)
    return DoseTwoDue(dose, given_on, given_on + timedelta(days=MIN_INTERVAL_DAYS))


def _clinics_at_hand(request: StaffRequest, now: datetime) -> list[ClinicAtHand]:
    roles = clinics_of(request.user, oslo_date(now))
    sessions = sessions_from([clinic.pk for clinic, _held in roles], now=now)
    at_board = [clinic.pk for clinic, held in roles if held & AT_THE_BOARD]
    timings = waiting_timings(at_board)
    to_place = Counter(dose_two_to_place(at_board).values_list("vial__clinic_id", flat=True))
    waiting = count_waiting(at_board, now=now)
    lacking = Counter(
        lacking_a_time(at_board, now=now).values_list(
            "appointment__slot__session__clinic_id", flat=True
        )
    )
    planned = [clinic.pk for clinic, held in roles if held & PLANNERS]
    short = shortages(planned, now=now) if planned else []
    return [
        ClinicAtHand(
            clinic=clinic,
            may_work=clinic.pk in at_board,
            today=[one for one in sessions if _is_at(one, clinic) and is_under_way(one, now)],
            coming=[one for one in sessions if _is_at(one, clinic) and not is_under_way(one, now)],
            to_place=to_place[clinic.pk],
            waiting=waiting[clinic.pk],
            lacking_a_time=lacking[clinic.pk],
            shortages=[one for one in short if one.promise.clinic_id == clinic.pk],
            vials_lacking=sum(one.vials for one in short if one.promise.clinic_id == clinic.pk),
            may_plan=bool(held & (AT_THE_BOARD | PLANNERS)),
            may_decide=Role.CLINICIAN in held,
            cases=len(timings.get(clinic.pk, [])),
            urgent_cases=sum(stands_out(one, now) for one in timings.get(clinic.pk, [])),
        )
        for clinic, held in roles
    ]


def _is_at(session: ClinicSession, clinic: Clinic) -> bool:
    return session.clinic_id == clinic.pk
