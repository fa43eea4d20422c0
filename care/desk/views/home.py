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
from appointments.selectors.dose_two import dose_two_to_place
from care.desk.permissions import AT_DESK
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


@dataclass(frozen=True)
class ClinicAtHand:
    """A clinic where the reader works. ``may_work`` is a role at the board.

    ``cases`` wait for a clinician, ``urgent_cases`` of them are overdue or will be in 12 hours.
    """

    clinic: Clinic
    may_work: bool
    today: list[ClinicSession]
    coming: list[ClinicSession]
    to_place: int
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
    return [
        ClinicAtHand(
            clinic=clinic,
            may_work=clinic.pk in at_board,
            today=[one for one in sessions if _is_at(one, clinic) and is_under_way(one, now)],
            coming=[one for one in sessions if _is_at(one, clinic) and not is_under_way(one, now)],
            to_place=to_place[clinic.pk],
            may_decide=Role.CLINICIAN in held,
            cases=len(timings.get(clinic.pk, [])),
            urgent_cases=sum(stands_out(one, now) for one in timings.get(clinic.pk, [])),
        )
        for clinic, held in roles
    ]


def _is_at(session: ClinicSession, clinic: Clinic) -> bool:
    return session.clinic_id == clinic.pk
