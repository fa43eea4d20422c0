"""The reports of a clinic's ended days, by month: how much was wasted, and why."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.domain.day_numbers import DayNumbers, from_snapshot, total
from appointments.models import ClinicSession, DayClosing
from care.dayboard.report_words import WHY
from care.dayboard.views.reports import csv_of
from care.desk.permissions import READS_REPORTS
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access

DAYS = 366


@dataclass(frozen=True)
class Month:
    """The ended days of a month, the latest on top, and what they add up to."""

    first: date
    days: list[tuple[ClinicSession, DayNumbers]]
    numbers: DayNumbers

    @property
    def why(self) -> list[tuple[object, int]]:
        """Why vaccine was wasted, in words."""
        return [(WHY[why], number) for why, number in self.numbers.why]


@access(READS_REPORTS)
@require_safe
@never_cache
def reports(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the days by month."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    months = [
        Month(first, days, total(numbers for _session, numbers in days))
        for first, days in (
            (first, list(days))
            for first, days in groupby(_ended(clinic), key=lambda day: day[0].date.replace(day=1))
        )
    ]
    return render(request, "desk/day_reports.html", {"clinic": clinic, "months": months})


@access(READS_REPORTS)
@require_safe
@never_cache
def reports_csv(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Hand out the days as CSV: no names in it."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    return csv_of(_ended(clinic)[::-1], name=f"dager-{oslo_date(timezone.now()):%Y-%m-%d}")


def _ended(clinic: Clinic) -> list[tuple[ClinicSession, DayNumbers]]:
    """List the newest ended days with their figures from then, the latest on top."""
    closings = (
        DayClosing.objects.filter(session__clinic=clinic, reopened_at=None)
        .select_related("session")
        .order_by("-session__starts_at")[:DAYS]
    )
    return [(closing.session, from_snapshot(closing.numbers)) for closing in closings]
