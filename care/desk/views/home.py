from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import ClinicSession
from appointments.selectors.closing import never_ended
from appointments.selectors.day import is_under_way, sessions_from
from appointments.selectors.displaced import lacking_a_time
from appointments.selectors.dose_two import dose_two_to_place
from appointments.selectors.waiting import count_waiting
from audit.selectors import unseen_alarms
from care.desk.permissions import ANSWER_FOR_REACTIONS, PLANNERS, READ_ACCESS_LOG
from care.desk.reactions import unreported_at
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.models import Clinic
from clinics.permissions import STAFF, StaffRequest, access
from clinics.selectors import clinics_of
from eligibility.domain.cases import stands_out
from eligibility.selectors.cases import waiting_timings
from notifications.selectors import unreached_lately
from vaccinations.selectors.deviations import unseen_deviations
from vaccinations.selectors.recalls import OpenRecall, open_recalls
from vaccinations.selectors.registry import overdue_counts
from vaccinations.services.shortages import Shortage, shortages


@dataclass(frozen=True)
class ClinicAtHand:
    """A clinic where the reader works. ``may_work`` is a role at the board, ``may_plan`` there or
    among those who plan the days.

    ``recalls`` are recalled lots with somebody still to be called. ``waiting`` people stand on the
    waiting list. ``shortages`` are days that the stock does not cover, for those who plan them.
    ``deviations`` are those that nobody has seen, for the lead and the clinicians.
    ``unreported`` reactions and ``registry_overdue`` doses are for the lead and the clinician.
    ``never_ended`` are past days that nobody has ended.
    ``alarms`` about the access log are for those who look after it, the auditor and the lead.
    ``unreached`` are messages that did not arrive and that nobody has followed up.
    ``cases`` wait for a clinician, ``urgent_cases`` of them are overdue or will be in 12 hours.
    """

    clinic: Clinic
    may_work: bool
    today: list[ClinicSession]
    coming: list[ClinicSession]
    never_ended: list[ClinicSession]
    to_place: int
    waiting: int
    lacking_a_time: int
    recalls: list[OpenRecall]
    shortages: list[Shortage]
    vials_lacking: int
    may_plan: bool
    reads_reports: bool
    may_decide: bool
    cases: int
    urgent_cases: int
    deviations: int
    may_answer: bool
    unreported: int
    registry_overdue: int
    unreached: int
    reads_access_log: bool
    alarms: int


@access(STAFF)
@require_safe
@never_cache
def home(request: StaffRequest) -> HttpResponse:
    """Show the reader's clinics, with the sessions of today and those to come."""
    now = timezone.now()
    context = {"clinics": _clinics_at_hand(request, now), "now": now}
    return render(request, "desk/home.html", context)


def _clinics_at_hand(request: StaffRequest, now: datetime) -> list[ClinicAtHand]:
    roles = clinics_of(request.user, oslo_date(now))
    sessions = sessions_from([clinic.pk for clinic, _held in roles], now=now)
    at_board = [clinic.pk for clinic, held in roles if held & AT_THE_BOARD]
    forgotten = never_ended(at_board, now=now)
    timings = waiting_timings(at_board)
    to_place = Counter(dose_two_to_place(at_board).values_list("vial__clinic_id", flat=True))
    waiting = count_waiting(at_board, now=now)
    lacking = Counter(
        lacking_a_time(at_board, now=now).values_list(
            "appointment__slot__session__clinic_id", flat=True
        )
    )
    answering = [clinic.pk for clinic, held in roles if held & ANSWER_FOR_REACTIONS]
    deviations = Counter(unseen_deviations(answering).values_list("vial__clinic_id", flat=True))
    unreported = Counter(
        unreported_at(answering).values_list("dose__vial__clinic_id", flat=True)
        if answering
        else []
    )
    overdue = overdue_counts(answering, now=now) if answering else Counter[int]()
    planned = [clinic.pk for clinic, held in roles if held & PLANNERS]
    recalls = open_recalls(at_board)
    unreached = unreached_lately(at_board, now=now)
    auditing = [clinic.pk for clinic, held in roles if held & READ_ACCESS_LOG]
    alarms = unseen_alarms(auditing) if auditing else {}
    short = shortages(planned, now=now) if planned else []
    return [
        ClinicAtHand(
            clinic=clinic,
            may_work=clinic.pk in at_board,
            today=[one for one in sessions if _is_at(one, clinic) and is_under_way(one, now)],
            coming=[one for one in sessions if _is_at(one, clinic) and not is_under_way(one, now)],
            never_ended=[one for one in forgotten if _is_at(one, clinic)],
            to_place=to_place[clinic.pk],
            waiting=waiting[clinic.pk],
            lacking_a_time=lacking[clinic.pk],
            recalls=[one for one in recalls if one.clinic_id == clinic.pk],
            shortages=[one for one in short if one.promise.clinic_id == clinic.pk],
            vials_lacking=sum(one.vials for one in short if one.promise.clinic_id == clinic.pk),
            may_plan=bool(held & (AT_THE_BOARD | PLANNERS)),
            reads_reports=bool(held & PLANNERS),
            may_decide=Role.CLINICIAN in held,
            cases=len(timings.get(clinic.pk, [])),
            deviations=deviations[clinic.pk],
            urgent_cases=sum(stands_out(one, now) for one in timings.get(clinic.pk, [])),
            may_answer=bool(held & ANSWER_FOR_REACTIONS),
            unreported=unreported[clinic.pk],
            registry_overdue=overdue[clinic.pk],
            unreached=unreached.get(clinic.pk, 0),
            reads_access_log=clinic.pk in auditing,
            alarms=alarms.get(clinic.pk, 0),
        )
        for clinic, held in roles
    ]


def _is_at(session: ClinicSession, clinic: Clinic) -> bool:
    return session.clinic_id == clinic.pk
